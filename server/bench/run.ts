import type { Row } from './rows.ts';
import { measureBack } from './back.ts';
import { measureDurable } from './durable.ts';
import { measureFirstView } from './first-view.ts';
import { measureLatency } from './latency.ts';
import { measurePdf } from './pdf.ts';
import { measurePdfDisturbs } from './pdf-disturbs.ts';
import { measureSockets } from './sockets.ts';
import { measureStart } from './start.ts';

/** Everything that is measured, or what is named on the command line, as one table: each number beside its floor in the same run. */
const MEASURES: Record<string, () => Promise<Row[]>> = {
  durable: measureDurable,
  latency: measureLatency,
  sockets: measureSockets,
  back: measureBack,
  view: measureFirstView,
  start: measureStart,
  pdf: measurePdf,
  'pdf-disturbs': measurePdfDisturbs,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in MEASURES));
if (unknown.length > 0) {
  process.stderr.write(`there is no measure ${unknown.join(', ')}; there are ${Object.keys(MEASURES).join(', ')}\n`);
  process.exit(2);
}

const rows: Row[] = [];
for (const [name, measure] of Object.entries(MEASURES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`measuring ${name} …\n`);
  rows.push(...(await measure()));
}

const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const table = [
  ['what', 'floor', 'ours', 'ratio', 'spread', 'goal'],
  ...rows.map(({ what, floor, ours, ratio, spread, goal }) => [
    what,
    number(floor),
    number(ours),
    ratio.toFixed(2),
    spread.map((value) => value.toFixed(2)).join('–'),
    goal,
  ]),
];
const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0))) ?? [];
for (const cells of table) process.stdout.write(`| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`);
