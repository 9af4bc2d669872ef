import * as v from 'valibot';
import type { FormState } from '../../shared/page.ts';
import { Refusal } from '../../shared/refusal.ts';
import * as s from '../../shared/schema.ts';
import { commandId } from '../intake.ts';

/** What the plain forms of the client's page send, read as far as a command can take it. */

export const NOTHING_TYPED: FormState['values'] = {
  name: '',
  email: '',
  reason: '',
  remindOn: '',
  orderNumber: '',
  reserves: {},
  text: '',
};

/** What was typed, to be shown again. */
export function typedIn(form: URLSearchParams): FormState['values'] {
  const get = (name: string) => (form.get(name) ?? '').slice(0, 10_000);
  return {
    name: get('name'),
    email: get('email'),
    reason: get('reason'),
    remindOn: get('remindOn'),
    orderNumber: get('orderNumber'),
    reserves: Object.fromEntries(reservesOf(form).map(({ line, text }) => [line ?? '', text])),
    text: get('text'),
  };
}

/**
 * The command's id. A page that is kept, and with it the id in its forms, is sent to many: what was sent, and from which browser, makes the
 * press. The same again from the same page acts once; what is sent from the page that came of it, which has another id, acts again.
 */
export function pressed(form: URLSearchParams, visitor: string): string {
  if (!v.is(s.id, form.get('command'))) throw new Refusal('malformed');
  return commandId(JSON.stringify(['form', visitor, ...form]));
}

/** `reserve-<line>` for a line of a delivery, `reserve-` for all of it; what is empty is none. */
export function reservesOf(form: URLSearchParams): { line: string | null; text: string }[] {
  return [...form].flatMap(([name, text]) => {
    const line = /^reserve-(.*)$/.exec(name)?.[1];
    return line === undefined || text.trim() === '' ? [] : [{ line: line || null, text: text.slice(0, 10_000) }];
  });
}

/** An amount as people type it: "1 234,50" is 1234.50; nothing typed is all of it. */
export function amountOf(form: URLSearchParams): string | null {
  const typed = (form.get('amount') ?? '').replace(/[\s\u00a0\u202f'’]/g, '').replace(',', '.');
  return typed === '' ? null : typed;
}
