import type * as v from 'valibot';
import { COMMANDS, SENDERS, type CommandInputs, type CommandName } from '../../shared/commands.ts';
import { datesAtIssue } from '../model/dates.ts';
import { seriesYear } from '../model/numbering.ts';
import type { Kind } from '../../shared/document.ts';
import type { LoadedDeal, Reads } from '../model/loaded.ts';
import { acceptDocument, holdQuote, refuseDocument } from './decide.ts';
import { createDocument, issueDocument, reviseDocument } from './documents.ts';
import { attachFile, removeFile, type AttachInput } from './files.ts';
import { importDocument, type ImportInput } from './imports.ts';
import { createLink, revokeLink } from './links.ts';
import {
  addContact,
  notifyUnread,
  recordMail,
  remindHold,
  sendDocument,
  type HoldReminder,
  type MailOutcome,
  type Unread,
} from './mails.ts';
import type { CompanyScope, DealScope, Result } from './scope.ts';
import { chooseMails, createApiKey, markFeedRead, revokeApiKey } from './settings.ts';
import { markRead, postMessage, recordView } from './talk.ts';
import type { Side } from '../../shared/view.ts';
import { dayIn } from '../../shared/document.ts';

/** Inputs of every command, those only our own doors send included. */
export interface Inputs extends CommandInputs {
  importDocument: ImportInput;
  attachFile: AttachInput;
  notifyUnread: Unread;
  remindHold: HoldReminder;
  recordMail: MailOutcome;
}

export type Name = keyof Inputs;

interface Common {
  /** Who may send it; `system`: only jobs. */
  senders: readonly (Side | 'system')[];
  /** null: made by our own code, already of the right shape. */
  schema: v.GenericSchema | null;
}

export interface DealCommand<N extends Name> extends Common {
  scope: 'deal';
  /** How much of the deal it needs. */
  reads: Reads;
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
  reads: Reads,
  run: DealCommand<N>['run'],
  counters: DealCommand<N>['counters'] = none,
): DealCommand<N> {
  return { scope: 'deal', senders: SENDERS[name], schema: COMMANDS[name], reads, counters, run };
}

function company<N extends CommandName>(name: N, run: CompanyCommand<N>['run']): CompanyCommand<N> {
  return { scope: 'company', senders: SENDERS[name], schema: COMMANDS[name], run };
}

/** A command only our own code sends: a door that has read a file, or a job. */
function internal<N extends Exclude<Name, CommandName>>(
  senders: readonly (Side | 'system')[],
  reads: Reads,
  run: DealCommand<N>['run'],
): DealCommand<N> {
  return { scope: 'deal', senders, schema: null, reads, counters: none, run };
}

/** Every command there is. */
export const DEFINITIONS: { readonly [N in Name]: Definition<N> } = {
  createDocument: deal('createDocument', 'contents', createDocument, ({ document, issue }, loaded, now) =>
    issue ? [{ kind: document.kind, year: seriesYear(document.issueDate ?? dayIn(loaded.company.timeZone, now)) }] : [],
  ),
  issueDocument: deal('issueDocument', 'contents', issueDocument, ({ document }, loaded, now) =>
    loaded.documents
      .filter((doc) => doc.id === document && doc.number === null)
      .map((doc) => ({ kind: doc.kind, year: seriesYear(datesAtIssue(doc, loaded.company, now).dates.issueDate) })),
  ),
  reviseDocument: deal('reviseDocument', 'contents', reviseDocument),
  acceptDocument: deal('acceptDocument', 'contents', acceptDocument),
  refuseDocument: deal('refuseDocument', 'contents', refuseDocument),
  holdQuote: deal('holdQuote', 'contents', holdQuote),
  postMessage: deal('postMessage', 'rows', postMessage),
  markRead: deal('markRead', 'rows', markRead),
  recordView: deal('recordView', 'contents', recordView),
  createLink: deal('createLink', 'rows', createLink),
  revokeLink: deal('revokeLink', 'rows', revokeLink),
  createApiKey: company('createApiKey', createApiKey),
  revokeApiKey: company('revokeApiKey', revokeApiKey),
  markFeedRead: company('markFeedRead', markFeedRead),
  sendDocument: deal('sendDocument', 'contents', sendDocument),
  addContact: deal('addContact', 'rows', addContact),
  removeFile: deal('removeFile', 'rows', removeFile),
  chooseMails: company('chooseMails', chooseMails),
  importDocument: internal(['owner'], 'contents', importDocument),
  attachFile: internal(['owner', 'client'], 'rows', attachFile),
  notifyUnread: internal(['system'], 'messages', notifyUnread),
  remindHold: internal(['system'], 'contents', remindHold),
  recordMail: internal(['system'], 'contents', recordMail),
};
