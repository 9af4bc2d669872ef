import { accountObject } from '../accounts.ts';
import { eventRoutes } from './events.ts';
import { paymentRoutes } from './payments.ts';
import { disputeRoutes, refundRoutes } from './refunds.ts';
import { route, type Route } from './route.ts';
import { sessionRoutes } from './sessions.ts';

const accountRoutes: Route[] = [
  route('GET /v1/account', 'account_read', ({ world, owner }) => {
    const account = world.state.accounts[owner.account];
    if (!account) throw new Error(`a key without an account: ${owner.account}`);
    return accountObject(account);
  }),
];

/** Everything of the API that the emulator answers. */
export const ROUTES: Route[] = [...accountRoutes, ...sessionRoutes, ...paymentRoutes, ...refundRoutes, ...disputeRoutes, ...eventRoutes];
