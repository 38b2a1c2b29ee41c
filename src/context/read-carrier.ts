import { types } from 'node:util';
import { isWellFormedId } from './ids.ts';
import type { CarrierRejection, ContextValue } from './record.ts';
import { parseTraceparent, type Traceparent } from './traceparent.ts';
import { parseTracestate } from './tracestate.ts';

/** What a carrier says, each part of it well-formed. */
export interface Carried {
  readonly requestId: string | undefined;
  readonly correlationId: string | undefined;
  readonly parent: Traceparent | undefined;
  readonly traceState: string | undefined;
  readonly baggage: string | undefined;
  readonly fields: Readonly<Record<string, ContextValue>>;
}

/** Enough for the 8192 bytes of a W3C baggage and everything else. */
const MAX_CHARACTERS = 16_384;
const MAX_TRACEPARENT = 128;
const MAX_TRACESTATE = 2_048;
const MAX_BAGGAGE = 8_192;
const MAX_BAGGAGE_MEMBERS = 64;
const VERSION = 1;

/** Names of the two ids in a carrier of ours, and as header fields. */
const OWN_IDS = ['requestId', 'correlationId'] as const;
const HEADER_IDS = ['x-request-id', 'x-correlation-id'] as const;

// W3C Baggage §3.3.1, without the optional space around separators. No two of its parts can begin alike: it never goes back.
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const VALUE = '[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]*';
const MEMBER = `${TOKEN}=${VALUE}(?:;${TOKEN}(?:=${VALUE})?)*`;
const BAGGAGE = new RegExp(`^${MEMBER}(?:,${MEMBER})*$`);

/** Stands for what must not be read. */
const UNREADABLE = Symbol('unreadable');

const isReadable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !types.isProxy(value) && !Array.isArray(value);

const decoder = new TextDecoder();

/** Bytes as text. A Buffer would believe a length that somebody else defined on them. */
const decodeBytes = (bytes: Uint8Array): unknown => {
  try {
    return decoder.decode(bytes);
  } catch {
    // More than a text can hold.
    return UNREADABLE;
  }
};

/** An own property without calling a getter; the bytes that Kafka's clients give for a header as text. */
const ownValue = (from: object, key: string): unknown => {
  const property = Object.getOwnPropertyDescriptor(from, key);
  if (property === undefined) return undefined;
  if (!('value' in property)) return UNREADABLE;
  const { value } = property;
  return types.isUint8Array(value) ? decodeBytes(value) : value;
};

const textUpTo = (limit: number, value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= limit ? value : undefined;

const readBaggage = (value: unknown): string | undefined => {
  const header = textUpTo(MAX_BAGGAGE, value);
  if (header === undefined || !BAGGAGE.test(header)) return undefined;
  return header.split(',').length <= MAX_BAGGAGE_MEMBERS ? header : undefined;
};

const isValue = (value: unknown): value is ContextValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** The scalars among the own properties; `addContext` drops what else does not fit. */
const readFields = (given: unknown): Carried['fields'] => {
  if (!isReadable(given)) return {};
  const entries = Object.keys(given).map((key) => [key, ownValue(given, key)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, ContextValue] => isValue(entry[1])));
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Refused like everything else that is no object.
    return undefined;
  }
};

const isTooLarge = (values: readonly unknown[]): boolean =>
  values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0) >
  MAX_CHARACTERS;

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
  const isOurs = version === VERSION;
  const names = [...(isOurs ? OWN_IDS : HEADER_IDS), 'traceparent', 'tracestate', 'baggage'];
  const values = names.map((name) => ownValue(carrier, name));
  if (isTooLarge(values)) return 'too-large';
  const [requestId, correlationId, traceparent, tracestate, baggage] = values;
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
    baggage: readBaggage(baggage),
    fields: isOurs ? readFields(ownValue(carrier, 'fields')) : {},
  };
};
