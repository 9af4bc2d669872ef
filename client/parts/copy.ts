/**
 * Puts text on the clipboard; false where the browser refuses. The text may still be on its way: browsers that insist on a
 * fresh click are handed the promise itself. Without a secure context there is no clipboard, so the old way is tried.
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  const { clipboard } = navigator as { clipboard?: Clipboard };
  if (clipboard && typeof ClipboardItem === 'function' && typeof text !== 'string') {
    const blob = text.then((value) => new Blob([value], { type: 'text/plain' }));
    const written = await clipboard.write([new ClipboardItem({ 'text/plain': blob })]).then(
      () => true,
      () => false,
    );
    if (written) return true;
  }
  const value = await text;
  if (clipboard) {
    const written = await clipboard.writeText(value).then(
      () => true,
      () => false,
    );
    if (written) return true;
  }
  return copySelection(value);
}

function copySelection(text: string): boolean {
  const area = document.createElement('textarea');
  const focused = document.activeElement;
  const parent = (focused ?? document.body).closest('dialog') ?? document.body;
  area.value = text;
  area.setAttribute('readonly', '');
  area.className = 'visually-hidden';
  parent.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
