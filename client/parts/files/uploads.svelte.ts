import { createUploads, type Left, type Upload, type Uploading, type UploadOptions } from './upload.ts';

/** Uploads as a page shows them. */
export class Uploads {
  /** In the order chosen; what has arrived stays until it is taken away. */
  list = $state.raw<readonly Upload[]>([]);
  /** What was not even begun of what was chosen last. */
  left = $state.raw<Left | null>(null);
  /** The last one that arrived, or did not and is not tried again by itself: worth a word to whoever only listens. */
  latest = $state.raw<Upload | null>(null);
  /** How many files there are already beside these, where that is limited. */
  beside = 0;
  readonly #uploading: Uploading;

  /** @param onChange called at each change, after the state */
  constructor(options: Omit<UploadOptions, 'onChange'>, onChange: (list: readonly Upload[]) => void = () => {}) {
    this.#uploading = createUploads({
      ...options,
      onChange: (list) => {
        const before = this.list;
        this.list = list;
        this.latest = list.find((upload) => hasEnded(upload) && !before.includes(upload)) ?? this.latest;
        onChange(list);
      },
    });
  }

  add(files: readonly File[]): void {
    this.latest = null;
    this.left = this.#uploading.add(files);
  }

  remove(id: string): void {
    this.#uploading.remove(id);
  }

  retry(id: string): void {
    this.#uploading.retry(id);
  }

  /** The connection is back. */
  resume(): void {
    this.#uploading.resume();
  }
}

function hasEnded({ state }: Upload): boolean {
  return state === 'done' || state === 'failed';
}
