import { Migration } from '@mikro-orm/migrations';

/** Drafts being written, what the owner does to documents, credit notes and progress; company, clients and users as records; webhooks. */
export class Authoring extends Migration {
  override name = '20261124200000-authoring';

  override up(): void {
    this.addSql(
      `create table "acts" ("id" uuid not null, "document_id" uuid not null, "act" text not null, "revision" int not null, "user" uuid not null, "name" text not null, "reason" text null, "position" int not null, "at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(
      `create table "drafts" ("document_id" uuid not null, "version" int not null, "revision" int not null, "body" jsonb not null, primary key ("document_id"))`,
    );
    this.addSql(
      `create table "joins" ("id" uuid not null, "company_id" uuid not null, "name" text not null, "email" text not null, "role" text not null, "language" text not null, "by_id" uuid not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, "mail" text not null, primary key ("id"))`,
    );
    this.addSql(
      `create table "webhooks" ("id" uuid not null, "company_id" uuid not null, "url" text not null, "label" text not null, "types" jsonb null, "created_at" timestamptz(3) not null, "disabled_at" timestamptz(3) null, "disabled_for" text null, "removed_at" timestamptz(3) null, primary key ("id"))`,
    );
    this.addSql(
      `create table "deliveries" ("id" uuid not null, "webhook_id" uuid not null, "seq" bigint not null, "type" text not null, "state" text not null, "attempts" int not null, "last_at" timestamptz(3) null, "status" int null, "detail" text null, "next_at" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(`create index "acts_document_id_index" on "acts" ("document_id")`);
    this.addSql(`create index "joins_company_id_index" on "joins" ("company_id")`);
    this.addSql(`create index "webhooks_company_id_index" on "webhooks" ("company_id")`);
    this.addSql(`create index "deliveries_created_at_index" on "deliveries" ("created_at")`);
    this.addSql(`alter table "companies" add "logo" text null`);
    this.addSql(`alter table "companies" add "numbering" jsonb null`);
    this.addSql(`alter table "clients" add "identity" jsonb null`);
    this.addSql(`alter table "clients" add "changed_at" timestamptz(3) null`);
    this.addSql(`alter table "contacts" add "phone" text null`);
    this.addSql(`alter table "contacts" add "removed_at" timestamptz(3) null`);
    this.addSql(`alter table "documents" add "credited" bigint not null default 0`);
    this.addSql(`alter table "documents" add "progress" text null`);
    this.addSql(`alter table "documents" add "chosen" jsonb not null default '[]'`);
    this.addSql(`alter table "decisions" add "order_number" text null`);
    this.addSql(`alter table "decisions" add "reserves" jsonb not null default '[]'`);
    this.addSql(`alter table "decisions" add "chosen" jsonb not null default '[]'`);
    this.addSql(`alter table "messages" add "proposal" jsonb null`);
    this.addSql(`alter table "users" add "role" text not null default 'owner'`);
    this.addSql(`alter table "users" add "removed_at" timestamptz(3) null`);
    this.addSql(`alter table "documents" alter "credited" drop default`);
    this.addSql(`alter table "documents" alter "chosen" drop default`);
    this.addSql(`alter table "decisions" alter "reserves" drop default`);
    this.addSql(`alter table "decisions" alter "chosen" drop default`);
    this.addSql(`alter table "users" alter "role" drop default`);
    // Numbers go on as they were written before there were formats.
    this.addSql(
      `update "companies" set "identity" = "identity" || '{"legalForm": null}', "numbering" = case "language"
         when 'fr' then '{"quote":"D-{yyyy}-{000}","order":"BC-{yyyy}-{000}","delivery":"BL-{yyyy}-{000}","invoice":"F-{yyyy}-{000}","credit_note":"A-{yyyy}-{000}"}'::jsonb
         else '{"quote":"Q-{yyyy}-{000}","order":"SO-{yyyy}-{000}","delivery":"DN-{yyyy}-{000}","invoice":"INV-{yyyy}-{000}","credit_note":"CN-{yyyy}-{000}"}'::jsonb end`,
    );
    this.addSql(`alter table "companies" alter "numbering" set not null`);
    // What was printed, and what the log says of it, is read by the same code as what is printed since.
    this.addSql(
      `create function "wd_content"(c jsonb) returns jsonb language sql immutable as $$
         select c || '{"logo": null, "deposit": null}'
           || jsonb_build_object(
                'seller', (c->'seller') || '{"legalForm": null}',
                'buyer', (c->'buyer') || '{"legalForm": null}',
                'deliverTo', case when jsonb_typeof(c->'deliverTo') = 'object' then (c->'deliverTo') || '{"legalForm": null}' else c->'deliverTo' end,
                'lines', (select coalesce(jsonb_agg(l || '{"type": "item", "optional": false}' order by n), '[]') from jsonb_array_elements(c->'lines') with ordinality as t(l, n)))
       $$`,
    );
    this.addSql(
      `create function "wd_decision"(d jsonb) returns jsonb language sql immutable as $$
         select case when jsonb_typeof(d) = 'object' then d || '{"orderNumber": null, "reserves": [], "chosen": []}' else d end
       $$`,
    );
    this.addSql(`update "revisions" set "content" = wd_content("content")`);
    // A client is who its newest document was made out to; the name and address on its own row are newer where they differ.
    this.addSql(
      `update "clients" set "identity" = coalesce(
         (select r."content"->'buyer' from "documents" d
            join "deals" on "deals"."id" = d."deal_id"
            join "revisions" r on r."document_id" = d."id" and r."revision" = d."revision"
          where "deals"."client_id" = "clients"."id" order by d."created_at" desc, d."position" desc limit 1),
         '{"legalName": null, "legalForm": null, "ids": []}') ||
         jsonb_build_object('name', "name", 'address', "address", 'vatId', "vat_id", 'contact', null)`,
    );
    this.addSql(`alter table "clients" alter "identity" set not null`);
    this.addSql(`alter table "clients" drop column "address"`);
    // What credit notes have taken back counts on their invoices from now on.
    this.addSql(
      `update "documents" i set "credited" = n."amount", "due" = i."due" - n."amount",
         "status" = case when n."amount" > 0 and n."amount" >= i."gross" then 'cancelled' when i."paid" <= 0 then 'issued' when i."due" - n."amount" <= 0 then 'paid' else 'part_paid' end
       from (select c."follows", c."currency", sum(c."gross")::bigint as "amount" from "documents" c
             where c."kind" = 'credit_note' and c."status" <> 'draft' group by 1, 2) n
       where i."kind" = 'invoice' and i."id" = n."follows" and i."currency" = n."currency" and i."due" is not null`,
    );
    // A draft is fields as they would have been typed.
    this.addSql(
      `create function "wd_decimal"(n bigint, currency text) returns text language sql immutable as $$
         select round(n / power(10::numeric, d), d)::text from (select case
           when currency in ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') then 0
           when currency in ('BHD','IQD','JOD','KWD','LYD','OMR','TND') then 3 else 2 end as d) as digits
       $$`,
    );
    this.addSql(
      `insert into "drafts" ("document_id", "version", "revision", "body")
       select d."id", 0, d."revision", jsonb_build_object(
         'language', c->>'language', 'currency', coalesce(c->>'currency', ''),
         'issueDate', case when jsonb_exists(d."open_dates", 'issueDate') then null else c->'issueDate' end,
         'validUntil', case when jsonb_exists(d."open_dates", 'validUntil') then null else c->'validUntil' end,
         'dueDate', case when jsonb_exists(d."open_dates", 'dueDate') then null else c->'dueDate' end,
         'deliveryDate', c->'deliveryDate', 'reference', coalesce(c->>'reference', ''),
         'contact', (select n."id" from "contacts" n join "deals" on "deals"."client_id" = n."client_id"
                     where "deals"."id" = d."deal_id" and n."name" = c->'buyer'->'contact'->>'name' order by n."created_at" limit 1),
         'deliverTo', coalesce((select concat_ws(E'\\n', p->>'name',
             (select string_agg(t, E'\\n') from jsonb_array_elements_text(p->'address'->'lines') t),
             nullif(concat_ws(' ', p->'address'->>'postcode', p->'address'->>'city'), ''), p->'address'->>'region')
           from (select c->'deliverTo' as p) as deliver where jsonb_typeof(p) = 'object'), ''),
         'notes', coalesce((select string_agg(t, E'\\n\\n') from jsonb_array_elements_text(c->'notes') t), ''),
         'terms', coalesce((select string_agg(t, E'\\n\\n') from jsonb_array_elements_text(c->'terms') t), ''),
         'lines', (select coalesce(jsonb_agg(jsonb_build_object(
             'id', l->'id', 'type', 'item', 'optional', false, 'description', l->'description',
             'details', coalesce((select string_agg(t, E'\\n') from jsonb_array_elements_text(l->'details') t), ''),
             'quantity', coalesce(l->>'quantity', ''), 'unit', coalesce(l->>'unit', ''), 'unitPrice', coalesce(l->>'unitPrice', ''),
             'discount', coalesce(a->>'percent', wd_decimal((a->>'amount')::bigint, c->>'currency'), ''),
             'discountIn', case when a->>'percent' is null and a is not null then 'amount' else 'percent' end,
             'discountReason', coalesce(a->>'reason', ''),
             'vatCategory', coalesce(l->'vat'->>'category', ''), 'vatRate', coalesce(l->'vat'->>'rate', ''),
             'vatReason', coalesce((select v->>'reason' from jsonb_array_elements(c->'vat') v where v->>'category' = l->'vat'->>'category' limit 1), ''),
             'from', l->'from') order by n), '[]')
           from (select l, n, l->'adjustments'->0 as a from jsonb_array_elements(c->'lines') with ordinality as t(l, n)) as line))
       from (select d.*, r."content" as c from "documents" d join "revisions" r on r."document_id" = d."id" and r."revision" = d."revision"
             where d."status" = 'draft' and d."source_sha256" is null) d`,
    );
    this.addSql(`drop function "wd_decimal"(bigint, text)`);
    this.addSql(
      `update "events" set "data" = jsonb_set("data", '{document}', ("data"->'document')
           || '{"credited": null, "acts": [], "choice": null, "progress": null}'
           || jsonb_build_object(
                'content', wd_content("data"->'document'->'content'),
                'decision', wd_decision("data"->'document'->'decision'),
                'decisions', case when jsonb_typeof("data"->'document'->'decision') = 'object' then jsonb_build_array(wd_decision("data"->'document'->'decision')) else '[]'::jsonb end,
                'owner', ("data"->'document'->'owner') || '{"draft": null}'))
       where "type" in ('document.drafted', 'document.issued', 'document.revised')`,
    );
    this.addSql(
      `update "events" set "data" = jsonb_set("data", '{decision}', wd_decision("data"->'decision')) where "type" in ('document.accepted', 'document.refused', 'document.held')`,
    );
    this.addSql(`update "events" set "data" = jsonb_set("data", '{message,proposal}', 'null') where "type" = 'message.posted'`);
    this.addSql(`update "events" set "data" = jsonb_set("data", '{contact,phone}', 'null') where "type" = 'contact.added'`);
    this.addSql(`update "events" set "row" = "row" || '{"progress": null}' where jsonb_typeof("row") = 'object'`);
    this.addSql(`drop function "wd_content"(jsonb)`);
    this.addSql(`drop function "wd_decision"(jsonb)`);
    this.addSql(`alter table "deliveries" add constraint "deliveries_webhook_id_seq_unique" unique ("webhook_id", "seq")`);
    this.addSql(`alter table "acts" add constraint "acts_document_id_foreign" foreign key ("document_id") references "documents" ("id")`);
    this.addSql(
      `alter table "drafts" add constraint "drafts_document_id_foreign" foreign key ("document_id") references "documents" ("id") on update cascade on delete cascade`,
    );
    this.addSql(`alter table "joins" add constraint "joins_company_id_foreign" foreign key ("company_id") references "companies" ("id")`);
    this.addSql(`alter table "joins" add constraint "joins_by_id_foreign" foreign key ("by_id") references "users" ("id")`);
    this.addSql(
      `alter table "webhooks" add constraint "webhooks_company_id_foreign" foreign key ("company_id") references "companies" ("id")`,
    );
    this.addSql(
      `alter table "deliveries" add constraint "deliveries_webhook_id_foreign" foreign key ("webhook_id") references "webhooks" ("id")`,
    );
  }
}
