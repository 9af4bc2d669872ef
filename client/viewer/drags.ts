/**
 * Files held over the page: `onFiles` hears of it as soon as they come in, so that the place to drop them is there in time. Dropped
 * beside it, they do not take the browser away from the page. Returns what ends it.
 */
export function watchDrags(onFiles: () => void): () => void {
  function hear(event: DragEvent): void {
    const { dataTransfer } = event;
    if (!dataTransfer?.types.includes('Files')) return;
    if (event.type === 'dragenter') return onFiles();
    // Whoever takes them has said so already.
    if (event.defaultPrevented) return;
    event.preventDefault();
    dataTransfer.dropEffect = 'none';
  }

  const types = ['dragenter', 'dragover', 'drop'] as const;
  for (const type of types) window.addEventListener(type, hear);
  return () => types.forEach((type) => window.removeEventListener(type, hear));
}
