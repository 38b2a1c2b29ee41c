import { types } from 'node:util';
import { deserialize, serialize } from 'node:v8';

const protoOf = (value: unknown): object | null => Object.getPrototypeOf(value);

/** Whether a value is of a kind that the language knows, and of no class made of it. */
const isBuiltIn = (value: object): boolean => {
  if (ArrayBuffer.isView(value)) return true;
  const isKnown =
    Array.isArray(value) ||
    types.isDate(value) ||
    types.isMap(value) ||
    types.isSet(value) ||
    types.isRegExp(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isBoxedPrimitive(value);
  // Its own prototype, then that of objects, and no more: whichever realm they are of.
  return isKnown && protoOf(protoOf(protoOf(value))) === null;
};

/** Whether the classes of an object give it anything to do, which a copy would lose. */
const hasMethods = (value: object): boolean => {
  for (let at = protoOf(value); at !== null; at = protoOf(at)) {
    // What all objects have.
    if (protoOf(at) === null) return false;
    if (Reflect.ownKeys(at).some((key) => key !== 'constructor')) return true;
  }
  return false;
};

const membersOf = (value: object): Iterable<unknown> => {
  if (types.isMap(value)) return [...value.keys(), ...value.values()];
  if (types.isSet(value)) return value.values();
  return ArrayBuffer.isView(value) ? [] : Object.values(value);
};

/** Whether a value is data all through: a copy of it is as good as itself. */
const isData = (root: unknown): boolean => {
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (!isBuiltIn(value) && hasMethods(value)) return false;
    for (const member of membersOf(value)) open.push(member);
  }
  return true;
};

/**
 * A value as bytes, from which everybody who wants it gets a copy: nobody can change what the others get, and the length
 * is its true size. `undefined` for what would not come back as it went: functions, objects with methods.
 */
export const packValue = (value: unknown): Uint8Array | undefined => {
  try {
    // V8 hands over more memory than it filled. It refuses functions and symbols itself.
    return isData(value) ? new Uint8Array(serialize(value)) : undefined;
  } catch {
    return undefined;
  }
};

/** A copy of a packed value, in a box, as it may be `undefined`; `undefined` for bytes that are none. */
export const unpackValue = (bytes: unknown): { readonly value: unknown } | undefined => {
  if (!types.isUint8Array(bytes)) return undefined;
  try {
    // Binary parts of what is read lie in the bytes that they are read from.
    return { value: deserialize(new Uint8Array(bytes)) };
  } catch {
    return undefined;
  }
};
