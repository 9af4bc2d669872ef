import { compare, isZero, minus, nearer, sum, within } from './decimal.ts';
import { isAccepted, type Kind, type Line, type Progress, type Status } from './document.ts';
import type { Decimal } from './money.ts';

/**
 * The quantities of a chain: what was ordered, delivered, invoiced, credited, line by line. A line refers to the line it came from, so
 * that what is taken from it can be counted along all ways. Everything is derived from the documents; both sides count alike.
 */
export interface ChainDocument {
  id: string;
  kind: Kind;
  status: Status;
  lines: Line[];
  /** Of a quote, the optional lines that were chosen. */
  chosen: readonly string[];
  /** A deposit invoice takes no quantities. */
  deposit: boolean;
}

/** Which kinds a document of each kind can come from, nearest first. */
export const SOURCES: { readonly [K in Kind]: readonly Kind[] } = {
  quote: [],
  order: ['quote'],
  delivery: ['order', 'quote'],
  invoice: ['delivery', 'order', 'quote'],
  credit_note: ['invoice', 'order'],
};

/** What has been taken from a line. `invoiced` is less what was credited. */
export interface Taken {
  ordered: Decimal;
  delivered: Decimal;
  invoiced: Decimal;
  credited: Decimal;
}

/** A line among those that came from it and those it came from. */
interface Node {
  document: ChainDocument;
  line: Line;
  parent: Node | null;
  children: Node[];
}

export interface Chain {
  /** What has been taken from a line; zeros for a line nothing came from, or that is unknown. */
  taken(line: string): Taken;
  /** How much of a line a new document of this kind may still take; null for a line without a quantity. */
  left(line: string, kind: Kind): Decimal | null;
  /** Lines of a document that take more than there is: what each may take at most, itself included. */
  exceeded(document: string): { line: string; most: Decimal }[];
  /** How far the chain has gone on from a document; null where nothing came of it. */
  progress(document: string): Progress | null;
}

/** Whether what a document says of quantities counts. A refused delivery brought nothing; a draft says nothing yet. */
export function counts({ status }: Pick<ChainDocument, 'status'>): boolean {
  return status !== 'draft' && status !== 'refused' && status !== 'withdrawn';
}

/** Whether a document of `kind` may be made from this one: a quote once it is accepted, everything else once it is issued and not refused. */
export function canFollow({ kind, status }: Pick<ChainDocument, 'kind' | 'status'>, next: Kind): boolean {
  if (!SOURCES[next].includes(kind) || (kind === 'order' && next === 'credit_note')) return false;
  return kind === 'quote' ? isAccepted(status) : counts({ status });
}

