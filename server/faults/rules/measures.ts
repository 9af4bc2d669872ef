import type { Entry } from '../history.ts';
import { all } from './entries.ts';

/** How long a stop by SIGTERM may take. */
const STOP_MS = 10_000;

/** Processes end only when they are told to, and well; nothing takes longer, or more, than it may; what is offered is there whole. */
export function measures(history: readonly Entry[]): string[] {
  return [
    ...all(history, 'ended').flatMap(({ server, code, wanted }) => (wanted ? [] : [`server ${server} ended by itself (${code})`])),
    ...all(history, 'stopped').flatMap(({ server, code, ms, untold }) => [
      ...(code === 0 ? [] : [`server ${server} was asked to stop and ended with ${code}`]),
      ...(ms <= STOP_MS ? [] : [`server ${server} took ${ms} ms to stop`]),
      ...untold.map((who) => `server ${server} stopped without telling ${who} to come back`),
    ]),
    ...all(history, 'measured').flatMap(({ thing, value, most, unit }) =>
      value <= most ? [] : [`${thing}: ${Math.round(value)} ${unit}, at most ${Math.round(most)} ${unit} are allowed`],
    ),
    ...all(history, 'observed').flatMap(({ thing, is, wanted }) => (is === wanted ? [] : [`${thing}: ${is}, not ${wanted}`])),
    ...all(history, 'offered').flatMap(({ name, sent, got }) =>
      got === sent ? [] : [`file ${name} is offered, and ${got === null ? 'does not come' : 'is not what was sent'}`],
    ),
  ];
}
