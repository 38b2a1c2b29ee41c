import { object } from '../kernel/index.ts';

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> => object.type(value);

/** What was written at a path such as `retry.backoff.minMs`; `undefined` where nothing was. */
export const writtenAt = (written: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (group, key) => (isGroup(group) && Object.hasOwn(group, key) ? group[key] : undefined),
      written,
    );

/** The number that was written at a path; `undefined` where something else was, or nothing. */
export const numberAt = (written: unknown, path: string): number | undefined => {
  const value = writtenAt(written, path);
  return typeof value === 'number' ? value : undefined;
};

const merge = (before: unknown, next: unknown): unknown => {
  if (next === undefined) return before;
  if (Array.isArray(next)) return Object.freeze([...next]);
  if (!isGroup(next)) return next;
  const base = isGroup(before) ? before : {};
  const keys = new Set([...Object.keys(base), ...Object.keys(next)]);
  return Object.freeze(Object.fromEntries([...keys].map((key) => [key, merge(base[key], next[key])])));
};

/**
 * Written options with others written over them, group by group: `undefined` changes nothing, lists and functions are
 * replaced. A frozen copy: what its parts are made of may change later.
 */
export const mergeWritten = <T extends object>(before: T, next: T): T =>
  // Made of the members of two T, each in its own place.
  merge(before, next) as T;
