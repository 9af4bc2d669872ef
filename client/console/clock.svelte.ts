import { dayIn, type Day, type Instant } from '../../shared/document.ts';

const TICK_MS = 20_000;

/** The server's time, moved on by this machine's: relative times stay right on a computer whose clock is wrong. */
class Clock {
  now = $state<Instant>(new Date().toISOString());
  #offset = 0;
  #timeZone = $state('UTC');
  /** Today in the company's time zone. */
  readonly today: Day = $derived(dayIn(this.#timeZone, new Date(this.now)));

  get timeZone(): string {
    return this.#timeZone;
  }

  /** Sets it by what the server just said. */
  set(now: Instant, timeZone: string): void {
    this.#offset = Date.parse(now) - Date.now();
    this.#timeZone = timeZone;
    this.tick();
  }

  tick(): void {
    this.now = new Date(Date.now() + this.#offset).toISOString();
  }

  /** Keeps it moving; returns how to stop. */
  run(): () => void {
    const timer = setInterval(() => this.tick(), TICK_MS);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
