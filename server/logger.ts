import pino, { type DestinationStream, type Logger } from 'pino';

/** Structured logs, one JSON line each. What people wrote never gets in: a database error quotes the row it failed on. */
export function createLogger(level: string, stream?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: withoutContent } };
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
  return { type: error.name, ...(database ? {} : { message: error.message }), code, constraint, table, stack: frames.join('\n') };
}
