/** One line of a scrape. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** A scrape as a Prometheus server reads it. */
export interface Scrape {
  samples: Sample[];
  /** The value of a series; 0 where it has not been counted yet, as `rate()` would have it. */
  value(name: string, labels?: Record<string, string>): number;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LINE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? ([^ ]+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

/**
 * Reads Prometheus' text format 0.0.4, strictly: each family is described once before its samples and stands together, no series comes
 * twice, and histograms add up. Throws for anything else.
 */
export function parseScrape(text: string): Scrape {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const series = new Map<string, number>();
  const samples: Sample[] = [];
  let family = '';
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, keyword, name = '', rest = ''] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    if (keyword === 'HELP') {
      if (helped.has(name)) throw new Error(`described twice: ${name}`);
      helped.add(name);
    } else if (keyword === 'TYPE') {
      if (!['counter', 'gauge', 'histogram', 'summary'].includes(rest)) throw new Error(`no type: ${line}`);
      if (types.has(name) || !helped.has(name)) throw new Error(`typed twice, or not described: ${name}`);
      types.set(name, rest);
      family = name;
    } else {
      const sample = sampleOf(line);
      const base = types.get(family) === 'histogram' ? sample.name.replace(/_(bucket|sum|count)$/, '') : sample.name;
      if (base !== family) throw new Error(`${sample.name} stands in the family ${family}`);
      const id = idOf(sample.name, sample.labels);
      if (series.has(id)) throw new Error(`twice: ${id}`);
      series.set(id, sample.value);
      samples.push(sample);
    }
  }
  for (const [name, type] of types) if (type === 'histogram') checkHistogram(name, samples);
  for (const [name, type] of types) if (type === 'counter') checkCounter(name, samples);
  return { samples, value: (name, labels = {}) => series.get(idOf(name, labels)) ?? 0 };
}

function sampleOf(line: string): Sample {
  const [, name = '', inside = '', number = ''] = LINE.exec(line) ?? [];
  if (name === '') throw new Error(`no sample: ${line}`);
  const value = { '+Inf': Infinity, '-Inf': -Infinity, Nan: NaN }[number] ?? Number(number);
  if (Number.isNaN(value) && number !== 'Nan') throw new Error(`no number: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inside.length) {
    const at = LABEL.lastIndex;
    const [, key = '', text = ''] = LABEL.exec(inside) ?? [];
    if (key === '' || key in labels) throw new Error(`no labels from ${at}: ${line}`);
    labels[key] = text;
  }
  return { name, labels, value };
}

function idOf(name: string, labels: Readonly<Record<string, string>>): string {
  return name + JSON.stringify(Object.entries(labels).sort());
}

function checkCounter(name: string, samples: Sample[]): void {
  if (!name.endsWith('_total')) throw new Error(`a counter must be called so: ${name}`);
  if (samples.some((sample) => sample.name === name && !(sample.value >= 0))) throw new Error(`a counter below zero: ${name}`);
}

/** Buckets only grow, and the last one is the count. */
function checkHistogram(name: string, samples: Sample[]): void {
  const own = Map.groupBy(
    samples.filter((sample) => sample.name.startsWith(`${name}_`)),
    ({ labels: { le: _le, ...labels } }) => idOf(name, labels),
  );
  for (const [id, group] of own) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    const sum = group.find((sample) => sample.name === `${name}_sum`)?.value;
    const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Infinity : Number(labels['le'])));
    const rising = buckets.every(
      ({ value }, i) => i === 0 || (value >= (buckets[i - 1]?.value ?? 0) && (bounds[i] ?? 0) > (bounds[i - 1] ?? 0)),
    );
    if (!rising || bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count || sum === undefined)
      throw new Error(`not a histogram: ${id}`);
  }
}
