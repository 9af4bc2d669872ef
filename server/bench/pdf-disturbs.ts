import type { Batch, CommandAnswer } from '../../shared/protocol.ts';
import { messageOn, openDeals } from './durable.ts';
import { makeDeals, openPlace, signIn, type BenchDeal, type Program } from './place.ts';
import { print, quantile, rowOf, type Row } from './rows.ts';
import { openWire, type Wire } from './wire.ts';

const PAIRS = 5;
const SECONDS = 6;
const MESSAGES_A_SECOND = 25;
const PDFS_A_SECOND = 10;
const LINES = 200;

interface Chat {
  deal: BenchDeal;
  from: Wire;
  to: Wire;
}

/**
 * How much the chat feels of ten PDFs of 200 lines a second: the time from sending a message until the other side has it, at the 99th
 * percentile, with nothing else going on and while they are drawn. Each is another one, so that all are drawn; where the machine cannot
 * draw ten a second, they are asked for nevertheless, and those that wait count as load.
 */
export async function measurePdfDisturbs(): Promise<Row[]> {
  const place = await openPlace();
  const program = await place.start();
  try {
    const [deal] = await makeDeals(program.url, place.databaseUrl, 1);
    const documents = await makeDeals(program.url, place.databaseUrl, PDFS_A_SECOND * SECONDS, LINES);
    if (!deal) throw new Error('no deal was made');
    const { clients, owners } = await openDeals(program, [deal]);
    const chat: Chat = { deal, from: clients[0]!, to: owners[0]! };
    const cookie = await signIn(program.url);
    await delays(chat, 'warm');
    await drawAll(program, documents.slice(0, 5));
    const pairs = [];
    const rates: number[] = [];
    for (let i = 0; i < PAIRS; i += 1) {
      await recolour(program, cookie, i);
      const quiet = await delays(chat, `quiet ${i}`);
      const drawing = drawAll(program, documents);
      const loaded = await delays(chat, `loaded ${i}`);
      rates.push(await drawing);
      pairs.push({ floor: quantile(quiet, 0.99), ours: quantile(loaded, 0.99) });
    }
    const rate = rates.reduce((sum, one) => sum + one, 0) / rates.length;
    return [rowOf(`message to the other side, p99 ms, beside ${rate.toFixed(1)} PDFs of ${LINES} lines a second`, '≤ 2', pairs)];
  } finally {
    await program.stop();
    await place.remove();
  }
}

/** Milliseconds from when each message should have been sent until the other side has it. */
async function delays({ deal, from, to }: Chat, round: string): Promise<number[]> {
  const due = new Map<string, number>();
  const found: number[] = [];
  to.onBatch = ({ events }: Batch) => {
    const now = performance.now();
    for (const event of events) {
      const text = (event as { data?: { message?: { text?: string } } }).data?.message?.text ?? '';
      const at = due.get(text);
      if (at !== undefined) found.push(now - at);
      due.delete(text);
    }
  };
  const count = MESSAGES_A_SECOND * SECONDS;
  const started = performance.now();
  const sent: Promise<CommandAnswer>[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = started + (i * 1000) / MESSAGES_A_SECOND;
    const wait = at - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    due.set(`${round} ${i}`, at);
    sent.push(from.command('postMessage', messageOn(deal, `${round} ${i}`)));
  }
  const refused = (await Promise.all(sent)).find((answer) => !answer.ok);
  if (refused) throw new Error(`a message was refused: ${JSON.stringify(refused)}`);
  const end = performance.now() + 10_000;
  while (due.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  if (due.size > 0) throw new Error(`${due.size} of ${count} messages never arrived`);
  return found;
}

/** Asks for the PDF of each, so many a second; answers how many a second came while they were asked for. */
async function drawAll(program: Program, documents: BenchDeal[]): Promise<number> {
  const started = performance.now();
  let come = 0;
  const asked: Promise<void>[] = [];
  for (const [i, { token }] of documents.entries()) {
    const wait = started + (i * 1000) / PDFS_A_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    asked.push(
      fetch(`${program.url}/d/${token}/pdf`).then(async (answer) => {
        if (answer.status !== 200) throw new Error(`a PDF was answered with ${answer.status}`);
        await answer.arrayBuffer();
        come += 1;
      }),
    );
  }
  const rate = come / ((performance.now() - started) / 1000);
  await Promise.all(asked);
  return rate;
}

/** Another colour of the company: none of the PDFs that were drawn is the right one any more. */
async function recolour(program: Program, cookie: string, round: number): Promise<void> {
  const wire = await openWire(program.url, {}, { cookie });
  const answer = await wire.command('saveCompany', { changes: { accent: `#10203${round}` } });
  if (!answer.ok) throw new Error(`the company could not be changed: ${answer.refusal.code}`);
  wire.close();
}

if (import.meta.main) print(await measurePdfDisturbs());
