import { badParameter } from './errors.ts';
import { pageOf } from './lists.ts';
import type { Kind, Owner } from './state.ts';
import type { World } from './world.ts';

/** https://docs.stripe.com/expand */
const MAX_DEPTH = 4;

interface Node {
  [property: string]: unknown;
}

/** Which property of which object is the id of what. */
const REFERENCES: Record<string, Record<string, Kind[]>> = {
  'checkout.session': { payment_intent: ['intent'] },
  payment_intent: { latest_charge: ['charge'] },
  charge: { balance_transaction: ['transaction'], failure_balance_transaction: ['transaction'], payment_intent: ['intent'] },
  refund: {
    balance_transaction: ['transaction'],
    failure_balance_transaction: ['transaction'],
    charge: ['charge'],
    payment_intent: ['intent'],
  },
  dispute: { charge: ['charge'], payment_intent: ['intent'] },
  balance_transaction: { source: ['charge', 'refund', 'dispute'] },
};

/** A copy of an object or list with what was asked for in the place of ids: `latest_charge.balance_transaction`, `data.charge`, … */
export function expanded(world: World, owner: Owner, object: object, paths: string[]): object {
  const copy = structuredClone(object) as Node;
  for (const path of paths) {
    const segments = path.split('.');
    if (segments.filter((segment) => segment !== 'data').length > MAX_DEPTH)
      throw badParameter(`You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`, 'expand');
    expandPath(world, owner, copy, segments, path);
  }
  return copy;
}

function expandPath(world: World, owner: Owner, node: Node, segments: string[], path: string): void {
  const [name, ...rest] = segments;
  if (name === undefined) return;
  if (node['object'] === 'list' && name === 'data') {
    for (const item of node['data'] as Node[]) expandPath(world, owner, item, rest, path);
    return;
  }
  const value = node[name] === undefined ? included(world, owner, node, name) : node[name];
  const found = typeof value === 'string' ? lookedUp(world, owner, node, name, value) : value;
  if (found === null) return;
  if (typeof found !== 'object') throw badParameter(`This property cannot be expanded (${path}).`, 'expand');
  node[name] = found;
  expandPath(world, owner, found as Node, rest, path);
}

function lookedUp(world: World, owner: Owner, node: Node, name: string, id: string): unknown {
  for (const kind of REFERENCES[String(node['object'])]?.[name] ?? []) {
    const found = world.find(kind, owner, id);
    if (found) return structuredClone(found);
  }
  return id;
}

/** Lists that are only shown when they are asked for. */
function included(world: World, owner: Owner, node: Node, name: string): unknown {
  const id = String(node['id']);
  if (node['object'] === 'checkout.session' && name === 'line_items')
    return structuredClone(pageOf(world.behind(id).lines, `/v1/checkout/sessions/${id}/line_items`, 'item', { limit: 100 }));
  if (node['object'] === 'charge' && name === 'refunds') {
    const refunds = world.all('refund', owner).filter((refund) => refund.charge === id);
    return structuredClone(pageOf(refunds, `/v1/charges/${id}/refunds`, 'refund', { limit: 100 }));
  }
  return undefined;
}
