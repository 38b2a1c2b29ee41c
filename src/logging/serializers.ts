import type { Logger } from 'pino';
import { readSafely } from '../kernel/index.ts';
import { readPino } from './pino-symbols.ts';
import type { Redactor } from './redact.ts';
import { pathOf } from './request-fields.ts';
import { scrubLine } from './text.ts';

type Serializer = (value: unknown) => unknown;

/** A request that somebody logs: its method and path, no header, no query, no body. */
const serializeRequest: Serializer = (request) => ({
  method: readSafely(request, 'method'),
  path: pathOf(request),
});

/** A response that somebody logs: its status. */
const serializeResponse: Serializer = (response) => ({ status: readSafely(response, 'statusCode') });

/** Errors were described before serializers run; what is left under the name is fit to print. */
const asItIs: Serializer = (value) => value;

const isSerializer = (value: unknown): value is Serializer => typeof value === 'function';

/**
 * The serializers of a logger: its own with redaction behind them, ours for `err`, and for `req` and `res` where it has
 * none.
 *
 * @returns `own`: the names whose values must reach their serializers untouched
 */
export const createSerializers = (
  logger: Logger,
  redactor: Redactor,
): { readonly serializers: Record<string, Serializer>; readonly own: ReadonlySet<string> } => {
  const guarded =
    (serialize: Serializer): Serializer =>
    (value) => {
      try {
        return redactor.value(serialize(value));
      } catch {
        return redactor.value(value);
      }
    };
  const kept: Record<string, Serializer> = { req: serializeRequest, res: serializeResponse };
  for (const [name, serialize] of Object.entries(readPino(logger, 'pino.serializers') ?? {})) {
    if (name !== 'err' && isSerializer(serialize)) kept[name] = serialize;
  }
  const messageKey = readPino(logger, 'pino.messageKey');
  const message = kept[String(messageKey)] ?? asItIs;
  const serializers = Object.fromEntries(
    Object.entries(kept).map(([name, serialize]) => [name, guarded(serialize)]),
  );
  return {
    own: new Set(Object.keys(serializers)),
    serializers: {
      ...serializers,
      err: asItIs,
      [String(messageKey)]: (value) => {
        const text = guarded(message)(value);
        return typeof text === 'string' ? scrubLine(text) : text;
      },
    },
  };
};
