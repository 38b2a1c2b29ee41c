import type { Logger, LoggerOptions } from 'pino';
import { type RequestContext, tryGetContext } from '../context/index.ts';
import { readSafely } from '../kernel/index.ts';
import { chindingsOf, readPino } from './pino-symbols.ts';
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
  'linkSpanId',
  'baggage',
] as const;

/** Fields that pino writes itself; given again, a line would have two of them. */
export const PINO_NAMES = ['level', 'time', 'pid', 'hostname'] as const;

const OWN_RECORD = Symbol.for('express-breakwater.log.record');

/**
 * Fields of a line about a request that is named here, or about none: in the listeners of a response, and where circuits
 * change, the ambient context can be another request's. They are the caller's own, and are marked where they stand.
 */
export const onBehalfOf = (record: RequestContext | undefined, fields: object): object => {
  // Not by a copy: of the fields of an access line that is a microsecond.
  (fields as { [OWN_RECORD]?: RequestContext | null })[OWN_RECORD] = record ?? null;
  return fields;
};

/** On whose behalf a line is written. */
export interface About {
  readonly record: RequestContext | undefined;
  readonly trace: LineTrace | undefined;
  /** Whether the line names whom it is about: it is one of ours. */
  readonly isNamed: boolean;
}

const recordOf = (named: unknown): RequestContext | undefined =>
  // Only onBehalfOf writes under this symbol: a record, or null for none.
  named === undefined ? tryGetContext() : ((named as RequestContext | null) ?? undefined);

/** On whose behalf a line is written: who is named in it, else who is served. */
export const recordOfLine = (line: unknown): RequestContext | undefined =>
  recordOf(readSafely(line, OWN_RECORD));

/** The same, and its trace. */
export const aboutOf = (line: object): About => {
  const named = readSafely(line, OWN_RECORD);
  const record = recordOf(named);
  const isNamed = named !== undefined;
  return { record, trace: traceOfLine(record, isNamed), isNamed };
};

/** Ids by the names of fields; those that a request does not have are there too: nobody else may give them. */
export const idsOf = ({ record, trace }: About): object | undefined => {
  if (trace === undefined) return undefined;
  const { traceId, spanId } = trace;
  if (record === undefined) return { traceId, spanId };
  const { requestId, correlationId, clientRequestId, linkTraceId, linkSpanId, loggedBaggage } = record;
  const ids = { requestId, correlationId, traceId, spanId, clientRequestId, linkTraceId, linkSpanId };
  return loggedBaggage === undefined ? ids : { ...ids, baggage: loggedBaggage };
};

/**
 * Writes the ids into a line. Each by its name: an object with more than 16 members that were written by computed keys
 * becomes a dictionary, which pino takes 2 µs longer to print (Node 24).
 */
export const writeIds = (fields: Record<string, unknown>, { record, trace }: About): void => {
  if (trace === undefined) return;
  if (record !== undefined) {
    fields.requestId = record.requestId;
    fields.correlationId = record.correlationId;
  }
  fields.traceId = trace.traceId;
  fields.spanId = trace.spanId;
  if (record === undefined) return;
  const { clientRequestId, linkTraceId, linkSpanId, loggedBaggage } = record;
  // What a request does not have nobody else may give.
  if (clientRequestId !== undefined || 'clientRequestId' in fields) fields.clientRequestId = clientRequestId;
  if (linkTraceId !== undefined || 'linkTraceId' in fields) fields.linkTraceId = linkTraceId;
  if (linkSpanId !== undefined || 'linkSpanId' in fields) fields.linkSpanId = linkSpanId;
  if (loggedBaggage !== undefined) fields.baggage = loggedBaggage;
};

/** A pino mixin: late-bound, so that what was bound after the request came in is there too. */
export type Mixin = NonNullable<LoggerOptions['mixin']>;

/** What the user's own mixin says; one that throws must cost neither the line nor the ids. */
export const runOwn = (own: Mixin | undefined, ...args: Parameters<Mixin>): object => {
  try {
    // Copied here, where getters of it may throw.
    return { ...own?.(...args) };
  } catch (thrown) {
    return { mixinError: String(readSafely(thrown, 'message')) };
  }
};

/** The names that loggers of an instance have bound, read again only where their text changed. */
const createNamesOf = (): ((logger: Logger) => ReadonlySet<string>) => {
  const known = new WeakMap<Logger, { readonly text: unknown; readonly names: ReadonlySet<string> }>();
  return (logger) => {
    const text = readPino(logger, 'pino.chindings');
    const kept = known.get(logger);
    if (kept !== undefined && kept.text === text) return kept.names;
    const names = new Set(Object.keys(chindingsOf(logger)));
    known.set(logger, { text, names });
    return names;
  };
};

/**
 * Puts the context into each line of an instance of the app, above what its own mixin says. A name that a logger of the
 * instance has bound itself is left to it: pino has that as text, and the line would have two of them.
 */
export const contextMixin = (own: Mixin | undefined): Mixin => {
  const namesOf = createNamesOf();
  return (line, level, logger) => {
    const fields: Record<string, unknown> = { ...runOwn(own, line, level, logger) };
    const about = aboutOf(line);
    const bound = about.record && readFieldsOf(logger)(about.record.fields);
    Object.assign(fields, bound, idsOf(about));
    for (const name of namesOf(logger)) delete fields[name];
    return fields;
  };
};

/** How a line and its mixin become one. */
export type MergeStrategy = (line: object, mixin: object) => object;

/** The mixin and the merge strategy of the app, which ours call. */
export interface OwnMixin {
  readonly mixin: Mixin | undefined;
  readonly merge: MergeStrategy | undefined;
}

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
