import { types } from 'node:util';
import { readSafely } from '../kernel/index.ts';
import type { OutgoingHeadersOptions } from './outgoing.ts';
import { propagationHeaders } from './propagation.ts';
import { speakerOf } from './speaker.ts';

/** Writes one field into a carrier. */
export type CarrierSetter<Carrier> = (carrier: Carrier, key: string, value: string) => void;

const isPlain = (carrier: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(carrier);
  // An object of another realm has that realm's Object.prototype, which inherits from nothing either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** What takes a field out of Headers, a Map, axios headers (`delete`) or gRPC Metadata (`remove`). */
const removerOf = (carrier: object): ((name: string) => unknown) | undefined => {
  if (typeof readSafely(carrier, 'set') !== 'function') return undefined;
  const remove = readSafely(carrier, 'delete') ?? readSafely(carrier, 'remove');
  return typeof remove === 'function' ? (name) => remove.call(carrier, name) : undefined;
};

/** Whether its fields are its own properties: it is plain, or has no function `set`. */
const hasProperties = (carrier: object): boolean =>
  isPlain(carrier) || typeof readSafely(carrier, 'set') !== 'function';

/** The keys whose casing nobody but their holder ignores: properties, and those of a Map. */
const keysOf = (carrier: object): readonly unknown[] => {
  if (hasProperties(carrier)) return Object.keys(carrier);
  return types.isMap(carrier) ? [...carrier.keys()] : [];
};

/** Takes out what would stand there twice, or would be half of another trace, in whatever casing it is written. */
const clear = (carrier: object, names: ReadonlySet<string>): void => {
  const written = keysOf(carrier).filter((key) => typeof key === 'string' && names.has(key.toLowerCase()));
  const remove = hasProperties(carrier)
    ? (key: string) => Reflect.deleteProperty(carrier, key)
    : removerOf(carrier);
  for (const name of new Set([...names, ...written])) remove?.(String(name));
};

/** The Headers of fetch, alone or of a Request, of whichever realm and copy. */
const fetchHeadersOf = (carrier: object): object | undefined => {
  const kind = Object.prototype.toString.call(carrier);
  if (kind === '[object Headers]') return carrier;
  const headers = kind === '[object Request]' ? readSafely(carrier, 'headers') : undefined;
  return typeof headers === 'object' && headers !== null ? headers : undefined;
};

const setField = (carrier: object, key: string, value: string): void => {
  const holder = fetchHeadersOf(carrier) ?? carrier;
  const set = readSafely(holder, 'set');
  if (typeof set === 'function') set.call(holder, key, value);
  // Without a function "set" it is an object with a key for each field.
  else (holder as Record<string, unknown>)[key] = value;
};

/** `inject()`, whose empty carrier becomes one of texts. */
export interface Inject {
  (
    carrier: Record<string, never>,
    setter?: undefined,
    options?: OutgoingHeadersOptions,
  ): Record<string, string>;
  <Carrier extends object>(
    carrier: Carrier,
    setter?: CarrierSetter<Carrier>,
    options?: OutgoingHeadersOptions,
  ): Carrier;
}

/**
 * Writes ids, trace and baggage of the request being served into a carrier: an object with a property for each field, a
 * Request of fetch, whatever has a function `set` (Headers, Map, gRPC Metadata, axios headers), or anything else by a
 * setter of its own. Calling it is the permission: no list of hosts is asked. What the carrier held under those names, in
 * whatever casing, is replaced. Outside a request, and for a `record` that is none, nothing is written. What the carrier
 * or the setter throws is the caller's.
 *
 * @returns the carrier
 * @throws TypeError for a carrier that is no object, or a setter that is no function
 * @example
 * channel.sendToQueue('orders', body, { headers: inject({}) });
 */
export const inject: Inject = <Carrier extends object>(
  carrier: Carrier,
  setter: CarrierSetter<Carrier> = setField,
  options?: OutgoingHeadersOptions,
): Carrier => {
  if (typeof carrier !== 'object' || carrier === null)
    throw new TypeError('inject: the carrier must be an object');
  if (typeof setter !== 'function') throw new TypeError('inject: the setter must be a function');
  const record = speakerOf(options);
  if (record === undefined) return carrier;
  const fetchHeaders = fetchHeadersOf(carrier);
  const fields = propagationHeaders(record, fetchHeaders === undefined ? 'other' : 'undici');
  clear(fetchHeaders ?? carrier, new Set([...Object.keys(fields), 'tracestate']));
  for (const [key, value] of Object.entries(fields)) setter(carrier, key, value);
  return carrier;
};
