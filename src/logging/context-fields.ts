import type { LoggerOptions } from 'pino';
import { type RequestContext, tryGetContext } from '../context/index.ts';
import { readSafely } from '../kernel/index.ts';
import { readFieldsOf } from './privacy/index.ts';
import { instrumentedFields, isInstrumented, type LineTrace, traceOfLine } from './trace-fields.ts';

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

interface About {
  readonly record: RequestContext | undefined;
  readonly trace: LineTrace | undefined;
}

const aboutOf = (line: object): About => {
  const named = readSafely(line, OWN_RECORD);
  const ambient = named === undefined;
  // Only onBehalfOf writes under this symbol: a record, or null for none.
  const record = ambient ? tryGetContext() : ((named as RequestContext | null) ?? undefined);
  return { record, trace: traceOfLine(record, !ambient) };
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
    const { record, trace } = aboutOf(line);
    if (trace === undefined) return { ...fields };
    const { traceId, spanId } = trace;
    if (record === undefined) return { ...fields, traceId, spanId };
    const { requestId, correlationId, clientRequestId, linkTraceId } = record;
    // Object.assign, here and below: it is several times faster than spreading, and this runs for every line.
    const ids = { requestId, correlationId, traceId, spanId, clientRequestId, linkTraceId };
    return Object.assign({}, fields, readFieldsOf(logger)(record.fields), ids);
  };

/** How a line and its mixin become one. */
export type MergeStrategy = (line: object, mixin: object) => object;

const idsIn = (line: object, mixin: object): object => {
  const ids: Record<string, unknown> = {};
  if (isInstrumented(mixin)) Object.assign(ids, instrumentedFields(aboutOf(line).trace));
  for (const name of ID_NAMES) {
    if (Object.hasOwn(mixin, name)) ids[name] = readSafely(mixin, name);
  }
  return ids;
};

/** Merges a line with its mixin: the line's fields win, but never over the ids. */
export const contextMerge =
  (own: MergeStrategy | undefined): MergeStrategy =>
  (line, mixin) => {
    // Taken first: a strategy may write into the mixin, as pino's own does.
    const ids = idsIn(line, mixin);
    if (own === undefined) return Object.assign(mixin, line, ids);
    try {
      return Object.assign({}, own(line, mixin), ids);
    } catch {
      // It must cost neither the line nor the ids.
      return Object.assign({}, mixin, line, ids);
    }
  };
