import { randomUUID } from 'node:crypto';
import type { Env } from './env.ts';
import { compose } from './outside/compose.ts';
import { createPost, PostError, type Post, type Trouble } from './outside/smtp.ts';

/** What to look at, for each kind of trouble with the mail server. */
export const ADVICE: { readonly [T in Trouble]: string } = {
  unknown_host: 'The host in SMTP_URL is not known. Is its name spelled right, and can this machine resolve names?',
  no_answer:
    'Nobody answers there, or the connection was closed. Is the port right (587 for smtp://, 465 for smtps://), and is it open in the firewall?',
  timeout: 'The server did not answer in time. A firewall that drops connections, or a provider that blocks port 25, looks like this.',
  tls: 'No secure connection came about. smtps:// speaks TLS at once (port 465); smtp:// begins in clear and changes over (port 587). Is the certificate valid for this name?',
  login:
    'The server wants a user and a password it knows, in SMTP_URL: there is none, or it was refused. Characters such as @ : / # in them must be percent-encoded.',
  sender: 'The server does not let you send from MAIL_FROM. It must be an address your account may use.',
  later: 'The server says: not now (greylisting, limits). Try again in some minutes; the program would.',
  other: 'The server gave an answer that was not expected.',
};

/** Sends one mail with the settings as they are, and says in plain words what is wrong with them. Returns the exit code. */
export async function mailTest(env: Env, address: string, say: (line: string) => void): Promise<number> {
  if (env.smtpUrl === null) {
    say('SMTP_URL is not set: mails go to the inbox that the server starts itself; its address is printed at the start.');
    return 1;
  }
  const { host, protocol, username } = new URL(env.smtpUrl);
  say(`Server  ${protocol}//${host}`);
  say(`From    ${env.mailFrom.address}`);
  say(`To      ${address}`);
  const post = createPost(env.smtpUrl);
  try {
    await post.verify();
    say(username === '' ? 'The server answers. No login is given.' : 'The server answers, and takes the login.');
    return await sendOne(post, env, address, say);
  } catch (error) {
    if (!(error instanceof PostError)) throw error;
    say(`Not sent: ${error.detail}`);
    say(ADVICE[error.trouble]);
    return 1;
  }
}

async function sendOne(post: Post, env: Env, address: string, say: (line: string) => void): Promise<number> {
  const text = 'This mail was sent by the mail-test command. The settings work.';
  const domain = env.mailFrom.address.split('@').at(-1) ?? 'localhost';
  const raw = await compose({
    subject: 'webdocument: the mail settings work',
    text,
    html: `<!doctype html><html lang="en"><body><p>${text}</p></body></html>`,
    from: env.mailFrom,
    to: { name: null, address },
    replyTo: null,
    date: new Date(),
    messageId: `test.${randomUUID()}@${domain}`,
    inReplyTo: null,
    references: [],
    unsubscribe: null,
    automatic: true,
    attachments: [],
  });
  const posted = await post.send({ from: env.mailFrom.address, to: address, raw });
  if (posted.outcome === 'refused') {
    say(`Refused: ${posted.detail}`);
    say(`The server does not take this mail for ${address}. Is the address right?`);
    return 1;
  }
  say(`Accepted. If it does not arrive, look among the spam, and check SPF, DKIM and DMARC of ${domain}.`);
  return 0;
}
