import { Migration } from '@mikro-orm/migrations';

/** The tables of the first version. */
export class Initial extends Migration {
  override name = '20261124000000-initial';

  override up(): void {
    this.addSql(
      `create table "blobs" ("sha256" text not null, "media_type" text not null, "size" int not null, "bytes" bytea not null, "created_at" timestamptz(3) not null, primary key ("sha256"))`,
    );
    this.addSql(
      `create table "command_records" ("actor" text not null, "id" uuid not null, "hash" text not null, "answer" jsonb not null, "at" timestamptz(3) not null, primary key ("actor", "id"))`,
    );
    this.addSql(`create index "command_records_at_index" on "command_records" ("at")`);
    this.addSql(
      `create table "companies" ("id" uuid not null, "name" text not null, "language" text not null, "time_zone" text not null, "currency" text not null, "accent" text not null, "identity" jsonb not null, "payment" jsonb null, "terms" jsonb not null, "mentions" jsonb not null, "validity_days" int not null, "payment_days" int not null, "seq" bigint not null, "created_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(
      `create table "clients" ("id" uuid not null, "company_id" uuid not null, "name" text not null, "address" jsonb null, "vat_id" text null, "created_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(
      `create table "contacts" ("id" uuid not null, "client_id" uuid not null, "name" text not null, "email" text null, "language" text null, "created_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(
      `create table "counters" ("company_id" uuid not null, "kind" text not null, "year" int not null, "last" int not null, "last_date" date null, primary key ("company_id", "kind", "year"))`,
    );
    this.addSql(
      `create table "deals" ("id" uuid not null, "company_id" uuid not null, "client_id" uuid not null, "seq" bigint not null, "created_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(
      `create table "documents" ("id" uuid not null, "company_id" uuid not null, "deal_id" uuid not null, "kind" text not null, "number" text null, "origin" text not null, "copy" int not null, "uuid" text null, "status" text not null, "revision" int not null, "follows" uuid null, "client_name" text not null, "currency" text null, "gross" bigint null, "due" bigint null, "paid" bigint not null, "issue_date" date not null, "valid_until" date null, "due_date" date null, "open_dates" jsonb not null, "views" int not null, "last_viewed_at" timestamptz(3) null, "warnings" jsonb not null, "source_sha256" text null, "position" int not null, "issued_at" timestamptz(3) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(`create index "documents_deal_id_index" on "documents" ("deal_id")`);
    this.addSql(`create index "documents_company_id_created_at_id_index" on "documents" ("company_id", "created_at", "id")`);
    this.addSql(`create index "documents_company_id_number_index" on "documents" ("company_id", "number")`);
    this.addSql(
      `alter table "documents" add constraint "documents_company_id_kind_origin_number_copy_unique" unique ("company_id", "kind", "origin", "number", "copy")`,
    );
    this.addSql(
      `create table "events" ("company_id" uuid not null, "seq" bigint not null, "deal" uuid null, "deal_seq" bigint null, "type" text not null, "audience" text not null, "document" uuid null, "actor" jsonb null, "at" timestamptz(3) not null, "data" jsonb not null, "row" jsonb null, primary key ("company_id", "seq"))`,
    );
    this.addSql(`alter table "events" add constraint "events_deal_deal_seq_unique" unique ("deal", "deal_seq")`);
    this.addSql(
      `create table "links" ("id" uuid not null, "deal_id" uuid not null, "document_id" uuid not null, "contact_id" uuid null, "label" text null, "position" int not null, "created_at" timestamptz(3) not null, "revoked_at" timestamptz(3) null, primary key ("id"))`,
    );
    this.addSql(`create index "links_deal_id_index" on "links" ("deal_id")`);
    this.addSql(
      `create table "payments" ("id" uuid not null, "document_id" uuid not null, "amount" bigint not null, "method" text not null, "at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(`create index "payments_document_id_index" on "payments" ("document_id")`);
    this.addSql(
      `create table "receipts" ("id" uuid not null, "document_id" uuid not null, "receipt" jsonb not null, "source_sha256" text not null, "position" int not null, "created_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(`create index "receipts_document_id_index" on "receipts" ("document_id")`);
    this.addSql(
      `create table "revisions" ("document_id" uuid not null, "revision" int not null, "content" jsonb not null, "changes" jsonb not null, "issued_at" timestamptz(3) null, primary key ("document_id", "revision"))`,
    );
    this.addSql(
      `create table "users" ("id" uuid not null, "company_id" uuid not null, "email" text not null, "name" text not null, "password_hash" text not null, "language" text not null, "feed_read_seq" bigint not null, "created_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(`alter table "users" add constraint "users_email_unique" unique ("email")`);
    this.addSql(
      `create table "sessions" ("id" text not null, "user_id" uuid not null, "created_at" timestamptz(3) not null, "last_seen_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, "user_agent" text null, "ip" text null, primary key ("id"))`,
    );
    this.addSql(
      `create table "people" ("id" uuid not null, "deal_id" uuid not null, "side" text not null, "user_id" uuid null, "contact_id" uuid null, "link" uuid null, "browser" text null, "name" text not null, "read_seq" bigint not null, "position" int not null, "created_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(`alter table "people" add constraint "people_deal_id_user_id_unique" unique ("deal_id", "user_id")`);
    this.addSql(`alter table "people" add constraint "people_deal_id_contact_id_unique" unique ("deal_id", "contact_id")`);
    this.addSql(`alter table "people" add constraint "people_deal_id_link_browser_unique" unique ("deal_id", "link", "browser")`);
    this.addSql(
      `create table "messages" ("id" uuid not null, "deal_id" uuid not null, "document_id" uuid not null, "person_id" uuid not null, "side" text not null, "name" text not null, "text" text not null, "notify" boolean not null, "seq" bigint not null, "at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(`alter table "messages" add constraint "messages_deal_id_seq_unique" unique ("deal_id", "seq")`);
    this.addSql(
      `create table "decisions" ("id" uuid not null, "document_id" uuid not null, "revision" int not null, "action" text not null, "name" text not null, "reason" text null, "remind_on" date null, "person_id" uuid not null, "identified_by" text not null, "consent" text not null, "terms_hash" text not null, "pdf_sha256" text not null, "position" int not null, "at" timestamptz(3) not null, "ip" text null, "user_agent" text null, primary key ("id"))`,
    );
    this.addSql(`create index "decisions_document_id_index" on "decisions" ("document_id")`);
    this.addSql(
      `create table "api_keys" ("id" uuid not null, "company_id" uuid not null, "user_id" uuid not null, "label" text not null, "created_at" timestamptz(3) not null, "last_used_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, primary key ("id"))`,
    );
    this.addSql(
      `create table "visits" ("id" uuid not null, "document_id" uuid not null, "link_id" uuid not null, "name" text null, "at" timestamptz(3) not null, "ip" text null, "user_agent" text null, "position" int not null, primary key ("id"))`,
    );
    this.addSql(`create index "visits_document_id_position_index" on "visits" ("document_id", "position")`);
    this.addSql(
      `alter table "clients" add constraint "clients_company_id_foreign" foreign key ("company_id") references "companies" ("id")`,
    );
    this.addSql(`alter table "contacts" add constraint "contacts_client_id_foreign" foreign key ("client_id") references "clients" ("id")`);
    this.addSql(
      `alter table "counters" add constraint "counters_company_id_foreign" foreign key ("company_id") references "companies" ("id")`,
    );
    this.addSql(`alter table "deals" add constraint "deals_company_id_foreign" foreign key ("company_id") references "companies" ("id")`);
    this.addSql(`alter table "deals" add constraint "deals_client_id_foreign" foreign key ("client_id") references "clients" ("id")`);
    this.addSql(
      `alter table "documents" add constraint "documents_company_id_foreign" foreign key ("company_id") references "companies" ("id")`,
    );
    this.addSql(`alter table "documents" add constraint "documents_deal_id_foreign" foreign key ("deal_id") references "deals" ("id")`);
    this.addSql(
      `alter table "documents" add constraint "documents_source_sha256_foreign" foreign key ("source_sha256") references "blobs" ("sha256") on delete set null`,
    );
    this.addSql(`alter table "events" add constraint "events_company_id_foreign" foreign key ("company_id") references "companies" ("id")`);
    this.addSql(`alter table "links" add constraint "links_deal_id_foreign" foreign key ("deal_id") references "deals" ("id")`);
    this.addSql(`alter table "links" add constraint "links_document_id_foreign" foreign key ("document_id") references "documents" ("id")`);
    this.addSql(
      `alter table "links" add constraint "links_contact_id_foreign" foreign key ("contact_id") references "contacts" ("id") on delete set null`,
    );
    this.addSql(
      `alter table "payments" add constraint "payments_document_id_foreign" foreign key ("document_id") references "documents" ("id")`,
    );
    this.addSql(
      `alter table "receipts" add constraint "receipts_document_id_foreign" foreign key ("document_id") references "documents" ("id")`,
    );
    this.addSql(
      `alter table "receipts" add constraint "receipts_source_sha256_foreign" foreign key ("source_sha256") references "blobs" ("sha256")`,
    );
    this.addSql(
      `alter table "revisions" add constraint "revisions_document_id_foreign" foreign key ("document_id") references "documents" ("id")`,
    );
    this.addSql(`alter table "users" add constraint "users_company_id_foreign" foreign key ("company_id") references "companies" ("id")`);
    this.addSql(`alter table "sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "users" ("id")`);
    this.addSql(`alter table "people" add constraint "people_deal_id_foreign" foreign key ("deal_id") references "deals" ("id")`);
    this.addSql(
      `alter table "people" add constraint "people_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete set null`,
    );
    this.addSql(
      `alter table "people" add constraint "people_contact_id_foreign" foreign key ("contact_id") references "contacts" ("id") on delete set null`,
    );
    this.addSql(`alter table "messages" add constraint "messages_deal_id_foreign" foreign key ("deal_id") references "deals" ("id")`);
    this.addSql(
      `alter table "messages" add constraint "messages_document_id_foreign" foreign key ("document_id") references "documents" ("id")`,
    );
    this.addSql(`alter table "messages" add constraint "messages_person_id_foreign" foreign key ("person_id") references "people" ("id")`);
    this.addSql(
      `alter table "decisions" add constraint "decisions_document_id_foreign" foreign key ("document_id") references "documents" ("id")`,
    );
    this.addSql(
      `alter table "decisions" add constraint "decisions_person_id_foreign" foreign key ("person_id") references "people" ("id")`,
    );
    this.addSql(
      `alter table "decisions" add constraint "decisions_pdf_sha256_foreign" foreign key ("pdf_sha256") references "blobs" ("sha256")`,
    );
    this.addSql(
      `alter table "api_keys" add constraint "api_keys_company_id_foreign" foreign key ("company_id") references "companies" ("id")`,
    );
    this.addSql(`alter table "api_keys" add constraint "api_keys_user_id_foreign" foreign key ("user_id") references "users" ("id")`);
    this.addSql(
      `alter table "visits" add constraint "visits_document_id_foreign" foreign key ("document_id") references "documents" ("id")`,
    );
    this.addSql(`alter table "visits" add constraint "visits_link_id_foreign" foreign key ("link_id") references "links" ("id")`);
  }
}
