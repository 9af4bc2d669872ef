import pino, { type DestinationStream, type Logger } from 'pino';
import { currentTrace } from './request-id.ts';

/**
 * Structured logs, one JSON line each, with the id of the request or job they belong to. What people wrote never gets in: a database
 * error quotes the row it failed on.
 */
export function createLogger(level: string, stream?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: withoutContent },
    mixin: currentTrace,
  };
  return stream ? pino(options, stream) : pino(options);
}

function withoutContent(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint, table } = error as Error & { code?: unknown; constraint?: unknown; table?: unknown };
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12);
  // SQLSTATE: five characters; such a message holds the statement and its values.
  const database = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  return { type: error.name, ...(database ? {} : { message: redacted(error.message) }), code, constraint, table, stack: frames.join('\n') };
}

/** Others' words, a mail server's for example, may name whom it is about. */
function redacted(text: string): string {
  return text.replace(/[^\s<>"'(),:;]+@[^\s<>"'(),:;]+/g, '•••').replace(/[\w-]{43,}/g, '•••');
}
