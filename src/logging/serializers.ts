import type { Logger } from 'pino';
import { describeValue, readSafely } from '../kernel/index.ts';
import { pathOf, type Redactor, scrubLine } from '../redaction/index.ts';
import { onceSerialized } from './bound.ts';
import { readPino } from './pino-symbols.ts';

/** What pino prints a value as. */
export type Serializer = (value: unknown) => unknown;

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

const MAX_MESSAGES = 100;
const MAX_MESSAGE_LENGTH = 128;

/** A service says the same few things for ever, and looking for secrets in one of them costs a microsecond. */
const rememberMessages = (serialize: Serializer): Serializer => {
  const known = new Map<string, unknown>();
  return (value) => {
    if (typeof value !== 'string' || value.length > MAX_MESSAGE_LENGTH) return serialize(value);
    const remembered = known.get(value);
    if (remembered !== undefined) return remembered;
    const made = serialize(value);
    if (known.size >= MAX_MESSAGES) known.clear();
    known.set(value, made);
    return made;
  };
};

/**
 * Puts redaction behind serializers of the app. That of `err` is left out: errors are described by us.
 *
 * @param logger whose key of messages holds
 */
export const wrapSerializers = (
  given: object,
  logger: Logger,
  redactor: Redactor,
): Record<string, Serializer> => {
  const messageKey = String(readPino(logger, 'pino.messageKey'));
  const guarded =
    (serialize: Serializer): Serializer =>
    (value) => {
      try {
        return redactor.value(serialize(value));
      } catch {
        return redactor.value(value);
      }
    };
  const onOneLine =
    (serialize: Serializer): Serializer =>
    (value) => {
      const text = serialize(value);
      // Of a function or a symbol nothing is left, and pino would write that as it stands.
      if (text === undefined) return describeValue(value);
      return typeof text === 'string' ? scrubLine(text) : text;
    };
  const wrapped: Record<string, Serializer> = {};
  for (const [name, serialize] of Object.entries(given)) {
    if (name === 'err' || !isSerializer(serialize)) continue;
    wrapped[name] = onceSerialized(name === messageKey ? onOneLine(guarded(serialize)) : guarded(serialize));
  }
  return wrapped;
};

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
  const messageKey = String(readPino(logger, 'pino.messageKey'));
  const given: Record<string, unknown> = { req: serializeRequest, res: serializeResponse };
  Object.assign(given, readPino(logger, 'pino.serializers'));
  const own = new Set(Object.keys(given).filter((name) => name !== 'err' && isSerializer(given[name])));
  const serializers = wrapSerializers({ [messageKey]: asItIs, ...given }, logger, redactor);
  const ofMessage = serializers[messageKey];
  // One of the app's may say something else each time.
  if (ofMessage !== undefined && !(messageKey in given))
    serializers[messageKey] = rememberMessages(ofMessage);
  return { own, serializers: { ...serializers, err: onceSerialized(asItIs) } };
};
