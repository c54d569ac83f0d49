/**
 * The log of a node: one JSON object per line on standard output, or short lines for a person at a terminal. Only
 * fields of the allow-list are ever written, so that no customer text, token or address can slip into a log.
 */
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** Everything that may stand in a log line beside level, time and message. Values are scalars. */
const FIELDS: ReadonlySet<string> = new Set([
  'caseId',
  'code',
  'context',
  'count',
  'durationMs',
  'kind',
  'method',
  'port',
  'role',
  'route',
  'seq',
  'signal',
  'stack',
  'status',
  'traceId',
  'version',
]);

/** A longer value is a text in disguise. */
const VALUE_CHARACTERS_MAX = 2_000;

/**
 * @param level one of pino's, or `silent`
 * @param destination where lines go; by default standard output, in a form for whoever reads it
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }), log: allowed },
  };
  if (destination !== undefined) return pino(options, destination);
  return process.stdout.isTTY ? pino(options, terminal()) : pino(options);
}

/** What may be said of an error: its kind, its code, where it arose. A database's own words may quote a customer. */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { code } = error as { code?: unknown };
  // The words come first in a stack, and may hold lines that look like frames.
  const frames = (error.stack ?? '').replace(error.message, '').split('\n');
  return {
    kind: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    stack: frames
      .filter((line) => line.startsWith('    at '))
      .slice(0, 12)
      .map((line) => line.trim())
      .join(' | '),
  };
}

/** Nest's own messages in the same log. They name modules and routes, nothing of a request. */
export function nestLogger(logger: Logger): LoggerService {
  /** Nest hands its context last, and a stack before it. */
  const contextOf = (rest: unknown[]) => ({
    context: typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined,
  });
  return {
    log: (message: unknown, ...rest: unknown[]) => logger.debug(contextOf(rest), String(message)),
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(contextOf(rest), String(message)),
    error: (message: unknown, ...rest: unknown[]) =>
      logger.error({ ...contextOf(rest), ...errorFields(message) }, 'Nest reports an error'),
    fatal: (message: unknown, ...rest: unknown[]) =>
      logger.fatal({ ...contextOf(rest), ...errorFields(message) }, 'Nest reports an error'),
    debug: (message: unknown, ...rest: unknown[]) => logger.trace(contextOf(rest), String(message)),
  };
}

function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!FIELDS.has(name) || value === undefined) continue;
    if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
    else if (typeof value === 'string') kept[name] = value.slice(0, VALUE_CHARACTERS_MAX);
  }
  return kept;
}

/** `12:34:56 warn  message  field=value`, for a person who watches. */
function terminal(): DestinationStream {
  return {
    write: (line) => {
      const { level, time, msg, pid: _, stack: __, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const rest = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      const clock = String(time).slice(11, 19);
      process.stdout.write([clock, String(level).padEnd(5), msg, ...rest].join(' ') + '\n');
    },
  };
}
