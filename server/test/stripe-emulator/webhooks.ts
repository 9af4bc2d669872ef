import { createHmac } from 'node:crypto';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { Delivery, Endpoint } from './state.ts';
import type { World } from './world.ts';

export interface DeliveryOptions {
  /** How long after each failed try the next one comes, in milliseconds; when the list is used up, the delivery is given up. */
  retryMs: number[];
  /** For one try, in milliseconds. */
  timeoutMs: number;
}

export interface Round {
  /** How often each delivery is sent; 1 unless set. */
  times?: number | undefined;
  shuffle?: boolean | undefined;
  /** All at once, not one after the other. */
  parallel?: boolean | undefined;
}

/** Sends events to the endpoints: at least once, in no order that may be relied on, again after a failure. */
export class Deliverer {
  private readonly world: World;
  private readonly options: DeliveryOptions;
  private readonly onChange: () => void;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly abort = new AbortController();
  private running = 0;

  constructor(world: World, options: DeliveryOptions, onChange: () => void) {
    this.world = world;
    this.options = options;
    this.onChange = onChange;
    world.onDelivery = (id) => this.schedule(id, 0);
    // What had not arrived before a restart.
    for (const { id } of this.pending()) this.schedule(id, 0);
  }

  pending(): Delivery[] {
    return Object.values(this.world.state.deliveries).filter(({ state }) => state === 'pending');
  }

  /** Everything that is due has been sent; what is held, or waits for its next try, does not count. */
  get idle(): boolean {
    return this.running === 0 && this.timers.size === 0;
  }

  /** Sends what is pending now, whatever its schedule. Answers with what became of each. */
  async deliverNow({ times = 1, shuffle = false, parallel = false }: Round, only?: string[]): Promise<Delivery[]> {
    const due = this.pending().filter(({ event }) => only?.includes(event) ?? true);
    const wave = due.flatMap(({ id }) => Array.from({ length: times }, () => id));
    await this.sendAll(shuffle ? shuffled(wave) : wave, parallel);
    return due;
  }

  /** Sends an event again to each of its endpoints, whether it had arrived or not. */
  async redeliver(event: string, { times = 1, parallel = false }: Round): Promise<Delivery[]> {
    const again = Object.values(this.world.state.deliveries).filter((delivery) => delivery.event === event);
    await this.sendAll(
      again.flatMap(({ id }) => Array.from({ length: times }, () => id)),
      parallel,
    );
    return again;
  }

  stop(): void {
    this.abort.abort();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private async sendAll(ids: string[], parallel: boolean): Promise<void> {
    for (const id of ids) this.unschedule(id);
    if (parallel) await Promise.all(ids.map((id) => this.send(id)));
    else for (const id of ids) await this.send(id);
  }

  private schedule(id: string, ms: number): void {
    if (this.abort.signal.aborted || this.world.state.hold) return;
    this.unschedule(id);
    const timer = setTimeout(() => {
      this.timers.delete(id);
      if (!this.world.state.hold) void this.send(id);
    }, ms);
    this.timers.set(id, timer);
  }

  private unschedule(id: string): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  private async send(id: string): Promise<void> {
    const delivery = this.world.state.deliveries[id];
    const endpoint = delivery && this.world.state.endpoints[delivery.endpoint];
    if (!delivery || !endpoint) return;
    this.running += 1;
    const at = Date.now();
    const { status, detail } = await this.post(endpoint, this.payload(delivery.event, endpoint)).finally(() => (this.running -= 1));
    if (this.abort.signal.aborted) return;
    delivery.tries.push({ at, status, detail });
    this.conclude(delivery, status !== null && status >= 200 && status < 300);
    this.onChange();
  }

  private conclude(delivery: Delivery, arrived: boolean): void {
    if (delivery.state === 'delivered') return;
    const wait = this.options.retryMs[delivery.tries.length - 1];
    if (arrived) delivery.state = 'delivered';
    else if (wait === undefined) delivery.state = 'given_up';
    else this.schedule(delivery.id, wait);
    // Another try of the same delivery may have been on its way.
    if (delivery.state !== 'pending') {
      this.unschedule(delivery.id);
      this.world.get('event', delivery.event).object.pending_webhooks -= 1;
    }
  }

  /** Indented, as Stripe sends it: who puts the JSON together again gets other bytes, and another signature. */
  private payload(event: string, endpoint: Endpoint): string {
    return JSON.stringify({ ...this.world.get('event', event).object, api_version: endpoint.apiVersion }, null, 2);
  }

  private async post(endpoint: Endpoint, body: string): Promise<{ status: number | null; detail: string | null }> {
    const signal = AbortSignal.any([this.abort.signal, AbortSignal.timeout(this.options.timeoutMs)]);
    try {
      const headers = {
        'stripe-signature': signature(endpoint.secret, body),
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      };
      return { status: await postOnce(endpoint.url, body, headers, signal), detail: null };
    } catch (error) {
      return { status: null, detail: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** https://docs.stripe.com/webhooks#verify-manually. The time is the real one: receivers compare it with theirs. */
export function signature(secret: string, body: string, at = Math.floor(Date.now() / 1000)): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

/** Like Stripe it follows no redirect. The status counts when the answer has ended. */
function postOnce(url: string, body: string, headers: Record<string, string>, signal: AbortSignal): Promise<number> {
  const send = url.startsWith('https:') ? secure : plain;
  const length = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const sent = send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': length, ...headers },
      agent: false,
      signal,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.on('error', reject).on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    sent.end(body);
  });
}

function shuffled<T>(items: T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1));
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
