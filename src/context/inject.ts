import { types } from 'node:util';
import { readSafely } from '../kernel/index.ts';
import type { OutgoingHeadersOptions } from './outgoing.ts';
import { propagationHeaders } from './propagation.ts';
import { tryGetContext } from './store.ts';

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

/** The keys whose casing nobody but their holder ignores: those of a plain object, or of a Map. */
const keysOf = (carrier: object): readonly unknown[] => {
  if (isPlain(carrier)) return Object.keys(carrier);
  return types.isMap(carrier) ? [...carrier.keys()] : [];
};

/** Takes out what would stand there twice, or would be half of another trace, in whatever casing it is written. */
const clear = (carrier: object, names: ReadonlySet<string>): void => {
  const written = keysOf(carrier).filter((key) => typeof key === 'string' && names.has(key.toLowerCase()));
  const remove = isPlain(carrier)
    ? (key: string) => Reflect.deleteProperty(carrier, key)
    : removerOf(carrier);
  for (const name of new Set([...names, ...written])) remove?.(String(name));
};

/** Whether it is a Headers object, of whichever realm and copy: they are made for fetch. */
const isFetchHeaders = (carrier: object): boolean =>
  Object.prototype.toString.call(carrier) === '[object Headers]';

const setField = (carrier: object, key: string, value: string): void => {
  const set = readSafely(carrier, 'set');
  if (typeof set === 'function') set.call(carrier, key, value);
  // Without a function "set" it is an object with a key for each field.
  else (carrier as Record<string, unknown>)[key] = value;
};

/**
 * Writes ids, trace and baggage of the request being served into a carrier: a plain object, whatever has a function `set`
 * (Headers, Map, gRPC Metadata, axios headers), or anything else by a setter of its own. Calling it is the permission: no
 * list of hosts is asked. What the carrier held under those names, in whatever casing, is replaced. Outside a request
 * nothing is written. What the carrier or the setter throws is the caller's.
 *
 * @returns the carrier
 * @throws TypeError for a carrier that is no object, or a setter that is no function
 * @example
 * channel.sendToQueue('orders', body, { headers: inject({}) });
 */
export const inject = <Carrier extends object>(
  carrier: Carrier,
  setter: CarrierSetter<Carrier> = setField,
  { record = tryGetContext() }: OutgoingHeadersOptions = {},
): Carrier => {
  if (typeof carrier !== 'object' || carrier === null)
    throw new TypeError('inject: the carrier must be an object');
  if (typeof setter !== 'function') throw new TypeError('inject: the setter must be a function');
  if (record === undefined) return carrier;
  const fields = propagationHeaders(record, isFetchHeaders(carrier) ? 'undici' : 'other');
  clear(carrier, new Set([...Object.keys(fields), 'tracestate']));
  for (const [key, value] of Object.entries(fields)) setter(carrier, key, value);
  return carrier;
};
