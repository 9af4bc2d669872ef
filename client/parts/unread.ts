import type { DealView } from '../../shared/view.ts';

/**
 * How many messages of the other side have not been read: neither by `me`, as the deal knows, nor up to `readHere` in this window.
 * The latter is all there is for someone the deal does not know yet.
 */
export function unreadCount(view: DealView, me: string | null, readHere: number): number {
  const read = Math.max(readHere, view.people.find((person) => person.id === me)?.readSeq ?? 0);
  return view.messages.filter((m) => m.side !== view.side && m.seq > read).length;
}

/** The sequence of the other side's last message, 0 when it has written nothing: what to mark as read. */
export function lastHeard(view: DealView): number {
  return view.messages.findLast((m) => m.side !== view.side)?.seq ?? 0;
}
