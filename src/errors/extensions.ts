/** Members that the answer writes itself, and names that would change how the document behaves as an object. */
const RESERVED_NAMES = [
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'code',
  'retryable',
  'requestId',
  'correlationId',
  'traceId',
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toJSON',
] as const;

/** A name that no extension can have. */
export type ReservedName = (typeof RESERVED_NAMES)[number];

const RESERVED: ReadonlySet<string> = new Set(RESERVED_NAMES);

/** Whether no extension can have this name. */
export const isReserved = (name: string): boolean => RESERVED.has(name);

const NONE: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/** A frozen copy of extension members without reserved names, `null` and `undefined`. */
export const readExtensions = (
  given: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> => {
  if (given === undefined || given === null) return NONE;
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(given)) {
    const value = given[key];
    if (!RESERVED.has(key) && value !== undefined && value !== null) copy[key] = value;
  }
  return Object.freeze(copy);
};
