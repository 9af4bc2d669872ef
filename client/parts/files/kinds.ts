import type { Language } from '../../../shared/document.ts';
import { isPicture } from '../../../shared/files.ts';
import type { Catalogue } from '../../../shared/i18n/index.ts';

interface Typed {
  name: string;
  mediaType: string;
}

/** Names of programs are the same in all languages; the other words are in the catalogues. */
type Kind = keyof Catalogue['files']['kinds'] | 'PDF' | 'Word' | 'Excel' | 'PowerPoint' | 'OpenDocument';

const BY_TYPE: readonly [RegExp, Kind][] = [
  [/^application\/pdf$/, 'PDF'],
  [/wordprocessingml|msword/, 'Word'],
  [/spreadsheetml|ms-excel/, 'Excel'],
  [/presentationml|ms-powerpoint/, 'PowerPoint'],
  [/opendocument/, 'OpenDocument'],
  [/^image\//, 'picture'],
  [/^audio\//, 'audio'],
  [/^video\//, 'video'],
  [/zip|[/.]x?-?(tar|rar|7z|bzip|gzip|xz)/, 'archive'],
  [/^text\/|[/+](json|xml)$/, 'text'],
];

/** What has no name of its own by its content, such as the files of older office programs. */
const BY_ENDING: readonly [RegExp, Kind][] = [
  [/\.(docx?|rtf)$/i, 'Word'],
  [/\.xlsx?$/i, 'Excel'],
  [/\.pptx?$/i, 'PowerPoint'],
  [/\.od[tsp]$/i, 'OpenDocument'],
];

/** What kind of file it is, in a word: "PDF", "Excel", "Image". */
export function kindOf({ name, mediaType }: Typed, words: Catalogue): string {
  const byType = BY_TYPE.find(([type]) => type.test(mediaType))?.[1];
  const kind = byType && byType !== 'archive' ? byType : (BY_ENDING.find(([ending]) => ending.test(name))?.[1] ?? byType ?? 'file');
  const { kinds } = words.files;
  return Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : kind;
}

/** The icon that stands for it. */
export function shapeOf({ mediaType }: Pick<Typed, 'mediaType'>): 'pdf' | 'picture' | 'neutral' {
  return mediaType === 'application/pdf' ? 'pdf' : isPicture(mediaType) ? 'picture' : 'neutral';
}

/** A thumbnail is the picture itself: above this many bytes it is fetched only when it is asked for. */
const THUMBNAIL_MAX = 8 * 1024 * 1024;

export function hasThumbnail({ mediaType, bytes }: { mediaType: string; bytes: number }): boolean {
  return isPicture(mediaType) && bytes <= THUMBNAIL_MAX;
}

const LOCALES: { readonly [L in Language]: string } = { fr: 'fr-FR', en: 'en-GB' };
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** How large a file is, in bytes of 1024 a kilobyte, as everybody writes it: "1,2 Mo". */
export function sizeOf(bytes: number, language: Language): string {
  // 1023.6 kB would be written as 1,024.
  const power = UNITS.findIndex((_, i) => Math.round(bytes / 1024 ** i) < 1024);
  const i = power < 0 ? UNITS.length - 1 : power;
  const unit = UNITS[i] ?? 'byte';
  return new Intl.NumberFormat(LOCALES[language], {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: i < 2 ? 0 : 1,
  }).format(bytes / 1024 ** i);
}
