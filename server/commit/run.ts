import { Refusal } from '../../shared/refusal.ts';
import { DEFINITIONS, type ClientCommand, type CompanyCommand, type DealCommand, type Inputs, type Name } from '../commands/index.ts';
import type { Result } from '../commands/scope.ts';
import { allOf, type Em } from '../db.ts';
import type { Counter } from '../entities/index.ts';
import { loadClient, loadCompany, loadDeals } from '../load.ts';
import type { LoadedDeal, Reads } from '../model/loaded.ts';
import { addRows, clientScope, companyScope, dealScope, isNothing, lockCounters, type Outcome, type Sender } from '../scope.ts';
import type { Target } from '../target.ts';
import { completed, emptyClient, makeDeal, makeDealFor } from './make.ts';
import { checkLink } from './rights.ts';
import type { Tracked } from './tracked.ts';

/** A command whose turn has come: its input is checked, its locks are held. */
export interface Turn {
  sender: Sender & { name: Name };
  input: Inputs[Name];
  target: Target;
  now: Date;
  /** It shares its transaction with no other. */
  alone: boolean;
}

/** What a command did and answers. `seq`: the deal's after it, or the company's where there is no deal. */
export interface Ran {
  outcome: Outcome;
  result: Result;
  seq: number;
}

/** A command that is ready to run, over what is loaded. */
export interface Ready {
  /** Throws Refusal, or whatever is wrong with it. */
  run(): Ran;
  /** Whether it has left what is loaded as it was. */
  untouched(): boolean;
}

/** The deals of commands that change one that is there; of those that look up or make something first, none. */
export async function loadFor(
  em: Em,
  tracked: Tracked,
  asked: (Pick<Turn, 'input' | 'target' | 'alone'> & { name: Name })[],
): Promise<Map<string, LoadedDeal>> {
  const wanted = asked.flatMap(({ name, input, target, alone }) =>
    !alone && 'deal' in target ? { deal: target.deal, reads: definitionOf(name).reads(input) } : [],
  );
  const loaded = await allOf(
    [...Map.groupBy(wanted, (one) => one.reads)].map(([reads, ofReads]) =>
      loadDeals(
        em,
        tracked.find,
        ofReads.map((one) => one.deal),
        reads satisfies Reads,
      ),
    ),
  );
  return new Map(loaded.flatMap((deals) => [...deals]));
}

/** Makes commands ready to run: locks the counters they may draw from. null: there is no such deal. */
export async function prepare(em: Em, tracked: Tracked, turns: Turn[], deals: Map<string, LoadedDeal>): Promise<(Ready | null)[]> {
  const [first] = turns;
  if (first?.alone) return [await prepareAlone(em, tracked, first)];
  const dealOf = ({ target }: Turn) => ('deal' in target ? deals.get(target.deal) : undefined);
  const draws = turns.flatMap((turn) => {
    const deal = dealOf(turn);
    return deal ? definitionOf(turn.sender.name).counters(turn.input, deal, turn.now) : [];
  });
  const counters = await lockCounters(em, first?.sender.acting.company ?? '', draws);
  return turns.map((turn) => {
    const deal = dealOf(turn);
    return deal === undefined ? null : dealCommand(em, tracked, turn, deal, counters, turn.input);
  });
}

/** The same of a command that has its transaction to itself. */
async function prepareAlone(em: Em, tracked: Tracked, turn: Turn): Promise<Ready> {
  const { sender, target } = turn;
  const definition = DEFINITIONS[sender.name];
  if (definition.scope === 'company') return companyCommand(em, definition as CompanyCommand<Name>, turn);
  if (definition.scope === 'client') return clientCommand(em, definition as ClientCommand<Name>, turn);
  const { company } = sender.acting;
  const loaded =
    'newDeal' in target
      ? await makeDeal(em, target.newDeal, company, turn.now)
      : 'dealFor' in target
        ? await makeDealFor(em, target.dealFor, company, turn.now)
        : 'deal' in target
          ? (await loadDeals(em, tracked.find, [target.deal], definitionOf(sender.name).reads(turn.input))).get(target.deal)
          : null;
  if (!loaded) throw new Refusal('not_found');
  // Before anything is looked up for somebody who may not.
  checkLink(loaded, sender.acting);
  const counters = await lockCounters(em, company, definitionOf(sender.name).counters(turn.input, loaded, turn.now));
  const input = await completed(em, sender.name, turn.input, loaded);
  return dealCommand(em, tracked, turn, loaded, counters, input);
}

function definitionOf(name: Name): DealCommand<Name> {
  return DEFINITIONS[name] as DealCommand<Name>;
}

function dealCommand(em: Em, tracked: Tracked, { sender, now }: Turn, loaded: LoadedDeal, counters: Counter[], input: Inputs[Name]): Ready {
  let drawn = '';
  const { scope, outcome } = dealScope({ em, tracked }, loaded, counters, sender, now);
  return {
    run() {
      // Others of the group draw from them, too.
      drawn = JSON.stringify(counters);
      checkLink(loaded, sender.acting);
      const result = definitionOf(sender.name).run(scope, input);
      addRows(outcome, loaded);
      return { outcome, result, seq: loaded.deal.seq };
    },
    untouched: () => isNothing(outcome) && JSON.stringify(counters) === drawn && !isDealChanged(tracked, loaded),
  };
}

/** Commands are to refuse before they change anything; this is for those that do not. */
function isDealChanged(tracked: Tracked, loaded: LoadedDeal): boolean {
  return Object.values(loaded).some((part: unknown) =>
    Array.isArray(part) ? part.some(tracked.isChanged) : !(part instanceof Map) && tracked.isChanged(part as object),
  );
}

async function companyCommand(em: Em, definition: CompanyCommand<Name>, { sender, input, now }: Turn): Promise<Ready> {
  const loaded = await loadCompany(em, sender.acting.company, 'delivery' in input ? input.delivery : null);
  if (loaded === null) throw new Refusal('not_found');
  const { scope, outcome } = companyScope(em, loaded, sender, now);
  return alone(() => {
    const result = definition.run(scope, input);
    return { outcome, result, seq: loaded.company.seq + outcome.said.length };
  });
}

/** With nobody to be harmed, a refusal may leave anything: nothing of it is written. */
function alone(run: () => Ran): Ready {
  return { run, untouched: () => false };
}

/** All deals of the client are locked, in order, before anything is read: each of them is told. */
async function clientCommand(em: Em, definition: ClientCommand<Name>, { sender, input, target, now }: Turn): Promise<Ready> {
  const { company } = sender.acting;
  const id = 'client' in target ? target.client : null;
  if (id !== null) {
    // Not against the keys of others: a deal of this client may just be getting a row that names it.
    await em.execute('select 1 from clients where id = ? for no key update', [id]);
    await em.execute('select 1 from deals where client_id = ? order by id for update', [id]);
  }
  const loaded = id === null ? await emptyClient(em, company, sender.id, now) : await loadClient(em, id);
  if (loaded === null || loaded.company.id !== company) throw new Refusal('not_found');
  const { scope, outcome } = clientScope(em, loaded, sender, now);
  return alone(() => {
    const result = definition.run(scope, input);
    return { outcome, result, seq: loaded.company.seq + outcome.said.length };
  });
}
