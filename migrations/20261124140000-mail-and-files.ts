import { Migration } from '@mikro-orm/migrations';

/** Mails, attached files, and what people choose to be written to about. */
export class MailAndFiles extends Migration {
  override name = '20261124140000-mail-and-files';

  override up(): void {
    this.addSql(
      `create table "files" ("id" uuid not null, "company_id" uuid not null, "deal_id" uuid not null, "document_id" uuid not null, "message_id" uuid null, "waiting" boolean not null, "side" text not null, "uploader" text not null, "by" text not null, "name" text not null, "media_type" text not null, "bytes" int not null, "sha256" text not null, "position" int not null, "at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql(`create index "files_sha256_index" on "files" ("sha256")`);
    this.addSql(`create index "files_deal_id_position_index" on "files" ("deal_id", "position")`);
    this.addSql(
      `create table "mails" ("id" uuid not null, "company_id" uuid not null, "deal_id" uuid not null, "document_id" uuid not null, "kind" text not null, "about" jsonb not null, "side" text not null, "user_id" uuid null, "contact_id" uuid null, "person_id" uuid null, "link_id" uuid null, "name" text not null, "address" text not null, "language" text not null, "message_id" text null, "sealed" bytea null, "state" text not null, "cause" text null, "detail" text null, "position" int not null, "created_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, primary key ("id"))`,
    );
    this.addSql(`create index "mails_deal_id_position_index" on "mails" ("deal_id", "position")`);
    this.addSql(`create index "mails_ended_at_index" on "mails" ("ended_at")`);
    this.addSql(`alter table "companies" add "file_bytes" bigint not null default 0`);
    this.addSql(`alter table "companies" alter "file_bytes" drop default`);
    this.addSql(`alter table "users" add "mails" jsonb not null default '["accepted","refused","held","message","reminder"]'`);
    this.addSql(`alter table "users" alter "mails" drop default`);
    this.addSql(`alter table "people" add "email" text null`);
    this.addSql(`alter table "files" add constraint "files_company_id_foreign" foreign key ("company_id") references "companies" ("id")`);
    this.addSql(`alter table "files" add constraint "files_deal_id_foreign" foreign key ("deal_id") references "deals" ("id")`);
    this.addSql(`alter table "files" add constraint "files_document_id_foreign" foreign key ("document_id") references "documents" ("id")`);
    this.addSql(
      `alter table "files" add constraint "files_message_id_foreign" foreign key ("message_id") references "messages" ("id") on delete set null`,
    );
    this.addSql(`alter table "mails" add constraint "mails_company_id_foreign" foreign key ("company_id") references "companies" ("id")`);
    this.addSql(`alter table "mails" add constraint "mails_deal_id_foreign" foreign key ("deal_id") references "deals" ("id")`);
    this.addSql(`alter table "mails" add constraint "mails_document_id_foreign" foreign key ("document_id") references "documents" ("id")`);
    this.addSql(
      `alter table "mails" add constraint "mails_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete set null`,
    );
    this.addSql(
      `alter table "mails" add constraint "mails_contact_id_foreign" foreign key ("contact_id") references "contacts" ("id") on delete set null`,
    );
    this.addSql(
      `alter table "mails" add constraint "mails_person_id_foreign" foreign key ("person_id") references "people" ("id") on delete set null`,
    );
    this.addSql(
      `alter table "mails" add constraint "mails_link_id_foreign" foreign key ("link_id") references "links" ("id") on delete set null`,
    );
    // What the log said before there were files and mails is read by the same code as what it says since.
    this.addSql(`update "events" set "data" = jsonb_set("data", '{message,files}', '[]') where "type" = 'message.posted'`);
    this.addSql(
      `update "events" set "data" = jsonb_set(jsonb_set("data", '{document,files}', '[]'), '{document,owner,mails}', '[]') where "type" in ('document.drafted', 'document.issued', 'document.revised')`,
    );
  }
}
