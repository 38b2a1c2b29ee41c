import type { Kept, Shelf } from '../cache/index.ts';
import type { StaleMark } from '../context/index.ts';
import { readSafely } from '../kernel/index.ts';
import { beginCall } from '../policy/index.ts';
import { timeout } from '../resilience/index.ts';
import { saysGone } from './cached-failures.ts';
import { createForgotten } from './cached-forgotten.ts';
import type { CachedSettings } from './cached-options.ts';
import { packValue, unpackValue } from './cached-values.ts';
import { runAsCall } from './current-call.ts';

/** What a call of the function came to. */
export interface Loaded<Res> {
  /** The value itself. */
  readonly value: Res;
  /** Makes a copy for each who wants one; `undefined` for a value that cannot be copied. */
  readonly copy: (() => Res) | undefined;
  /** When it was kept, in milliseconds since the Unix epoch; `undefined` where it was not. */
  readonly storedAt: number | undefined;
  /** What caches within it said of the stale answers that it was made of. */
  readonly marks: readonly StaleMark[];
}

/** What a function is called with. */
export interface Called<Args> {
  readonly args: Args;
  /** Where it is noted that something stale is used for it. @default as for everything that its caller does */
  readonly marks?: StaleMark[];
}

/** Calls a function, and keeps its values on a shelf. */
export interface Keeper<Args extends readonly unknown[], Res> {
  /** Calls it, and keeps nothing. */
  call(called: Called<Args>, signal: AbortSignal): Promise<Res>;
  /** Calls it, and keeps the value, or forgets the old one where that is no more. */
  load(args: Args, key: string, signal: AbortSignal): Promise<Loaded<Res>>;
  /** A copy of what is kept, and how far it may be used. Never rejects. */
  recall(key: string): Promise<Kept<Res> | undefined>;
  /**
   * Forgets what is kept, of a key or altogether, and what comes late of what was called before.
   *
   * @returns whether the store did; it is not used again where it did not
   */
  forget(key?: string): Promise<boolean>;
}

const warnOnce = (name: string): (() => void) => {
  let warned = false;
  return () => {
    if (warned) return;
    warned = true;
    process.emitWarning(
      `A value of cached(${JSON.stringify(name)}) is not kept: it holds functions or objects with methods, and a copy would lose them (told once)`,
      { code: 'BREAKWATER_CACHED_VALUE' },
    );
  };
};

const durationOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);

/** Makes what calls a function, and keeps its values. */
export const createKeeper = <Args extends readonly unknown[], Res>(
  fn: (...args: Args) => Promise<Res> | Res,
  settings: CachedSettings<Args>,
  shelf: Shelf,
): Keeper<Args, Res> => {
  const { name, clock, timeoutMs, maxEntryBytes, ttlMs, staleIfErrorMs, staleWhileRevalidateMs } = settings;
  const keepMs = ttlMs + Math.max(staleIfErrorMs, staleWhileRevalidateMs);
  const warn = warnOnce(name);
  const forgotten = createForgotten(clock);
  /** The newest call of each key: the values of others are not kept, as they are from before. */
  const newest = new Map<string, object>();

  const ms = (): number | undefined => (timeoutMs === false ? undefined : timeoutMs);
  const bounded = timeout<Called<Args>, Res>({ ms, clock })(async ({ args, marks }, about) => {
    const { signal, deadline, attempt } = about;
    const call = Object.freeze({ name, signal, deadline, attempt });
    return runAsCall(call, clock, () => fn(...args), marks);
  });
  const call: Keeper<Args, Res>['call'] = (called, signal) => bounded(called, beginCall({ name, signal }));

  const drop = async (key?: string): Promise<boolean> => {
    const takeBack = forgotten.until(key);
    const isDone = await (key === undefined ? shelf.clear() : shelf.delete(key));
    if (isDone) takeBack();
    return isDone;
  };

  const keep = async (key: string, bytes: Uint8Array | undefined, loadMs: number) => {
    if (bytes === undefined || bytes.byteLength > maxEntryBytes || keepMs <= 0) {
      // The one before is not what it is now.
      await drop(key);
      return undefined;
    }
    const storedAt = clock.wallTime();
    const how = { keepMs, sizeBytes: bytes.byteLength, partition: undefined };
    const isKept = await shelf.set(key, { bytes, loadMs }, how);
    if (!isKept) return undefined;
    forgotten.end(key);
    return storedAt;
  };

  const load: Keeper<Args, Res>['load'] = async (args, key, signal) => {
    const own = {};
    const marks: StaleMark[] = [];
    const startedAt = clock.now();
    newest.set(key, own);
    try {
      const value = await call({ args, marks }, signal);
      const bytes = packValue(value);
      if (bytes === undefined) warn();
      // What is made of something stale is no fresh value, however new.
      const isToKeep = newest.get(key) === own && marks.length === 0;
      const storedAt = isToKeep ? await keep(key, bytes, clock.now() - startedAt) : undefined;
      // It was packed just now, of a Res.
      const copy = bytes && (() => unpackValue(bytes)?.value as Res);
      return { value, copy, storedAt, marks };
    } catch (error) {
      if (saysGone(error) && newest.get(key) === own) await drop(key);
      throw error;
    } finally {
      if (newest.get(key) === own) newest.delete(key);
    }
  };

  return Object.freeze<Keeper<Args, Res>>({
    call,
    load,
    recall: async (key) => {
      const found = await shelf.get(key);
      const copy = unpackValue(readSafely(found?.value, 'bytes'));
      if (found === undefined || copy === undefined || forgotten.has(key, found.storedAt)) return undefined;
      const loadMs = durationOf(readSafely(found.value, 'loadMs'));
      const windows = { lifetimeMs: ttlMs, usableMs: ttlMs, staleIfErrorMs, staleWhileRevalidateMs };
      // The name in its key says that it is what this function gave.
      return { value: copy.value as Res, key, storedAt: found.storedAt, initialAgeMs: 0, loadMs, ...windows };
    },
    forget: async (key) => {
      if (key === undefined) newest.clear();
      else newest.delete(key);
      return drop(key);
    },
  });
};
