import type * as v from 'valibot';
import { COMMANDS, SENDERS, type CommandInputs, type CommandName } from '../../shared/commands.ts';
import { datesAtIssue } from '../model/dates.ts';
import { seriesYear } from '../model/numbering.ts';
import type { Kind } from '../../shared/document.ts';
import type { LoadedDeal } from '../model/loaded.ts';
import { acceptDocument, holdQuote, refuseDocument } from './decide.ts';
import { createDocument, issueDocument, reviseDocument } from './documents.ts';
import { importDocument, type ImportInput } from './imports.ts';
import { createLink, revokeLink } from './links.ts';
import type { CompanyScope, DealScope, Result } from './scope.ts';
import { createApiKey, markFeedRead, revokeApiKey } from './settings.ts';
import { markRead, postMessage, recordView } from './talk.ts';
import type { Side } from '../../shared/view.ts';
import { dayIn } from '../../shared/document.ts';

/** Inputs of every command, those only our own doors send included. */
export interface Inputs extends CommandInputs {
  importDocument: ImportInput;
}

export type Name = keyof Inputs;

interface Common {
  senders: readonly Side[];
  /** null: made by our own code, already of the right shape. */
  schema: v.GenericSchema | null;
}

export interface DealCommand<N extends Name> extends Common {
  scope: 'deal';
  /** Whether it needs what is printed (contents, visits, files), or only the rows. */
  full: boolean;
  /** The number series it may draw from; locked after the deal and before the company. */
  counters: (input: Inputs[N], loaded: LoadedDeal, now: Date) => { kind: Kind; year: number }[];
  run: (scope: DealScope, input: Inputs[N]) => Result;
}

export interface CompanyCommand<N extends Name> extends Common {
  scope: 'company';
  run: (scope: CompanyScope, input: Inputs[N]) => Result;
}

type Definition<N extends Name> = DealCommand<N> | CompanyCommand<N>;

const none = () => [];

function deal<N extends CommandName>(
  name: N,
  full: boolean,
  run: DealCommand<N>['run'],
  counters: DealCommand<N>['counters'] = none,
): DealCommand<N> {
  return { scope: 'deal', senders: SENDERS[name], schema: COMMANDS[name], full, counters, run };
}

function company<N extends CommandName>(name: N, run: CompanyCommand<N>['run']): CompanyCommand<N> {
  return { scope: 'company', senders: SENDERS[name], schema: COMMANDS[name], run };
}

/** Every command there is. */
export const DEFINITIONS: { readonly [N in Name]: Definition<N> } = {
  createDocument: deal('createDocument', true, createDocument, ({ document, issue }, loaded, now) =>
    issue ? [{ kind: document.kind, year: seriesYear(document.issueDate ?? dayIn(loaded.company.timeZone, now)) }] : [],
  ),
  issueDocument: deal('issueDocument', true, issueDocument, ({ document }, loaded, now) =>
    loaded.documents
      .filter((doc) => doc.id === document && doc.number === null)
      .map((doc) => ({ kind: doc.kind, year: seriesYear(datesAtIssue(doc, loaded.company, now).dates.issueDate) })),
  ),
  reviseDocument: deal('reviseDocument', true, reviseDocument),
  acceptDocument: deal('acceptDocument', true, acceptDocument),
  refuseDocument: deal('refuseDocument', true, refuseDocument),
  holdQuote: deal('holdQuote', true, holdQuote),
  postMessage: deal('postMessage', false, postMessage),
  markRead: deal('markRead', false, markRead),
  recordView: deal('recordView', true, recordView),
  createLink: deal('createLink', false, createLink),
  revokeLink: deal('revokeLink', false, revokeLink),
  createApiKey: company('createApiKey', createApiKey),
  revokeApiKey: company('revokeApiKey', revokeApiKey),
  markFeedRead: company('markFeedRead', markFeedRead),
  importDocument: { scope: 'deal', senders: ['owner'], schema: null, full: true, counters: none, run: importDocument },
};
