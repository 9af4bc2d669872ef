/** Files that come in by themselves: dropped, or pasted. */

interface Zone {
  onfiles: (files: File[]) => void;
  /** Whether files are held over it. */
  onover: (over: boolean) => void;
}

/**
 * Makes an element take files that are dropped on it (for `{@attach}`). As long as there is one, a drop beside it does nothing: the
 * browser would otherwise leave the page for the file.
 */
export function dropZone({ onfiles, onover }: Zone): (node: HTMLElement) => () => void {
  return (node) => {
    const off = new AbortController();
    // Entering a child comes before leaving its parent: what is counted is how deep one is in.
    let depth = 0;
    const over = (now: number) => {
      if (now > 0 !== depth > 0) onover(now > 0);
      depth = now;
    };
    const on = (target: EventTarget, type: string, act: (event: DragEvent) => void) =>
      target.addEventListener(type, (event) => act(event as DragEvent), { signal: off.signal });
    on(node, 'dragenter', (event) => {
      if (carriesFiles(event)) over(depth + 1);
    });
    on(node, 'dragleave', (event) => {
      if (carriesFiles(event)) over(Math.max(0, depth - 1));
    });
    on(node, 'dragover', (event) => {
      if (!carriesFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    });
    on(node, 'drop', (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over(0);
      const files = filesIn(event.dataTransfer);
      if (files.length > 0) onfiles(files);
    });
    on(window, 'dragover', (event) => {
      if (!carriesFiles(event) || event.defaultPrevented || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    });
    on(window, 'drop', (event) => {
      if (carriesFiles(event)) event.preventDefault();
      over(0);
    });
    return () => off.abort();
  };
}

/** The files of a paste. Text copied from an office program comes with a picture of itself: there the text is meant. */
export function pastedFiles(data: DataTransfer | null): File[] {
  const types = data?.types ?? [];
  const isText = types.includes('text/plain') && (types.includes('text/html') || types.includes('text/rtf'));
  return isText ? [] : filesIn(data);
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** Files only: a folder comes as one too, and cannot be read. */
function filesIn(data: DataTransfer | null): File[] {
  return [...(data?.items ?? [])].flatMap((item) => {
    if (item.kind !== 'file' || item.webkitGetAsEntry()?.isDirectory) return [];
    return item.getAsFile() ?? [];
  });
}
