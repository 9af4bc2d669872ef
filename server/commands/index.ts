import type * as v from 'valibot';
import { COMMANDS, roleFor, sendersOf, type CommandInputs, type CommandName } from '../../shared/commands.ts';
import type { Role } from '../../shared/company.ts';
import { datesAtIssue } from '../model/dates.ts';
import { seriesYear } from '../model/numbering.ts';
import type { Kind } from '../../shared/document.ts';
import type { LoadedDeal, Reads } from '../model/loaded.ts';
import { chooseOption } from './choice.ts';
import { saveClient } from './clients.ts';
import { removeLogo, saveCompany, setLogo, type NewLogo } from './company.ts';
import { acceptDocument, holdQuote, refuseDocument } from './decide.ts';
import { createDocument, issueDocument } from './documents.ts';
import { applyProposal, discardDraft, draftDocument, editDraft, startRevision, type DraftInput } from './drafts.ts';
import { extendValidity, reopenDocument, reviseDocument, withdrawQuote } from './revisions.ts';
import { attachFile, removeFile, type AttachInput } from './files.ts';
import { importDocument, type ImportInput } from './imports.ts';
import {
  dropCheckout,
  openCheckout,
  reportBlocked,
  reserveCheckout,
  settleCheckout,
  type Blocked,
  type Opening,
  type Reserving,
  type Settling,
} from './checkouts.ts';
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
import { recordAccount, removeOnline, saveOnline, type OnlineInput } from './online.ts';
import { recordPayment, reversePayment } from './payments.ts';
import { refundPayment, refuseRefund } from './refunds.ts';
import { remindClient, setReminders, type ClientReminder, type ReminderChoice } from './reminders.ts';
import type { ClientScope, CompanyScope, DealScope, Result } from './scope.ts';
import { chooseMails, createApiKey, markFeedRead, revokeApiKey } from './settings.ts';
import { markRead, postMessage, recordView } from './talk.ts';
import { changeRole, inviteUser, joinCompany, recordJoinMail, removeUser, uninviteUser, type Joining, type JoinMail } from './users.ts';
import { changeWebhook, createWebhook, recordDelivery, removeWebhook, replayWebhook, type DeliveryOutcome } from './webhooks.ts';
import type { Side } from '../../shared/view.ts';
import { dayIn } from '../../shared/document.ts';

/** Inputs of every command, those only our own doors send included. */
export interface Inputs extends CommandInputs {
  draftDocument: DraftInput;
  importDocument: ImportInput;
  attachFile: AttachInput;
  notifyUnread: Unread;
  remindHold: HoldReminder;
  remindClient: ClientReminder;
  setReminders: ReminderChoice;
  recordMail: MailOutcome;
  reserveCheckout: Reserving;
  openCheckout: Opening;
  dropCheckout: { document: string; checkout: string };
  settleCheckout: Settling;
  reportBlocked: Blocked;
  refuseRefund: { document: string; refund: string; detail: string };
  saveOnline: OnlineInput;
  removeOnline: Record<string, never>;
  recordAccount: { account: string; hint: string };
  setLogo: NewLogo;
  joinCompany: Joining;
  recordJoinMail: JoinMail;
  recordDelivery: DeliveryOutcome;
}

export type Name = keyof Inputs;

interface Common {
  /** Who may send it; `system`: only jobs. */
  senders: readonly (Side | 'system')[];
  /** The role a user needs for it; null where no user sends it. */
  role: Role | null;
  /** null: made by our own code, already of the right shape. */
  schema: v.GenericSchema | null;
}

export interface DealCommand<N extends Name> extends Common {
  scope: 'deal';
  /** How much of the deal it needs. */
  reads: (input: Inputs[N]) => Reads;
  /** The number series it may draw from; locked after the deal and before the company. */
  counters: (input: Inputs[N], loaded: LoadedDeal, now: Date) => { kind: Kind; year: number }[];
  run: (scope: DealScope, input: Inputs[N]) => Result;
}

export interface CompanyCommand<N extends Name> extends Common {
  scope: 'company';
  run: (scope: CompanyScope, input: Inputs[N]) => Result;
}

export interface ClientCommand<N extends Name> extends Common {
  scope: 'client';
  run: (scope: ClientScope, input: Inputs[N]) => Result;
}

type Definition<N extends Name> = DealCommand<N> | CompanyCommand<N> | ClientCommand<N>;

const none = () => [];