/** `documents` are those of one deal. */
export function chainOf(documents: readonly ChainDocument[]): Chain {
  const nodes = new Map<string, Node>();
  for (const document of documents)
    for (const line of document.lines) if (line.type === 'item') nodes.set(line.id, { document, line, parent: null, children: [] });
  for (const node of nodes.values()) {
    const parent = node.line.from && nodes.get(node.line.from.line);
    if (!parent || parent.document.id !== node.line.from?.document || loops(node, parent)) continue;
    node.parent = parent;
    parent.children.push(node);
  }

  function takenOf(node: Node): Taken {
    const all: Taken = { ordered: '0', delivered: '0', invoiced: '0', credited: '0' };
    for (const child of node.children) {
      const beyond = takenOf(child);
      // What was refused took nothing itself; what came of it nevertheless is still there.
      const own = counts(child.document) ? (child.line.quantity ?? '0') : '0';
      const { kind } = child.document;
      all.ordered = sum(all.ordered, kind === 'order' ? own : beyond.ordered);
      all.delivered = sum(all.delivered, kind === 'delivery' ? own : beyond.delivered);
      // A line of an invoice that came from another invoice deducts a deposit: it takes money, not quantities.
      const invoiced = kind === 'invoice' ? (node.document.kind === 'invoice' ? '0' : minus(own, beyond.credited)) : beyond.invoiced;
      all.invoiced = sum(all.invoiced, invoiced);
      all.credited = sum(all.credited, kind === 'credit_note' ? own : '0');
    }
    return all;
  }

  /** How much of it there is for what comes after: of a quote of which more was ordered, what was ordered. */
  function wholeOf(node: Node, kind: Kind): Decimal {
    const own = node.document.kind === 'quote' && !isChosen(node) ? '0' : (node.line.quantity ?? '0');
    if (node.document.kind !== 'quote' || kind === 'order') return own;
    const { ordered } = takenOf(node);
    return nearer(own, ordered) === own && !isZero(ordered) ? ordered : own;
  }

  function leftOf(node: Node, kind: Kind): Decimal | null {
    if (node.line.quantity === null) return null;
    const measure = MEASURE[kind];
    if (measure === null) return '0';
    let left: Decimal | null = null;
    for (const at of limiting(node, kind)) {
      const here = minus(wholeOf(at, kind), takenOf(at)[measure]);
      left = left === null ? here : nearer(left, here);
    }
    return left ?? '0';
  }

  function exceededBy(node: Node): Decimal | null {
    const { kind } = node.document;
    const measure = MEASURE[kind];
    const quantity = node.line.quantity;
    if (measure === null || kind === 'order' || quantity === null) return null;
    for (const at of limiting(node.parent, kind)) {
      const whole = wholeOf(at, kind);
      const taken = takenOf(at)[measure];
      if (at.line.quantity !== null && !within(taken, whole)) return nearer(quantity, minus(whole, minus(taken, quantity)));
    }
    return null;
  }

  return {
    taken: (line) => {
      const node = nodes.get(line);
      return node ? takenOf(node) : { ordered: '0', delivered: '0', invoiced: '0', credited: '0' };
    },
    left: (line, kind) => {
      const node = nodes.get(line);
      return node ? leftOf(node, kind) : null;
    },
    exceeded: (document) =>
      [...nodes.values()].flatMap((node) => {
        const most = node.document.id === document ? exceededBy(node) : null;
        return most === null ? [] : [{ line: node.line.id, most }];
      }),
    progress: (document) => progressOf([...nodes.values()].filter((node) => node.document.id === document && isChosen(node))),
  };

  function progressOf(own: Node[]): Progress | null {
    const lines = own.filter((node) => node.line.quantity !== null && !isZero(node.line.quantity));
    const share = (measure: keyof Taken) => {
      const taken = lines.map((node) => ({ whole: node.line.quantity ?? '0', part: takenOf(node)[measure] }));
      const all = taken.every(({ whole, part }) => !within(part, whole) || compare(part, whole) === 0);
      return taken.every(({ part }) => isZero(part)) ? 'none' : all ? 'all' : 'some';
    };
    if (lines.length === 0 || lines.some((node) => node.document.kind === 'invoice' || node.document.kind === 'credit_note')) return null;
    const [invoiced, delivered, ordered] = [share('invoiced'), share('delivered'), share('ordered')];
    if (invoiced !== 'none') return invoiced === 'all' ? 'invoiced' : 'partly_invoiced';
    if (delivered !== 'none') return delivered === 'all' ? 'delivered' : 'partly_delivered';
    return ordered === 'none' ? null : 'ordered';
  }
}

/** What a document of each kind takes from the lines its own come from. */
const MEASURE: { readonly [K in Kind]: keyof Taken | null } = {
  quote: null,
  order: 'ordered',
  delivery: 'delivered',
  invoice: 'invoiced',
  credit_note: 'credited',
};

/** The lines that limit what a document of this kind may take from a line: itself, and those it came from along the chain. */
function limiting(node: Node | null, kind: Kind): Node[] {
  // What a credit note takes back was taken by its invoice alone: a deduction's deposit is another one.
  if (kind === 'credit_note') return node?.document.kind === 'invoice' ? [node] : [];
  const found: Node[] = [];
  for (let at = node; at !== null && !at.document.deposit && SOURCES[kind].includes(at.document.kind); at = at.parent) found.push(at);
  return found;
}

function isChosen({ document, line }: Node): boolean {
  return !line.optional || document.chosen.includes(line.id);
}

function loops(node: Node, parent: Node): boolean {
  for (let at: Node | null = parent; at !== null; at = at.parent) if (at === node) return true;
  return false;
}
