import type { OutboxItem } from '../../live/outbox.ts';

/** The places of the files a message was refused for: the server has them no more. */
export function lostFiles({ refusal }: Pick<OutboxItem, 'refusal'>): Set<number> {
  const faults = refusal?.faults.filter((fault) => fault.rule === 'unknown_file') ?? [];
  return new Set(faults.map((fault) => Number(fault.pointer.split('/').at(-1))));
}
