import { compare, isZero, minus, nearer, sum, within } from './decimal.ts';
import { isAccepted, type Kind, type Line, type Progress, type Status } from './document.ts';
import { counts } from './follows.ts';
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
  /**
   * What has been taken from a line, along whichever way: what an order has had invoiced, its delivery has no more to. Zeros for a line
   * nothing came from, or that is unknown.
   */
  taken(line: string): Taken;
  /** How much of a line is still to come in documents of this kind, never less than nothing; null for a line without a quantity. */
  left(line: string, kind: Kind): Decimal | null;
  /** How much of it a new document may take from this very line: what of a quote was ordered goes on from its order. */
  open(line: string, kind: Kind): Decimal | null;
  /** The same for several lines that one document takes together: earlier ones first, never more than what limits them all. */
  share(lines: readonly string[], kind: Kind): Map<string, Decimal>;
  /** Lines of a document that take more than there is: what each may take at most, itself included. */
  exceeded(document: string): { line: string; most: Decimal }[];
  /** How far the chain has gone on from a document; null where nothing came of it. */
  progress(document: string): Progress | null;
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
      const whole = wholeOf(at, kind);
      const here = nearer(whole, minus(whole, takenOf(at)[measure]));
      left = left === null ? here : nearer(left, here);
    }
    return left ?? '0';
  }

  function openOf(node: Node, kind: Kind): Decimal | null {
    const left = leftOf(node, kind);
    const direct = directOf(node, kind);
    return left === null || direct === null ? left : nearer(left, nearer(node.line.quantity ?? '0', direct));
  }

  function shareOf(lines: readonly Node[], kind: Kind): Map<string, Decimal> {
    const given = new Map<Node, Decimal>();
    return new Map(
      lines.map((node) => {
        const limits = limiting(node, kind);
        const rest = limits.flatMap((at) => (given.has(at) ? [minus(leftOf(at, kind) ?? '0', given.get(at) ?? '0')] : []));
        const share = rest.reduce(nearer, openOf(node, kind) ?? '0');
        for (const at of limits) given.set(at, sum(given.get(at) ?? '0', share));
        return [node.line.id, share];
      }),
    );
  }

  /** What neither orders nor documents without an order have taken of a quote's line; null where that is no question. */
  function directOf(node: Node, kind: Kind): Decimal | null {
    const { document, line } = node;
    if (document.kind !== 'quote' || (kind !== 'invoice' && kind !== 'delivery') || line.quantity === null) return null;
    const orders = node.children.filter((child) => child.document.kind === 'order' && counts(child.document));
    if (orders.length === 0) return null;
    const measure = kind === 'invoice' ? 'invoiced' : 'delivered';
    const through = orders.reduce((all, order) => sum(all, takenOf(order)[measure]), '0');
    return minus(minus(line.quantity, takenOf(node).ordered), minus(takenOf(node)[measure], through));
  }

  /** What was taken of it: by what came from it, or, where an earlier line limits it, by others. */
  function doneOf(node: Node): Taken {
    const own = takenOf(node);
    // Of what does not count, others have taken nothing.
    if (!counts(node.document)) return own;
    const farther = (kind: 'delivery' | 'invoice', part: Decimal): Decimal => {
      if (node.line.quantity === null || limiting(node, kind).length === 0) return part;
      const whole = wholeOf(node, kind);
      const gone = minus(whole, leftOf(node, kind) ?? whole);
      return within(part, gone) ? gone : part;
    };
    return { ...own, delivered: farther('delivery', own.delivered), invoiced: farther('invoice', own.invoiced) };
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
    const direct = node.parent && directOf(node.parent, kind);
    return direct !== null && !within(quantity, sum(direct, quantity)) ? nearer(quantity, sum(direct, quantity)) : null;
  }

  return {
    taken: (line) => {
      const node = nodes.get(line);
      return node ? doneOf(node) : { ordered: '0', delivered: '0', invoiced: '0', credited: '0' };
    },
    left: (line, kind) => {
      const node = nodes.get(line);
      return node ? leftOf(node, kind) : null;
    },
    open: (line, kind) => {
      const node = nodes.get(line);
      return node ? openOf(node, kind) : null;
    },
    share: (lines, kind) =>
      shareOf(
        lines.flatMap((line) => nodes.get(line) ?? []),
        kind,
      ),
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
      const taken = lines.map((node) => ({ whole: wholeOf(node, WHOLE[measure]), part: doneOf(node)[measure] }));
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

/** For which kind the whole of a line is asked. */
const WHOLE: { readonly [M in keyof Taken]: Kind } = {
  ordered: 'order',
  delivered: 'delivery',
  invoiced: 'invoice',
  credited: 'credit_note',
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
