import type { Catalogue } from '../../shared/i18n/index.ts';
import type { PaymentPage } from '../../shared/page.ts';
import type { RefusalBody } from '../../shared/refusal.ts';

/**
 * Sends the form of a payment and goes to Stripe's page. What stands against it is said in the form's own alert. The form works as the server drew
 * it, without this, too.
 */
export async function payBy(form: HTMLFormElement, words: Catalogue): Promise<void> {
  if (form.dataset.busy !== undefined) return;
  form.dataset.busy = '';
  say(form, '');
  try {
    const url = await askFor(form);
    location.assign(url);
    // The button stays as it is until the page has gone; whoever comes back by the browser's own button can press it again.
    window.addEventListener('pageshow', () => delete form.dataset.busy, { once: true });
  } catch (refused) {
    delete form.dataset.busy;
    const { code } = refused as Partial<RefusalBody>;
    const page = words.paying.page;
    say(form, code === 'invalid_input' ? page.wrongAmount : ((code && words.refusals[code]) ?? page.unavailable));
  }
}

/** The address of the payment page. Throws the refusal. */
async function askFor(form: HTMLFormElement): Promise<string> {
  const fields = [...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  const answer = await fetch(form.action, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(fields),
  });
  const body = (await answer.json()) as PaymentPage;
  if (!answer.ok) throw body;
  return body.url;
}

function say(form: HTMLFormElement, text: string): void {
  const place = form.querySelector('[role=alert]');
  if (place) place.textContent = text;
}
