/** Whether one more is within what may come in a while. Sockets by the thousand have one each: two numbers, no timer. */
export function createPace(limit: { points: number; seconds: number }, clock: () => number = Date.now): () => boolean {
  let windowEnds = 0;
  let used = 0;
  return () => {
    const now = clock();
    if (now >= windowEnds) {
      windowEnds = now + limit.seconds * 1000;
      used = 0;
    }
    used += 1;
    return used <= limit.points;
  };
}
