import { mayAct, type Role } from '../../shared/company.ts';
import type { CommandInputs, CommandName } from '../../shared/commands.ts';
import type { ConsoleSession, SetupState } from '../../shared/console.ts';
import { PROTOCOL, type CommandAnswer } from '../../shared/protocol.ts';
import type { MailChoice } from '../../shared/mail.ts';
import type { Refusal } from '../../shared/refusal.ts';
import type { FeedEvent } from '../../shared/events.ts';
import { createLive, type Live } from '../live/connection.ts';
import { post, read, refusalOf } from './api.ts';
import { clock } from './clock.svelte.ts';
import { Feed } from './feed.svelte.ts';
import { followNotices } from './notify/notices.svelte.ts';
import { returnPath } from './route.ts';
import { router } from './router.svelte.ts';
import { useAccent } from './theme.ts';
import { speech } from './words.svelte.ts';

/** What exists only while somebody is signed in. */
export interface SignedIn {
  readonly user: ConsoleSession['user'];
  readonly company: ConsoleSession['company'];
  readonly live: Live;
  readonly feed: Feed;
  /** Ends the notifications of this browser. */
  readonly offNotices: () => void;
}

/** Who is signed in. One instance, `session`. */
class Session {
  state = $state<'asking' | 'failed' | 'out' | 'in'>('asking');
  failed = $state.raw<Refusal | null>(null);
  /** Whether the first company is still to be made. */
  setupNeeded = $state(false);
  /** Whether somebody was signed in here before the login is shown. */
  ended = $state(false);
  signedIn = $state.raw<SignedIn | null>(null);
  /** What this user may do, as it stands now. */
  role = $state<Role>('reader');
  /** The company as it stands now. */
  company = $state.raw<ConsoleSession['company'] | null>(null);
  /** What this user wants mails about. */
  mails = $state.raw<readonly MailChoice[]>([]);

  /** Asks the server who this is; whoever is nobody goes to the login, or to the first-run page. */
  async start(): Promise<void> {
    this.state = 'asking';
    try {
      await this.enter(await read<ConsoleSession>('/console/session'));
    } catch (thrown) {
      await this.#startSignedOut(refusalOf(thrown));
    }
  }

  /** Begins with what the session, the login or the setup answered. */
  async enter(answer: ConsoleSession): Promise<void> {
    const { user, company } = answer;
    clock.set(answer.now, company.timeZone);
    useAccent(company.accent);
    if (!speech.chosen) await speech.use(user.language);
    const live = createLive({ scope: `owner:${user.id}`, auth: { protocol: PROTOCOL } });
    const feed = new Feed(live, { company: company.id, user: user.id, userName: user.name, readSeq: answer.feedReadSeq });
    live.onState(() => {
      if (live.state === 'cut') this.leave();
    });
    this.mails = user.mails;
    this.role = user.role;
    this.company = company;
    feed.onEvents((events) => {
      for (const event of events) this.#learn(event, user.id);
    });
    const offNotices = followNotices(feed, user.id);
    this.signedIn = { user, company, live, feed, offNotices };
    this.state = 'in';
    this.ended = false;
    void feed.start();
    const { screen } = router.route;
    if (screen === 'login' || screen === 'setup') router.go(returnPath(router.query), { replace: true });
  }

  /** Somebody else begins in this browser, in place of whoever is signed in. */
  async replace(answer: ConsoleSession): Promise<void> {
    if (this.signedIn !== null) this.#end(this.signedIn);
    this.signedIn = null;
    await this.enter(answer);
    router.go('/', { replace: true });
  }

  #learn(event: FeedEvent, user: string): void {
    if (event.type === 'user.mail_chosen' && event.data.user === user) this.mails = event.data.kinds;
    if (event.type === 'user.role_changed' && event.data.user === user) this.role = event.data.role;
    if (event.type !== 'company.changed') return;
    this.company = event.data.company;
    clock.set(clock.now, event.data.company.timeZone);
    useAccent(event.data.company.accent);
  }

  /** Sends a command; resolves with the server's answer, once there is one. */
  send<N extends CommandName>(name: N, input: CommandInputs[N]): Promise<CommandAnswer> {
    if (this.signedIn === null) return Promise.reject(new Error('signed out'));
    const { live } = this.signedIn;
    const sent = live.send(name, input);
    // Whoever asked is told of a refusal, and asks anew: nothing of it is kept here to be tried again.
    void sent.done.then((answer) => answer.ok || live.outbox.dismiss(sent.id));
    return sent.done;
  }

  /** Ends this session on the server, then here. Throws a Refusal. */
  async signOut(): Promise<void> {
    await post('/console/logout', {});
    this.leave();
  }

  /** The session has ended: back to the login, which remembers where one was. */
  leave(): void {
    const was = this.signedIn;
    if (was === null) return;
    this.signedIn = null;
    this.ended = true;
    this.state = 'out';
    this.#end(was);
    this.#toLogin();
  }

  #end({ offNotices, feed, live }: SignedIn): void {
    offNotices();
    feed.stop();
    live.close();
  }

  async #startSignedOut(refusal: Refusal): Promise<void> {
    if (refusal.code !== 'unauthorized') {
      this.failed = refusal;
      this.state = 'failed';
      return;
    }
    this.setupNeeded = await read<SetupState>('/console/setup').then(
      ({ needed }) => needed,
      () => false,
    );
    this.state = 'out';
    if (this.setupNeeded) {
      if (router.route.screen !== 'setup') router.go('/setup', { replace: true });
    } else this.#toLogin();
  }

  #toLogin(): void {
    if (router.route.screen === 'login' || router.route.screen === 'join') return;
    const here = router.path + (router.query.size > 0 ? `?${router.query.toString()}` : '') + router.hash;
    const from = here === '/' || router.route.screen === 'setup' ? '' : `?${new URLSearchParams({ from: here }).toString()}`;
    router.go(`/login${from}`, { replace: true });
  }
}

export const session = new Session();

/** The parts of whoever is signed in; for the screens that are shown to nobody else. */
export function mine(): SignedIn {
  if (session.signedIn === null) throw new Error('signed out');
  return session.signedIn;
}

/** Whether whoever is signed in has the rights of a role, as it stands now. */
export function may(needed: Role): boolean {
  return session.signedIn !== null && mayAct(session.role, needed);
}
