import type { ContextValue, RequestContext } from './record.ts';
import { contextOf, getContext } from './store.ts';

const MAX_FIELDS = 32;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 256;

/** Names that a log line writes itself, and names that would change how an object behaves. */
const RESERVED: ReadonlySet<string> = new Set([
  'requestId',
  'correlationId',
  'traceId',
  'spanId',
  'clientRequestId',
  'linkTraceId',
  'linkSpanId',
  'rejectedRequestId',
  'baggage',
  'level',
  'time',
  'event',
  'service',
  'version',
  'environment',
  'instance',
  'logger',
  'name',
  'deps',
  'err',
  'msg',
  'pid',
  'hostname',
  '__proto__',
  'constructor',
  'prototype',
]);

const isUsableKey = (key: string): boolean =>
  key !== '' && key.length <= MAX_KEY_LENGTH && !key.includes('.') && !RESERVED.has(key);

const readValue = (value: unknown): ContextValue | undefined => {
  switch (typeof value) {
    case 'string':
      return value.slice(0, MAX_VALUE_LENGTH);
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'boolean':
      return value;
    default:
      return undefined;
  }
};

/** The record of the request that is named, else that of the request being served. */
const recordFor = (about: readonly (object | undefined)[]): RequestContext => {
  if (about.length === 0) return getContext();
  const [request] = about;
  // One that was looked for and not found must not mean another one.
  const record = request && contextOf(request);
  if (record === undefined)
    throw new Error('addContext: this request has no context; is requestContext() mounted before?');
  return record;
};

/**
 * Binds fields to the request being served: they stand in every log line from now on, and in `getContext().fields`.
 *
 * Scalars only, at most 32 of them, names up to 64 characters without dots, texts cut at 256 characters. A reserved name
 * (`requestId`, `level`, …) and anything else that does not fit is dropped: what a request carries must not be able to
 * break its own logging. `undefined` is dropped, too. A line's own field wins over a bound one of the same name, where it has
 * a value.
 *
 * @param about the request whose fields are meant @default the request of the ambient context: in a callback that runs in
 *   another request's context, that is the other one
 * @throws Error outside a request, as `getContext`, and for a request that has no context, or is `undefined`
 * @example
 * addContext({ userId: user.id, tenant: user.tenant });
 */
export const addContext = (
  fields: Readonly<Record<string, ContextValue | undefined>>,
  ...about: readonly [request?: object | undefined]
): void => {
  const record = recordFor(about);
  // Readers see the bag as read-only; this function is its one writer.
  const bag = record.fields as Record<string, ContextValue>;
  for (const [key, given] of Object.entries(fields)) {
    const value = readValue(given);
    if (value === undefined || !isUsableKey(key)) continue;
    if (Object.hasOwn(bag, key) || Object.keys(bag).length < MAX_FIELDS) bag[key] = value;
  }
};
