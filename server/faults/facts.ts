import pg from 'pg';
import type { Audience, EventType } from '../../shared/events.ts';

/** What is in the database when everything is over, as far as the checker asks. */
export interface Facts {
  companies: { id: string; seq: number }[];
  deals: { id: string; seq: number }[];
  events: EventFact[];
  /** What commands were answered. */
  records: { actor: string; id: string; seq: number; result: Record<string, unknown> }[];
  messages: { id: string; deal: string; seq: number; text: string }[];
  documents: DocumentFact[];
  decisions: { id: string; document: string; revision: number; action: string; name: string }[];
  mails: MailFact[];
  payments: { id: string; document: string; kind: string; amount: number; external: string | null; checkout: string | null }[];
  checkouts: { id: string; document: string; state: string; amount: number }[];
  counters: { kind: string; year: number; last: number }[];
  /** PDFs that are kept as evidence, and for how many decisions. */
  evidence: { sha256: string; decisions: number }[];
}

export interface EventFact {
  seq: number;
  deal: string | null;
  dealSeq: number | null;
  type: EventType;
  audience: Audience;
  document: string | null;
  /** Of a message, its id alone. */
  data: Record<string, unknown>;
}

export interface DocumentFact {
  id: string;
  deal: string;
  kind: string;
  number: string | null;
  /** null: of our own series. */
  origin: string | null;
  status: string;
  revision: number;
  paid: number;
}

export interface MailFact {
  id: string;
  kind: string;
  about: Record<string, unknown>;
  document: string;
  address: string;
  /** null: never rendered. */
  messageId: string | null;
  state: string;
}

/** Each query names its columns as the fact does; what PostgreSQL calls bigint comes as a number. */
const QUERIES: { readonly [K in keyof Facts]: string } = {
  companies: 'select id, seq from companies',
  deals: 'select id, seq from deals',
  events: `select seq, deal, deal_seq as "dealSeq", type, audience, document,
    case when type = 'message.posted' then jsonb_build_object('message', data->'message'->'id') else data end as data from events order by seq`,
  records: `select actor, id, (answer->>'seq')::bigint as seq, answer->'result' as result from command_records`,
  messages: 'select id, deal_id as deal, seq, text from messages order by deal_id, seq',
  documents: 'select id, deal_id as deal, kind, number, origin, status, revision, paid from documents order by created_at',
  decisions: 'select id, document_id as document, revision, action, name from decisions order by at, position',
  mails:
    'select id, kind, about, document_id as document, address, message_id as "messageId", state from mails order by created_at, position',
  payments: 'select id, document_id as document, kind, amount, external, checkout from payments order by at, position',
  checkouts: 'select id, document_id as document, state, amount from checkouts',
  counters: 'select kind, year, last from counters',
  evidence: `select sha256, (select count(*) from decisions where pdf_sha256 = sha256) as decisions from blobs where media_type = 'application/pdf'`,
};

/** Reads it all from a database nobody writes to any more. */
export async function readFacts(url: string): Promise<Facts> {
  const client = new pg.Client({ connectionString: url, types: { getTypeParser } });
  await client.connect();
  try {
    const facts: Record<string, unknown[]> = {};
    for (const [name, sql] of Object.entries(QUERIES)) facts[name] = (await client.query<Record<string, unknown>>(sql)).rows;
    return facts as unknown as Facts;
  } finally {
    await client.end();
  }
}

const BIGINT = 20;

function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  return oid === BIGINT ? Number : (pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown);
}
