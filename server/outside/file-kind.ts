import { fileTypeFromBuffer } from 'file-type';
import { FILE_NAME_MAX } from '../../shared/files.ts';
import { Refusal } from '../../shared/refusal.ts';
import { oneLineOf } from '../../shared/text.ts';

/**
 * How much of a file's beginning says what it is, in bytes. It bounds the work too: of an archive nothing is unpacked but the one entry
 * at its beginning that tells a text document from a folder of anything.
 */
export const HEAD_BYTES = 64 * 1024;

/** What runs, or starts something that runs, when it is opened on a usual desk or telephone. */
const PROGRAMS: ReadonlySet<string> = new Set(
  (
    'exe com scr pif cpl dll sys ocx drv msi msp mst msix msixbundle appx appxbundle bat cmd ps1 ps1xml psm1 psd1 psc1 vb vbs vbe js jse mjs ' +
    'cjs ws wsf wsh wsc sct hta reg inf lnk url scf chm hlp jnlp jar class apk aab xapk app dmg pkg mpkg command workflow terminal deb ' +
    'rpm appimage flatpakref snap desktop sh bash zsh ksh csh fish iso img vhd vhdx gadget application settingcontent-ms ' +
    'library-ms search-ms appref-ms xll xpi crx py pyw pyc wasm'
  ).split(' '),
);
/** The same by what file-type calls them. */
const PROGRAM_TYPES: ReadonlySet<string> = new Set([
  'application/x-msdownload',
  'application/x-elf',
  'application/x-mach-binary',
  'application/java-vm',
  'application/java-archive',
  'application/wasm',
  'application/vnd.android.package-archive',
  'application/x-xpinstall',
  'application/x-google-chrome-extension',
  'application/x-deb',
  'application/x-rpm',
  'application/x-apple-diskimage',
  'application/x-iso9660-image',
  'application/x-ms-shortcut',
  'application/x-ms-regedit',
  'application/vnd.ms-htmlhelp',
]);
/** Old Office and its kin share one container: the name says which. */
const CFB: Readonly<Record<string, string>> = {
  doc: 'application/msword',
  dot: 'application/msword',
  xls: 'application/vnd.ms-excel',
  xlt: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  pps: 'application/vnd.ms-powerpoint',
  msg: 'application/vnd.ms-outlook',
  vsd: 'application/vnd.visio',
};
const TEXTS: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  ics: 'text/calendar',
  vcf: 'text/vcard',
  htm: 'text/html',
  html: 'text/html',
  xhtml: 'text/html',
  svg: 'image/svg+xml',
  xml: 'application/xml',
};
const UNKNOWN = 'application/octet-stream';

/**
 * The media type of a file by how it begins (`head`, up to HEAD_BYTES); its name only tells apart what looks the same inside. A
 * description, never a promise: what a browser is given is decided where it is sent. Throws Refusal `program_refused` for programs,
 * whatever they are called, and for whatever has the name of one. Office files with macros are no programs here: Office itself keeps
 * macros of downloads from running, and in the old formats they cannot be told from files without.
 */
export async function kindOf(head: Uint8Array, name: string): Promise<string> {
  const ending = endingOf(name);
  if (PROGRAMS.has(ending) || isProgram(head)) throw new Refusal('program_refused');
  const text = textOf(head);
  if (text !== null) return textKind(text, ending);
  const found = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime.split(';')[0] ?? UNKNOWN;
  if (PROGRAM_TYPES.has(found)) throw new Refusal('program_refused');
  if (found === 'application/x-cfb') return CFB[ending] ?? UNKNOWN;
  // An animated PNG is a PNG.
  return found === 'image/apng' ? 'image/png' : found;
}

/** A file's name as it is shown, on one line and without what disguises it. Nothing is ever stored or opened under it. */
export function shownName(given: string, fallback: string): string {
  const name = oneLineOf(given.toWellFormed());
  if (name === '') return fallback;
  if (name.length <= FILE_NAME_MAX) return name;
  const [ending = ''] = /\.[^.\s]{1,15}$/.exec(name) ?? [];
  return name.slice(0, FILE_NAME_MAX - ending.length - 1).replace(/[\uD800-\uDBFF]$/, '') + `…${ending}`;
}

/** What follows the last dot, as Windows would read the name. */
function endingOf(name: string): string {
  const read = name.normalize('NFKC').replace(/[.\s]+$/u, '');
  return /\.([^.]*)$/.exec(read)?.[1]?.trim().toLowerCase() ?? '';
}

const SHORTCUT = [0x4c, 0, 0, 0, 0x01, 0x14, 0x02, 0];
const CFB_BEGIN = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/** The class ids of Windows Installer packages, patches and transforms: {000C1084…}, {000C1086…} and {000C1082…}. */
const INSTALLER = [0x84, 0x86, 0x82].map((first) => [first, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46]);
const BEGINNINGS = [
  [0x7f, 0x45, 0x4c, 0x46],
  // Mach-O of either width and order, for several processors, and Java's classes
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe],
  [0xca, 0xfe, 0xba, 0xbf],
  [0x00, 0x61, 0x73, 0x6d],
  SHORTCUT,
];

function isProgram(head: Uint8Array): boolean {
  const begins = (bytes: number[], at = 0) => bytes.every((byte, i) => head[at + i] === byte);
  if (BEGINNINGS.some((bytes) => begins(bytes))) return true;
  // Words may begin with MZ too; the header of a program has zeros.
  if (begins([0x4d, 0x5a]) && head.subarray(0, 64).includes(0)) return true;
  if (/^(\xef\xbb\xbf)?#!\s*\//.test(Buffer.from(head.subarray(0, 100)).toString('latin1'))) return true;
  if (!begins(CFB_BEGIN) || head.byteLength < 512) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const root = (view.getUint32(48, true) + 1) * 2 ** Math.min(view.getUint16(30, true), 12);
  return INSTALLER.some((bytes) => begins(bytes, root + 80));
}

/** The head as text, or null for anything else. Latin text is recognised by having no control characters. */
function textOf(head: Uint8Array): string | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  // Types of their own that may well be plain letters.
  if (/^(%PDF-|\{\\rtf|%!)/.test(bytes.subarray(0, 10).toString('latin1'))) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  if (/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(bytes.toString('latin1'))) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    const latin = bytes.toString('latin1');
    const letters = latin.replace(/[^\x20-\x7e\s]/g, '').length;
    // Compressed bytes without a single zero or control are not to be had by chance, but few letters are no text either.
    return letters > latin.length / 2 ? latin : null;
  }
}

function textKind(text: string, ending: string): string {
  const begin = text
    .slice(0, 4096)
    .replace(/^(\s|<!--[\s\S]*?-->)+/, '')
    .toLowerCase();
  if (/^<(!doctype\s+html|html|head|body|script|iframe|style|title|meta|img|a|div|p|table)\b/.test(begin)) return 'text/html';
  if (begin.startsWith('<') && /<svg[\s>]/.test(begin)) return 'image/svg+xml';
  if (begin.startsWith('<?xml') && /<html[\s>]/.test(begin)) return 'text/html';
  if (begin.startsWith('<?xml')) return 'application/xml';
  return TEXTS[ending] ?? 'text/plain';
}
