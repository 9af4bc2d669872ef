interface OriginHeaders {
  origin?: string | undefined;
  host?: string | undefined;
  'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Whether a request that changes something comes from a page of ours: the Origin header is the host the browser asked, or
 * PUBLIC_URL (behind a proxy that changes Host). Without an Origin header no browser page of another site is behind it.
 */
export function sameOrigin(headers: OriginHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin } = headers;
  if (origin === undefined) return true;
  if (origin === publicUrl) return true;
  return URL.canParse(origin) && headers.host !== undefined && new URL(origin).host === headers.host;
}

/** The same for a plain form, which any site could send: every browser says where a form comes from, and one that does not is refused. */
export function formOrigin(headers: OriginHeaders, publicUrl: string): boolean {
  const said = headers.origin !== undefined || headers['sec-fetch-site'] === 'same-origin';
  return said && sameOrigin(headers, publicUrl);
}
