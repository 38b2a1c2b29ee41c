import { describe, expect, it } from '@jest/globals';
import { type CacheEntry, memoryStore } from '../../src/cache/index.ts';
import { packValue, unpackValue } from '../../src/guard/cached-values.ts';
import { cached } from '../../src/guard/index.ts';
import { readSafely } from '../../src/kernel/index.ts';
import { deferred } from '../resilience/support.ts';
import { scripted } from './cached-support.ts';

const WARNING = 'BREAKWATER_CACHED_VALUE';

/** Codes of the process warnings that come while `work` runs. */
const warningsDuring = async (work: () => Promise<unknown>): Promise<readonly unknown[]> => {
  const codes: unknown[] = [];
  const { emitWarning } = process;
  process.emitWarning = (_text: unknown, how?: unknown) => void codes.push(readSafely(how, 'code'));
  try {
    await work();
  } finally {
    process.emitWarning = emitWarning;
  }
  return codes;
};

class Price {
  readonly cents: number;
  constructor(cents: number) {
    this.cents = cents;
  }
  get euros(): number {
    return this.cents / 100;
  }
}

describe('a value of a cached function', () => {
  it('is the own copy of everybody who gets it', async () => {
    const { run } = scripted([{ tags: ['green'] }], { ttlMs: 1_000 });
    // It gives what the script says.
    const tags = async () => (await run('tea')) as { tags: string[] };
    for (let call = 0; call < 3; call += 1) (await tags()).tags.push('spoiled');

    expect(await tags()).toEqual({ tags: ['green'] });
  });

  it('is the own copy of each who waited for one call', async () => {
    const answer = deferred<object>();
    const { run } = scripted([() => answer.promise]);
    const both = [run('tea'), run('tea')];
    await new Promise(setImmediate);

    answer.resolve({});

    const [one, other] = await Promise.all(both);
    expect(one).not.toBe(other);
  });

  it('is not what the function goes on writing on', async () => {
    const value = { count: 1 };
    const { run } = scripted([value], { ttlMs: 1_000 });
    await run('tea');

    value.count = 2;

    expect(await run('tea')).toEqual({ count: 1 });
  });

  it('has binary parts of its own', async () => {
    const { run } = scripted([{ bytes: new Uint8Array([1, 2]) }], { ttlMs: 1_000 });
    // It gives what the script says.
    const bytes = async () => ((await run('tea')) as { bytes: Uint8Array }).bytes;
    (await bytes()).fill(9);

    expect([...(await bytes())]).toEqual([1, 2]);
  });

  it.each<[string, unknown]>([
    ['a time', new Date(0)],
    ['a map of sets', new Map([['a', new Set([1n])]])],
    ['a regular expression', /a/g],
    ['bytes', Buffer.from('tea')],
    ['what is not JSON', { nothing: undefined, nan: Number.NaN, big: 10n }],
    ['an object of no prototype', Object.assign(Object.create(null), { a: 1 })],
    [
      'an object of a class without methods',
      new (class Row {
        readonly id = 1;
      })(),
    ],
  ])('comes back as it was: %s', (_what, value) => {
    const packed = packValue(value);

    expect(packed).toBeInstanceOf(Uint8Array);
    expect({ ...unpackValue(packed) }).toEqual({ value });
  });

  it('comes back with what it refers to itself by', () => {
    const ring: { self?: unknown } = {};
    ring.self = ring;

    const value = unpackValue(packValue(ring))?.value;

    expect(value).toHaveProperty('self', value);
  });

  it('may be nested deeply', () => {
    let nested: unknown = 'end';
    for (let depth = 0; depth < 1_000; depth += 1) nested = [nested];

    expect(unpackValue(packValue(nested))).toBeDefined();
  });

  it.each<[string, unknown]>([
    ['a function', () => 1],
    ['a symbol', Symbol('tea')],
    ['an object of a class with methods', new Price(10)],
    ['one deep within', { list: [new Map([['a', { price: new Price(1) }]])] }],
    ['one made of a list', new (class Rows extends Array {})()],
    ['a promise', Promise.resolve()],
    ['an address', new URL('http://a/')],
    [
      'a getter that throws',
      {
        get price() {
          throw new Error('no price');
        },
      },
    ],
  ])('is no data where a copy would lose something: %s', (_what, value) => {
    expect(packValue(value)).toBeUndefined();
  });

  it('that is no data is handed on, not kept, and told of once', async () => {
    const price = new Price(10);
    const { run, calls } = scripted([price], { ttlMs: 1_000 });
    const values: unknown[] = [];

    const warnings = await warningsDuring(async () => {
      values.push(await run('tea'), await run('tea'));
    });

    expect(values).toEqual([price, price]);
    expect([calls.length, warnings]).toEqual([2, [WARNING]]);
  });

  it('that is no data is nobody else’s: who waited asks for themselves', async () => {
    const first = deferred<Price>();
    const { run, calls } = scripted([() => first.promise, () => new Price(2)]);
    const values: unknown[] = [];

    await warningsDuring(async () => {
      const both = [run('tea'), run('tea')];
      await new Promise(setImmediate);
      first.resolve(new Price(1));
      values.push(...(await Promise.all(both)));
    });

    expect(values).toEqual([new Price(1), new Price(2)]);
    expect(calls).toHaveLength(2);
  });

  it('that is too large is handed on, and not kept, nor the one before', async () => {
    const down = new Error('down');
    const { run } = scripted(['small', 'x'.repeat(1_000), down], { maxEntryBytes: 500 });
    await run('tea');

    expect(await run('tea')).toHaveLength(1_000);
    await expect(run('tea')).rejects.toBe(down);
  });

  it('counts with its true size', async () => {
    const sizes: number[] = [];
    const memory = memoryStore();
    const store = {
      ...memory,
      set: async (_key: string, entry: CacheEntry) => {
        sizes.push(entry.sizeBytes);
      },
    };
    const { run } = scripted(['x'.repeat(1_000)], { store });

    await run('tea');

    expect(sizes).toEqual([packValue('x'.repeat(1_000))?.byteLength]);
  });

  it('is kept nowhere where nobody could ever use it', async () => {
    const keys: string[] = [];
    const memory = memoryStore();
    const store = { ...memory, set: async (key: string) => void keys.push(key) };
    const { run } = scripted([1], { store, staleIfErrorMs: 0 });

    await run('tea');

    expect(keys).toEqual([]);
  });
});

