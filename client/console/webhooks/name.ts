/** What an endpoint is called: the name it was given, or the host of its address. */
export function nameOf({ label, url }: { label: string; url: string }): string {
  return label || (URL.canParse(url) ? new URL(url).host : url);
}
