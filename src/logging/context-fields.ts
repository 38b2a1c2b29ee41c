import type { LoggerOptions } from 'pino';
import { type RequestContext, tryGetContext } from '../context/index.ts';
import { readSafely } from '../kernel/index.ts';

/** Fields that say on whose behalf a line was written. Nothing that is logged can overwrite them. */
export const ID_NAMES = [
  'requestId',
  'correlationId',
  'traceId',
  'spanId',
  'clientRequestId',
  'linkTraceId',
] as const;

/** Fields that pino writes itself; given again, a line would have two of them. */
export const PINO_NAMES = ['level', 'time', 'pid', 'hostname'] as const;

const OWN_RECORD = Symbol.for('express-breakwater.log.record');

/**
 * Fields of a line about a request that is named here, or about none: in the listeners of a response, and where circuits
 * change, the ambient context can be another request's.
 */
export const onBehalfOf = (record: RequestContext | undefined, fields: object): object => ({
  ...fields,
  [OWN_RECORD]: record ?? null,
});

const recordFor = (line: object): RequestContext | undefined => {
  const named = readSafely(line, OWN_RECORD);
  if (named === undefined) return tryGetContext();
  // Only onBehalfOf writes under this symbol: a record, or null for none.
  return (named as RequestContext | null) ?? undefined;
};

/** A pino mixin: late-bound, so that what was bound after the request came in is there too. */
export type Mixin = NonNullable<LoggerOptions['mixin']>;

/** What the user's own mixin says; one that throws must cost neither the line nor the ids. */
const runOwn = (own: Mixin | undefined, ...args: Parameters<Mixin>): object | undefined => {
  try {
    return own?.(...args);
  } catch (thrown) {
    return { mixinError: String(readSafely(thrown, 'message')) };
  }
};

/** Puts the context into each line, above what the user's own mixin says. */
export const contextMixin =
  (own: Mixin | undefined): Mixin =>
  (line, level, logger) => {
    const fields = runOwn(own, line, level, logger);
    const record = recordFor(line);
    if (record === undefined) return { ...fields };
    const { requestId, correlationId, traceId, spanId, clientRequestId, linkTraceId } = record;
    return {
      ...fields,
      ...record.fields,
      requestId,
      correlationId,
      traceId,
      spanId,
      clientRequestId,
      linkTraceId,
    };
  };

/** How a line and its mixin become one. */
export type MergeStrategy = (line: object, mixin: object) => object;

/** Merges a line with its mixin: the line's fields win, but never over the ids. */
export const contextMerge =
  (own: MergeStrategy | undefined): MergeStrategy =>
  (line, mixin) => {
    const ids = Object.fromEntries(
      ID_NAMES.filter((name) => Object.hasOwn(mixin, name)).map((name) => [name, readSafely(mixin, name)]),
    );
    return { ...(own === undefined ? { ...mixin, ...line } : own(line, mixin)), ...ids };
  };
