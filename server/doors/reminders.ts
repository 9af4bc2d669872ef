import Router from '@koa/router';
import * as v from 'valibot';
import { dayIn } from '../../shared/document.ts';
import { INVOICE_DAYS, MAX_STEPS, QUOTE_DAYS, REMINDER_KINDS } from '../../shared/reminders.ts';
import * as s from '../../shared/schema.ts';
import { sampleReminder } from '../letters/sample.ts';
import { writeLetter } from '../letters/write.ts';
import { validate } from '../validate.ts';
import type { DoorParts } from './parts.ts';
import { sendHtml } from './shell.ts';
import { signedInAs } from './signed-in.ts';

const whole = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^-?\d{1,4}$/), v.transform(Number), v.minValue(min), v.maxValue(max));
const previewQuery = v.object({
  kind: v.optional(v.picklist(REMINDER_KINDS), 'due'),
  step: v.optional(whole(Math.min(INVOICE_DAYS.min, QUOTE_DAYS.min), Math.max(INVOICE_DAYS.max, QUOTE_DAYS.max)), '3'),
  nth: v.optional(whole(1, MAX_STEPS), '1'),
  language: v.optional(s.language),
});

/**
 * A mail is a page of somebody else's making, as far as the console is concerned: its styles stand in its elements, and nothing else of it may do
 * anything. Its links lead nowhere: a page in a sandbox opens none.
 */
const CSP =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** The reminders of a company as its clients would get them, before any is sent. */
export function remindersDoor(parts: DoorParts): Router {
  const router = new Router({ prefix: '/console/reminders' });

  router.get('/preview', async (ctx) => {
    const { company, user } = await signedInAs(ctx, parts, 'owner');
    const { kind, step, nth, language } = validate(previewQuery, { ...ctx.query });
    const today = dayIn(company.timeZone, parts.now());
    const letter = sampleReminder(company, { kind, step, nth, language: language ?? user.language, today, origin: parts.publicUrl() });
    sendHtml(ctx, writeLetter(letter).html);
    ctx.set('content-security-policy', CSP);
  });

  return router;
}
