import { types } from 'node:util';

const MAX_DESCRIPTION = 80;

/** Reads `value[key]`; a throwing getter, a hostile proxy or a missing object reads as `undefined`. */
export const readSafely = (value: unknown, key: PropertyKey): unknown => {
  if (value === null || value === undefined) return undefined;
  try {
    // Anything but null and undefined can be indexed; the result stays unknown.
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
};

/** Whether `value` is an Error, of this realm or another. Never throws. */
export const isError = (value: unknown): value is Error => {
  try {
    // isNativeError sees errors of other realms (Jest's). On Node 20 it misses DOMException, which extends the Error of
    // its own realm only; instanceof Error sees what extends Error without being native.
    return types.isNativeError(value) || value instanceof DOMException || value instanceof Error;
  } catch {
    return false;
  }
};

/** Anything thrown, as an Error: errors stay themselves, everything else becomes the `cause` of a new one. */
export const toError = (thrown: unknown): Error =>
  isError(thrown)
    ? thrown
    : new Error(`A value that is no Error was thrown: ${describeValue(thrown)}`, { cause: thrown });

/** A short text for messages: strings quoted and cut, objects by their kind alone. Never throws. */
export const describeValue = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > MAX_DESCRIPTION ? `${value.slice(0, MAX_DESCRIPTION)}…` : value);
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    case 'object':
      if (value === null) return 'null';
      return isArray(value) ? 'an array' : 'an object';
    default:
      return String(value);
  }
};

/** Whether `value` is an array. Never throws. */
export const isArray = (value: unknown): value is readonly unknown[] => {
  try {
    return Array.isArray(value);
  } catch {
    // A revoked proxy.
    return false;
  }
};
