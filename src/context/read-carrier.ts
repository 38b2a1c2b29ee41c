import { types } from 'node:util';
import { isWellFormedId } from './ids.ts';
import type { CarrierRejection, ContextValue } from './record.ts';
import { parseTraceparent, type Traceparent } from './traceparent.ts';
import { parseTracestate } from './tracestate.ts';

/** What a carrier says, each part of it well-formed but the baggage. */
export interface Carried {
  readonly requestId: string | undefined;
  readonly correlationId: string | undefined;
  readonly parent: Traceparent | undefined;
  readonly traceState: string | undefined;
  /** As it came, up to 16384 characters. */
  readonly baggage: string | undefined;
  readonly fields: Readonly<Record<string, ContextValue>>;
}

/** Enough for the 8192 bytes of a W3C baggage and everything else. */
const MAX_CHARACTERS = 16_384;
const MAX_TRACEPARENT = 128;
const MAX_TRACESTATE = 2_048;
/** As many as a record binds. */
const MAX_FIELDS = 32;
const VERSION = 1;

/** Names of the two ids in a carrier of ours, and as header fields. */
const OWN_IDS = ['requestId', 'correlationId'] as const;
const HEADER_IDS = ['x-request-id', 'x-correlation-id'] as const;

/** Stands for what must not be read. */
const UNREADABLE = Symbol('unreadable');

const isReadable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !types.isProxy(value) && !Array.isArray(value);

const decoder = new TextDecoder();

// Of the prototype: bytes may say of themselves what is not so.
const byteLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'byteLength');

/** What a value counts, bytes before they are decoded: a decoder would go through all of them. */
const sizeOf = (value: unknown): number => {
  if (typeof value === 'string') return value.length;
  return types.isUint8Array(value) ? Number(byteLength?.get?.call(value)) : 0;
};

const isTooLarge = (values: readonly unknown[]): boolean =>
  values.reduce<number>((sum, value) => sum + sizeOf(value), 0) > MAX_CHARACTERS;

/** The bytes that Kafka's clients give for a header, as text. */
const asText = (value: unknown): unknown => (types.isUint8Array(value) ? decoder.decode(value) : value);

/** An own property without calling a getter. */
const ownValue = (from: object, key: string): unknown => {
  const property = Object.getOwnPropertyDescriptor(from, key);
  if (property === undefined) return undefined;
  return 'value' in property ? property.value : UNREADABLE;
};

const textUpTo = (limit: number, value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= limit ? value : undefined;

const isValue = (value: unknown): value is ContextValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** The own properties; nothing where they are more than a record binds. */
const entriesOf = (given: unknown): readonly (readonly [string, unknown])[] | undefined => {
  if (!isReadable(given)) return [];
  // Nothing in the language lists a part of the keys: `for in` with a break takes as long (0.36 s for a million).
  const keys = Object.keys(given);
  return keys.length > MAX_FIELDS ? undefined : keys.map((key) => [key, ownValue(given, key)] as const);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Refused like everything else that is no object.
    return undefined;
  }
};

/** Whether it is one of ours that lost its version. */
const lacksVersion = (carrier: object): boolean =>
  OWN_IDS.every((name) => Object.hasOwn(carrier, name)) &&
  !HEADER_IDS.some((name) => Object.hasOwn(carrier, name));

/**
 * Reads a carrier of ours (`v: 1`, complete), an object of W3C header fields, or the JSON of either. A bad id or
 * `traceparent` refuses it all; a bad `tracestate`, `baggage` or field is left out alone, as of an HTTP request.
 * Inherited properties, getters and proxies are not read.
 */
export const readCarrier = (given: unknown): Carried | CarrierRejection => {
  if (typeof given === 'string' && given.length > MAX_CHARACTERS) return 'too-large';
  const carrier = typeof given === 'string' ? parseJson(given) : given;
  if (!isReadable(carrier)) return 'no-carrier';
  const version = ownValue(carrier, 'v');
  if (version !== undefined && version !== VERSION) return 'unknown-version';
  if (version === undefined && lacksVersion(carrier)) return 'incomplete';
  const isOurs = version === VERSION;
  const names = [...(isOurs ? OWN_IDS : HEADER_IDS), 'traceparent', 'tracestate', 'baggage'];
  const values = names.map((name) => ownValue(carrier, name));
  const fields = isOurs ? entriesOf(ownValue(carrier, 'fields')) : [];
  if (fields === undefined || isTooLarge([...values, ...fields.flat()])) return 'too-large';
  const [requestId, correlationId, traceparent, tracestate, baggage] = values.map(asText);
  const needed = [requestId, correlationId, traceparent].filter((value) => value !== undefined).length;
  if (needed === 0) return 'no-carrier';
  if (isOurs && needed < 3) return 'incomplete';
  for (const id of [requestId, correlationId])
    if (id !== undefined && !isWellFormedId(id)) return 'malformed-id';
  const parent = parseTraceparent(textUpTo(MAX_TRACEPARENT, traceparent));
  if (traceparent !== undefined && parent === undefined) return 'malformed-trace';
  return {
    requestId: isWellFormedId(requestId) ? requestId : undefined,
    correlationId: isWellFormedId(correlationId) ? correlationId : undefined,
    parent,
    traceState: parent && parseTracestate(textUpTo(MAX_TRACESTATE, tracestate)),
    baggage: typeof baggage === 'string' ? baggage : undefined,
    fields: Object.fromEntries(fields.filter((entry): entry is [string, ContextValue] => isValue(entry[1]))),
  };
};
