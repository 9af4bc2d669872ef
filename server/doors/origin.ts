interface OriginHeaders {
  origin?: string | undefined;
  host?: string | undefined;
  'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Whether a request that changes something comes from a page of ours: the Origin header is the host the browser asked, or
 * PUBLIC_URL (behind a proxy that changes Host). Browsers say where a form or a
 * request of another site comes from, so one without both headers is no browser's: it can act for nobody but itself.
 */
export function sameOrigin(headers: OriginHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin } = headers;
  if (origin === undefined) return true;
  if (origin === publicUrl) return true;
  return URL.canParse(origin) && headers.host !== undefined && new URL(origin).host === headers.host;
}
