/** Hertz, and seconds after the first. */
const NOTES: readonly [number, number][] = [
  [784, 0],
  [1047, 0.12],
];

/** Plays two soft notes. false where the browser lets no page sound that nobody has clicked in yet. */
export function chime(): boolean {
  if (!navigator.userActivation?.hasBeenActive || typeof AudioContext !== 'function') return false;
  const context = new AudioContext();
  let left = NOTES.length;
  for (const [frequency, after] of NOTES) {
    const [start, end] = [context.currentTime + after, context.currentTime + after + 0.35];
    const [tone, loudness] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0.12, start);
    loudness.gain.exponentialRampToValueAtTime(0.001, end);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(end);
    tone.onended = () => {
      left -= 1;
      if (left === 0) void context.close();
    };
  }
  return true;
}
