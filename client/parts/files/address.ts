/** The addresses of files, under `filesAt(document)`: `/console/documents/<id>/files`, or the same under a secret link. */

/** Where a file is sent to. A query of the base, such as the owner's trial (`?as=client`), stays. */
export function uploadAddress(base: string, purpose: 'message' | 'document'): string {
  return `${base}${base.includes('?') ? '&' : '?'}for=${purpose}`;
}

/** Where a file is downloaded from. */
export function fileAddress(base: string, file: string): string {
  const [path = ''] = base.split('?');
  return `${path}/${file}`;
}

/** The same, to be looked at in place. */
export function viewAddress(download: string): string {
  return `${download}?view`;
}
