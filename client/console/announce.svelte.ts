/** What is said politely to whoever listens to the screen, and shown for a moment. One voice for the whole console. */
export const voice = $state({ text: '', serial: 0 });

const SHOWN_MS = 5000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says a sentence. The same one twice in a row is said twice. */
export function announce(text: string): void {
  voice.text = text;
  voice.serial += 1;
  clearTimeout(timer);
  timer = setTimeout(() => (voice.text = ''), SHOWN_MS);
}
