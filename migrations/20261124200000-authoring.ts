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
    this.addSql(
      `update "clients" set "identity" = jsonb_build_object('name', "name", 'legalName', null, 'legalForm', null, 'address', "address", 'vatId', "vat_id", 'ids', '[]'::jsonb, 'contact', null)`,
    );
    this.addSql(`alter table "clients" alter "identity" set not null`);
    this.addSql(`alter table "clients" drop column "address"`);
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
    this.addSql(
      `update "events" set "data" = jsonb_set("data", '{document}', ("data"->'document')
           || '{"credited": null, "acts": [], "choice": null, "progress": null}'
           || jsonb_build_object(
                'content', wd_content("data"->'document'->'content'),
                'decision', wd_decision("data"->'document'->'decision'),
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