function deal<N extends CommandName>(
  name: N,
  reads: Reads | DealCommand<N>['reads'],
  run: DealCommand<N>['run'],
  counters: DealCommand<N>['counters'] = none,
): DealCommand<N> {
  return { scope: 'deal', ...common(name), reads: typeof reads === 'string' ? () => reads : reads, counters, run };
}

function company<N extends CommandName>(name: N, run: CompanyCommand<N>['run']): CompanyCommand<N> {
  return { scope: 'company', ...common(name), run };
}

function common(name: CommandName): Common {
  return { senders: sendersOf(name), role: roleFor(name), schema: COMMANDS[name] };
}

/** The same of the company, by our own code. */
function internalCompany<N extends Exclude<Name, CommandName>>(
  senders: readonly (Side | 'system')[],
  run: CompanyCommand<N>['run'],
): CompanyCommand<N> {
  return { scope: 'company', senders, role: 'owner', schema: null, run };
}

/** A command only our own code sends: a door that has read a file, or a job. */
function internal<N extends Exclude<Name, CommandName>>(
  senders: readonly (Side | 'system')[],
  reads: Reads,
  run: DealCommand<N>['run'],
): DealCommand<N> {
  return { scope: 'deal', senders, role: 'member', schema: null, reads: () => reads, counters: none, run };
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
  draftDocument: deal('draftDocument', 'contents', draftDocument),
  editDraft: deal('editDraft', 'contents', editDraft),
  discardDraft: deal('discardDraft', 'contents', discardDraft),
  startRevision: deal('startRevision', 'contents', startRevision),
  applyProposal: deal('applyProposal', 'messages', applyProposal),
  reviseDocument: deal('reviseDocument', 'contents', reviseDocument),
  withdrawQuote: deal('withdrawQuote', 'contents', withdrawQuote),
  extendValidity: deal('extendValidity', 'contents', extendValidity),
  reopenDocument: deal('reopenDocument', 'contents', reopenDocument),
  chooseOption: deal('chooseOption', 'contents', chooseOption),
  acceptDocument: deal('acceptDocument', 'contents', acceptDocument),
  refuseDocument: deal('refuseDocument', 'contents', refuseDocument),
  holdQuote: deal('holdQuote', 'contents', holdQuote),
  // Most messages need nothing of what is printed.
  postMessage: deal('postMessage', ({ proposal }) => (proposal === null ? 'rows' : 'contents'), postMessage),
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
  saveCompany: company('saveCompany', saveCompany),
  removeLogo: company('removeLogo', removeLogo),
  setLogo: internalCompany(['owner'], setLogo),
  inviteUser: company('inviteUser', inviteUser),
  uninviteUser: company('uninviteUser', uninviteUser),
  changeRole: company('changeRole', changeRole),
  removeUser: company('removeUser', removeUser),
  joinCompany: internalCompany(['system'], joinCompany),
  recordJoinMail: internalCompany(['system'], recordJoinMail),
  saveClient: { scope: 'client', ...common('saveClient'), run: saveClient },
  createWebhook: company('createWebhook', createWebhook),
  changeWebhook: company('changeWebhook', changeWebhook),
  removeWebhook: company('removeWebhook', removeWebhook),
  replayWebhook: company('replayWebhook', replayWebhook),
  recordDelivery: internalCompany(['system'], recordDelivery),
  importDocument: internal(['owner'], 'contents', importDocument),
  attachFile: internal(['owner', 'client'], 'rows', attachFile),
  notifyUnread: internal(['system'], 'messages', notifyUnread),
  remindHold: internal(['system'], 'contents', remindHold),
  remindClient: internal(['system'], 'contents', remindClient),
  setReminders: { scope: 'client', senders: ['system'], role: null, schema: null, run: setReminders },
  recordMail: internal(['system'], 'contents', recordMail),
  reserveCheckout: internal(['client'], 'contents', reserveCheckout),
  openCheckout: internal(['client'], 'contents', openCheckout),
  dropCheckout: internal(['system'], 'contents', dropCheckout),
  reportBlocked: internal(['system'], 'contents', reportBlocked),
  settleCheckout: internal(['system'], 'contents', settleCheckout),
  recordPayment: deal('recordPayment', 'contents', recordPayment),
  reversePayment: deal('reversePayment', 'contents', reversePayment),
  refundPayment: deal('refundPayment', 'contents', refundPayment),
  refuseRefund: internal(['system'], 'contents', refuseRefund),
  saveOnline: internalCompany(['owner'], saveOnline),
  removeOnline: internalCompany(['owner'], removeOnline),
  recordAccount: internalCompany(['system'], recordAccount),
};
