import type { Em } from '../db.ts';
import { ADVICE } from '../mail-test.ts';
import { pingRedis } from '../outside/redis.ts';
import { createPost, PostError } from '../outside/smtp.ts';
import { createSeal } from '../secrets.ts';
import { codeOf, fault, ok, warning, type Finding } from './finding.ts';
import type { Settings } from './machine.ts';

const ANSWER_MS = 5000;
const LOOPBACK = /^(127\.|localhost$|\[?::1)/;

/** Between several processes. */
export async function redis({ redisUrl }: Settings): Promise<Finding[]> {
  if (redisUrl === null) return [ok('Redis: not used; several processes find each other within a second')];
  try {
    await pingRedis(redisUrl, ANSWER_MS);
    return [ok('Redis: answers')];
  } catch (error) {
    const text = `Redis: does not answer at REDIS_URL (${codeOf(error)}). Until it does, typing and presence stay within a process.`;
    return [warning(text)];
  }
}

/** The mail server, as far as one gets without sending. */
export async function mail({ smtpUrl, demo, mailFrom }: Settings): Promise<Finding[]> {
  if (smtpUrl === null) {
    const text = 'Mail: no SMTP_URL, so mails stay in an inbox of this server';
    return [demo ? ok(text) : warning(`${text}: your clients get none. Set SMTP_URL and MAIL_FROM.`)];
  }
  const { host, username } = new URL(smtpUrl);
  try {
    await createPost(smtpUrl).verify();
    return [ok(`Mail: ${host} answers${username === '' ? '' : ', and takes the login'}; mails come from ${mailFrom.address}`)];
  } catch (error) {
    if (!(error instanceof PostError)) throw error;
    return [fault(`Mail: ${host} cannot be used (${error.trouble}). ${ADVICE[error.trouble]}`)];
  }
}

/** The keys at Stripe: whether they open with SECRET, and are for real money. */
export async function stripe(em: Em, secret: string | null, { publicUrl, demo }: Settings): Promise<Finding[]> {
  const rows = await em.execute<
    { name: string; key: Buffer; hint: string; test: boolean; heard: Date | string | null; webhook: boolean }[]
  >(
    `select c.name, s.key, s.hint, s.test, s.heard_at as heard, s.webhook_secret is not null as webhook
     from stripe_keys s join companies c on c.id = s.company_id order by c.created_at`,
  );
  if (rows.length === 0) return [ok('Stripe: no keys; nothing is paid online')];
  const seal = createSeal(secret ?? '', 'stripe');
  return rows.map(({ name, key, hint, test, heard, webhook }) => {
    const text = `Stripe: ${name} has a ${test ? 'test' : 'live'} key …${hint}`;
    if (!opens(() => seal.open(key)))
      return fault(`${text}, which SECRET does not open. Is it the SECRET the key was entered under? Else enter the key again.`);
    if (!test && publicUrl?.startsWith('https:') !== true) return fault(`${text}, but PUBLIC_URL is not https. Set it.`);
    if (!webhook)
      return warning(`${text}, but no signing secret: payments are found only after some minutes. Enter the one of the webhook.`);
    if (test && !demo) return warning(`${text}: no money moves. Enter a live key when you are done with trying.`);
    return ok(
      `${text}, ${heard === null ? 'and has not been told of anything yet' : `last told of something on ${new Date(heard).toISOString()}`}`,
    );
  });
}

function opens(open: () => unknown): boolean {
  try {
    open();
    return true;
  } catch {
    return false;
  }
}

/** The address people use: is it safe, and does it lead here? */
export async function address({ publicUrl, demo, host, port }: Settings): Promise<Finding[]> {
  if (publicUrl === null) {
    const text = `Address: no PUBLIC_URL, so links lead to http://${host}:${port}`;
    return [demo ? ok(text) : warning(`${text}, which others may not reach. Set it to the address people use.`)];
  }
  const { protocol, hostname } = new URL(publicUrl);
  const findings: Finding[] = [];
  if (protocol !== 'https:' && !LOOPBACK.test(hostname))
    findings.push(
      warning(`Address: ${publicUrl} is not https: links and passwords can be read on the way. Put a proxy with TLS before it.`),
    );
  const answer = await asked(`${publicUrl}/healthz`);
  if (answer === 'ok') findings.push(ok(`Address: ${publicUrl} leads to a server of this program`));
  else
    findings.push(
      warning(
        `Address: ${publicUrl} cannot be reached from here (${answer}). Does a server run, and does the proxy lead to it? From elsewhere it may work.`,
      ),
    );
  return findings;
}

/** Whether a server runs on this machine and is ready. */
export async function server(url: string | null): Promise<Finding[]> {
  const answer = url === null ? 'ECONNREFUSED' : await asked(`${url}/readyz`);
  if (answer === 'ECONNREFUSED') return [ok('Server: none runs here')];
  if (answer === 'ok') return [ok(`Server: runs at ${url}, and is ready`)];
  return [warning(`Server: does not answer at ${url} (${answer}).`)];
}

async function asked(url: string): Promise<string> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
    await response.body?.cancel();
    return response.status === 200 ? 'ok' : `status ${response.status}`;
  } catch (error) {
    return codeOf((error as { cause?: unknown }).cause ?? error);
  }
}