describe('the store of a cached function', () => {
  it('serves others of the same name, and keeps those of other names apart', async () => {
    const store = memoryStore();
    const options = { key: (sku: string) => sku, ttlMs: 1_000, store };
    const one = cached((_sku: string) => 'one', { ...options, name: 'one' });
    const again = cached((_sku: string) => 'again', { ...options, name: 'one' });
    const other = cached((_sku: string) => 'other', { ...options, name: 'other' });
    await one('tea');

    const values = [await again('tea'), await other('tea')];

    expect(values).toEqual(['one', 'other']);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'rubbish'],
    ['no bytes', { bytes: 'rubbish', loadMs: 1 }],
    ['other bytes', { bytes: new Uint8Array([1, 2, 3]), loadMs: 1 }],
    [
      'a hostile object',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ],
  ])('may hold rubbish: %s', async (_what, value) => {
    const memory = memoryStore();
    const store = {
      ...memory,
      set: (key: string, entry: CacheEntry) => memory.set(key, { ...entry, value }),
    };
    const { run } = scripted([1, 2], { store, ttlMs: 1_000 });

    const values = [await run('tea'), await run('tea')];

    expect(values).toEqual([1, 2]);
  });

  it('may hang: a call waits for its time, and has its value', async () => {
    const hang = () => new Promise<never>(() => undefined);
    const store = { get: hang, set: hang, delete: hang, clear: hang };
    const { run, clock } = scripted([1], { store, storeTimeoutMs: 20 });

    const values: unknown[] = [];

    const warnings = await warningsDuring(async () => values.push(await clock.runUntil(run('tea'))));

    // It was too slow to be found anything in: it is not asked to keep anything.
    expect([values, clock.now()]).toEqual([[1], 20]);
    expect(warnings).toEqual(['BREAKWATER_CACHE_STORE']);
  });
});
