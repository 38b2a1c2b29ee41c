import { types } from 'node:util';
import type { CacheEntry, CacheStore } from '../cache/index.ts';
import { readSafely } from '../kernel/index.ts';

/** One thing that a store must do. */
export interface CacheStoreCase {
  /** What it must do, as a sentence that begins with its verb. */
  readonly title: string;
  /** Makes a store and tries it. Rejects with an Error that says what it did instead. */
  run(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** An entry as a cache writes it, which says `text` somewhere. */
const entryOf = (text: string, change: Partial<CacheEntry> = {}): CacheEntry => {
  const storedAt = Date.now();
  const headers = { 'content-type': 'text/plain', 'x-said': text, 'set-cookie': ['a="1"', 'b=\\ä€𝄞'] };
  const answer = { status: 200, headers, body: new TextEncoder().encode(text), selected: {}, url: undefined };
  const value = {
    variants: [answer, { ...answer, status: 404 }],
    others: [null, true, false, '', 0.5, -1, []],
  };
  const times = { storedAt, expiresAt: storedAt + HOUR_MS };
  return { version: 2, ...times, sizeBytes: 256, partition: undefined, value, ...change };
};

/** Whether two values are the same as plain data and bytes; a member that is not there is `undefined`. */
const isSame = (one: unknown, other: unknown): boolean => {
  if (types.isUint8Array(one) || types.isUint8Array(other))
    return types.isUint8Array(one) && types.isUint8Array(other) && Buffer.compare(one, other) === 0;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(readSafely(one, name), readSafely(other, name)));
};

const expectKept = async (store: CacheStore, key: string, entry: CacheEntry | undefined): Promise<void> => {
  const got: unknown = await store.get(key);
  if (isSame(got, entry)) return;
  const told = (value: unknown): string => JSON.stringify(value) ?? String(value);
  throw new Error(`The store gave ${told(got)} for the key "${key}", and not ${told(entry)}`);
};

const setAll = async (store: CacheStore, keys: readonly string[]): Promise<void> => {
  for (const key of keys) await store.set(key, entryOf(key));
};

const KEYS = [
  'a:Key',
  'a:key',
  'A:key',
  'a:keys',
  'a:ke',
  'a:*',
  '*',
  'a:k?y',
  '../key',
  'a/key',
  'a key',
  '__proto__',
];

const EACH = Array.from({ length: 50 }, (_, index) => `a:${index}`);

type Try = (store: CacheStore) => Promise<void>;

const CASES: Readonly<Record<string, Try>> = {
  'knows nothing of a key that was never set': (store) => expectKept(store, 'a:never', undefined),
  'gives back an entry as it was set': async (store) => {
    const entry = entryOf('as it was', { partition: 'a partition' });
    await store.set('a:key', entry);
    await expectKept(store, 'a:key', entry);
  },
  'gives back bytes as bytes, whatever they are': async (store) => {
    const entry = entryOf('bytes', { value: { bytes: BYTES, none: new Uint8Array() } });
    await store.set('a:key', entry);
    await expectKept(store, 'a:key', entry);
  },
  'gives back what was last set under a key': async (store) => {
    const [first, last] = [entryOf('first', { partition: 'whose' }), entryOf('last')];
    await store.set('a:key', first);
    await store.set('a:key', last);
    await expectKept(store, 'a:key', last);
  },
  'keeps keys apart, whatever they consist of': async (store) => {
    const entries = KEYS.map((key) => [key, entryOf(`of ${key}`)] as const);
    for (const [key, entry] of entries) await store.set(key, entry);
    for (const [key, entry] of entries) await expectKept(store, key, entry);
  },
  'forgets the key that is deleted, and no other': async (store) => {
    const entry = entryOf('of the other');
    await setAll(store, KEYS);
    await store.set('a:Key', entry);
    for (const key of KEYS.filter((each) => each !== 'a:Key')) await store.delete(key);
    await expectKept(store, 'a:key', undefined);
    await expectKept(store, 'a:Key', entry);
  },
  'takes the deletion of what is not there for done': async (store) => {
    await store.delete('a:never');
    await expectKept(store, 'a:never', undefined);
  },
  'forgets everything when it is cleared, and keeps what is set then': async (store) => {
    const entry = entryOf('later');
    await setAll(store, KEYS);
    await store.clear();
    for (const key of KEYS) await expectKept(store, key, undefined);
    await store.set('a:key', entry);
    await expectKept(store, 'a:key', entry);
  },
  'keeps each of many entries that are set at once': async (store) => {
    const entries = EACH.map((key) => [key, entryOf(`of ${key}`)] as const);
    await Promise.all(entries.map(([key, entry]) => store.set(key, entry)));
    for (const [key, entry] of entries) await expectKept(store, key, entry);
  },
  'keeps one of several entries whole that are set under a key at once': async (store) => {
    const entries = EACH.map((text, index) => entryOf(text.repeat(1_000), { sizeBytes: index }));
    await Promise.all(entries.map((entry) => store.set('a:key', entry)));
    const got = await store.get('a:key');
    if (!entries.some((entry) => isSame(entry, got)))
      throw new Error('The store gave none of the entries that were set at once');
  },
  'gives an entry whose time is over as it was, or not at all': async (store) => {
    const entry = entryOf('over', { storedAt: 1, expiresAt: 2 });
    await store.set('a:key', entry);
    if ((await store.get('a:key')) !== undefined) await expectKept(store, 'a:key', entry);
  },
};

/**
 * What a store of a cache must do, case by case, for any test runner.
 *
 * @param make makes an empty store, for each case another one
 * @example
 * for (const { title, run } of cacheStoreContract(() => redisStore(redis, randomUUID()))) it(title, run);
 */
export const cacheStoreContract = (make: () => CacheStore | Promise<CacheStore>): readonly CacheStoreCase[] =>
  Object.entries(CASES).map(([title, attempt]) => ({ title, run: async () => attempt(await make()) }));
