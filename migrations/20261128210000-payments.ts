import { Migration } from '@mikro-orm/migrations';

/** The ledger of payments, payment pages, refunds, and the companies' keys at Stripe. */
export class Payments extends Migration {
  override name = '20261128210000-payments';

  override up(): void {
    this.addSql(`alter table "companies" add "online" jsonb null`);
    // Nobody is reminded by itself before the company has said so.
    this.addSql(
      `alter table "companies" add "reminders" jsonb not null default '{"invoices":{"on":false,"days":[3,10,20]},"quotes":{"on":false,"days":[3]}}'`,
    );
    this.addSql(`alter table "companies" alter "reminders" drop default`);
    this.addSql(`alter table "clients" add "reminders_off" boolean not null default false`);
    this.addSql(`alter table "clients" alter "reminders_off" drop default`);
    for (const table of ['contacts', 'people']) {
      this.addSql(`alter table "${table}" add "reminders" boolean not null default true`);
      this.addSql(`alter table "${table}" alter "reminders" drop default`);
    }
    this.addSql(
      `create table "stripe_keys" ("company_id" uuid not null, "key" bytea not null, "webhook_secret" bytea null, "hint" text not null, "test" boolean not null, "methods" jsonb not null, "partial" boolean not null, "account" text null, "changed_at" timestamptz(3) not null, "heard_at" timestamptz(3) null, primary key ("company_id"))`,
    );
    this.addSql(
      `create table "checkouts" ("id" uuid not null, "company_id" uuid not null, "deal_id" uuid not null, "document_id" uuid not null, "amount" bigint not null, "currency" text not null, "state" text not null, "method" text null, "test" boolean not null, "session" text null, "url" text null, "intent" text null, "link" uuid not null, "browser" text not null, "unmatched" boolean not null, "position" int not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "checked_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(
      `create table "refunds" ("id" uuid not null, "company_id" uuid not null, "deal_id" uuid not null, "document_id" uuid not null, "payment_id" uuid not null, "amount" bigint not null, "reason" text null, "by" text not null, "state" text not null, "detail" text null, "position" int not null, "created_at" timestamptz(3) not null, primary key ("id"))`,
    );
    // What was paid before an invoice came in is the first entry of its ledger.
    this.addSql(
      `alter table "payments" add "kind" text not null default 'payment', add "day" date null, add "reference" text null, add "of" uuid null, add "by" text null, add "reason" text null, add "receipt_url" text null, add "test" boolean not null default false, add "checkout" uuid null, add "external" text null, add "position" int not null default 0`,
    );
    this.addSql(
      `update "payments" p set "day" = (p."at" at time zone c."time_zone")::date
       from "documents" d join "companies" c on c."id" = d."company_id" where d."id" = p."document_id"`,
    );
    this.addSql(
      `alter table "payments" alter "day" set not null, alter "kind" drop default, alter "test" drop default, alter "position" drop default`,
    );
    this.addSql(`alter table "payments" add constraint "payments_external_unique" unique ("external")`);
    this.addSql(`alter table "checkouts" add constraint "checkouts_session_unique" unique ("session")`);
    this.addSql(`create index "checkouts_deal_id_index" on "checkouts" ("deal_id")`);
    this.addSql(`create index "checkouts_state_checked_at_index" on "checkouts" ("state", "checked_at")`);
    this.addSql(`create index "refunds_deal_id_index" on "refunds" ("deal_id")`);
    this.addSql(`create index "refunds_state_index" on "refunds" ("state")`);
    this.addSql(
      `alter table "stripe_keys" add constraint "stripe_keys_company_id_foreign" foreign key ("company_id") references "companies" ("id") on update cascade on delete cascade`,
    );
    for (const [table, column, other] of [
      ['checkouts', 'company', 'companies'],
      ['checkouts', 'deal', 'deals'],
      ['checkouts', 'document', 'documents'],
      ['refunds', 'company', 'companies'],
      ['refunds', 'deal', 'deals'],
      ['refunds', 'document', 'documents'],
      ['refunds', 'payment', 'payments'],
    ] as const)
      this.addSql(
        `alter table "${table}" add constraint "${table}_${column}_id_foreign" foreign key ("${column}_id") references "${other}" ("id")`,
      );
    // Of payments everybody is told who was told of anything.
    this.addSql(
      `update "users" set "mails" = "mails" || '["payment"]' where jsonb_array_length("mails") > 0 and not jsonb_exists("mails", 'payment')`,
    );
    // What the log says of documents and of the company is read by the same code as what it says since.
    this.addSql(
      `update "events" e set "data" = jsonb_set("data", '{document}', ("data"->'document')
           || jsonb_build_object(
                'checkouts', '[]'::jsonb,
                'payments', coalesce((select jsonb_agg(jsonb_build_object(
                    'id', p."id", 'kind', p."kind", 'method', p."method", 'amount', p."amount", 'day', p."day"::text,
                    'at', to_char(p."at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                    'reference', null, 'of', null, 'by', null, 'reason', null, 'receiptUrl', null, 'test', false))
                  from "payments" p where p."document_id" = e."document" and e."type" <> 'document.drafted'), '[]'),
                'owner', ("data"->'document'->'owner') || '{"refunds": []}'))
       where "type" in ('document.drafted', 'document.issued', 'document.revised')`,
    );
    this.addSql(`update "events" set "data" = jsonb_set("data", '{contact,reminders}', 'true') where "type" = 'contact.added'`);
    this.addSql(
      `update "events" set "data" = jsonb_set("data", '{contacts}',
           coalesce((select jsonb_agg(c || '{"reminders": true}' order by n) from jsonb_array_elements("data"->'contacts') with ordinality as t(c, n)), '[]'))
       where "type" = 'deal.client_changed'`,
    );
    this.addSql(`update "events" set "data" = jsonb_set("data", '{company,online}', 'null') where "type" = 'company.changed'`);
  }
}
