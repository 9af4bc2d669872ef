import type { Call } from '../calls.ts';
import { expanded } from '../expand.ts';
import { missing, refused } from '../errors.ts';
import type { Form } from '../form.ts';
import { readParameters } from '../parameters.ts';
import type { Kind, Kinds, Owner } from '../state.ts';
import type { World } from '../world.ts';

export interface Context {
  world: World;
  owner: Owner;
  /** The one in the path, or ''. */
  id: string;
}

/** A call the emulator answers. */
export interface Route {
  call: Call;
  method: string;
  /** The path's id is in its first group. */
  pattern: RegExp;
  /** What a restricted key needs. */
  permission: string;
  /** Throws an ApiError. */
  run(context: Context, form: Form): object;
}

/** What Stripe takes and the emulator would not heed: better refused than silently without effect. */
const UNHEEDED = new Set(
  (
    'currency customer customer_account customer_details instructions_email origin payment_link refund_application_fee reverse_transfer ' +
    'subscription transfer_group'
  ).split(' '),
);

/** A row of the API: its parameters are checked before it runs, and what it answers is expanded. `Params` is the SDK's type of them. */
export function route<Params extends object>(call: Call, permission: string, run: (context: Context, params: Params) => object): Route {
  const [method = '', path = ''] = call.split(' ');
  const pattern = new RegExp(`^${path.replace(/\{\w+\}/, '([^/]+)')}$`);
  return {
    call,
    method,
    pattern,
    permission,
    run(context, form) {
      const params = readParameters<Params & { expand?: string[] }>(call, form);
      for (const param of Object.keys(params))
        if (UNHEEDED.has(param)) throw refused('The emulator does not do this parameter.', { param });
      return expanded(context.world, context.owner, run(context, params), params.expand ?? []);
    },
  };
}

const NAMES: Record<Kind, string> = {
  session: 'checkout.session',
  intent: 'payment_intent',
  charge: 'charge',
  refund: 'refund',
  dispute: 'dispute',
  transaction: 'balance_transaction',
  event: 'event',
};

/** The object whose id stands in the path. Throws an ApiError where the key's account has none. */
export function found<K extends Kind>({ world, owner, id }: Context, kind: K, param = 'id'): Kinds[K] {
  const object = world.find(kind, owner, id);
  if (!object) throw missing(NAMES[kind], id, param);
  return object;
}
