/** What one look has found: fine, worth a thought, or something that is broken. */
export interface Finding {
  level: 'ok' | 'warning' | 'fault';
  /** What was looked at, and what was found; of what is not fine, also what to do. Never a secret. */
  text: string;
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const warning = (text: string): Finding => ({ level: 'warning', text });
export const fault = (text: string): Finding => ({ level: 'fault', text });

/** Looks at one thing. What it throws is a finding, too. */
export type Look = () => Promise<Finding[]>;

/** The first few of what is wrong, for a line. */
export function some(list: readonly string[], most = 5): string {
  return list.length <= most ? list.join(', ') : `${list.slice(0, most).join(', ')} and ${list.length - most} more`;
}

/** What kept us from looking: the code of the system or the database alone, since its words may quote rows or addresses with passwords. */
export function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'unknown');
}
