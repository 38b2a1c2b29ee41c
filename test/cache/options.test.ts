import { describe, expect, it } from '@jest/globals';
import { CACHE_DEFAULTS, memoryStore, readCacheOptions } from '../../src/cache/index.ts';

const read = (options?: unknown) => readCacheOptions({ where: 'createClient', path: 'cache' }, options);

const DURATION = 'a number of milliseconds from';
const LONGEST = 2_147_483_647;

describe('readCacheOptions', () => {
  it('takes the defaults where nothing is said', () => {
    expect(read()).toMatchObject({
      mode: 'partitioned',
      ttlMs: 0,
      staleIfErrorMs: 600_000,
      staleWhileRevalidateMs: 0,
      earlyRefresh: false,
      coolDownMs: false,
      partitionBy: [],
      maxEntryBytes: 1_048_576,
      maxVariants: 16,
      storeTimeoutMs: 50,
      warning: true,
    });
    expect(read()).toMatchObject({ tenant: undefined, keySecret: undefined });
  });

  it.each([undefined, {}, { ttlMs: undefined, store: undefined, partitionBy: undefined }])(
    'reads %j as nothing said',
    (given) => {
      const { store, ...settings } = read(given);
      const { store: _own, ...defaults } = read();

      expect([settings, typeof store.get]).toEqual([defaults, 'function']);
    },
  );

  it('gives each cache a store of its own, within its bounds', async () => {
    const entry = { version: 2, storedAt: 0, expiresAt: 0, sizeBytes: 1, value: 'x' } as const;
    const [one, other] = [read({ maxEntries: 1 }), read({ maxEntries: 1 })];
    for (const key of ['a', 'b']) await one.store.set(key, entry);

    expect([await one.store.get('a'), await one.store.get('b'), await other.store.get('b')]).toEqual([
      undefined,
      entry,
      undefined,
    ]);
  });

  it('hands its store the share of a partition', async () => {
    const entry = {
      version: 2,
      storedAt: 0,
      expiresAt: 0,
      sizeBytes: 1,
      partition: 'one',
      value: 'x',
    } as const;
    const { store } = read({ maxEntries: 4, maxPartitionShare: 0.25 });
    for (const key of ['a', 'b']) await store.set(key, entry);

    expect(await store.get('a')).toBeUndefined();
  });

  it('takes a store that it is given', () => {
    const store = memoryStore();

    expect(read({ store }).store).toBe(store);
  });

  it('reads the names of headers in lower case, and keeps none of the lists that it was given', () => {
    const partitionBy = ['X-Region'];
    const settings = read({ partitionBy });

    partitionBy.push('X-Late');

    expect(settings.partitionBy).toEqual(['x-region']);
    expect([settings, settings.partitionBy].every(Object.isFrozen)).toBe(true);
  });

  it('has frozen defaults', () => {
    expect([CACHE_DEFAULTS, CACHE_DEFAULTS.partitionBy].every(Object.isFrozen)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['ttlMs', LONGEST],
    ['staleIfErrorMs', 0],
    ['staleWhileRevalidateMs', 0.5],
    ['earlyRefresh', 0.1],
    ['earlyRefresh', false],
    ['coolDownMs', 1],
    ['coolDownMs', false],
    ['storeTimeoutMs', 1],
    ['mode', 'shared'],
    ['mode', 'private'],
    ['keySecret', 's'],
    ['maxEntryBytes', 1],
    ['maxVariants', 1_000],
    ['warning', false],
  ])('takes %s: %j', (name, value) => {
    expect(read({ [name]: value })).toHaveProperty(name, value);
  });

  it.each<[string, unknown, string]>([
    ['ttlMs', -1, `${DURATION} 0 to ${LONGEST}`],
    ['staleIfErrorMs', Number.POSITIVE_INFINITY, `${DURATION} 0 to ${LONGEST}`],
    ['staleWhileRevalidateMs', -0.1, `${DURATION} 0 to ${LONGEST}`],
    ['earlyRefresh', 0, 'false or a number above 0'],
    ['earlyRefresh', Number.POSITIVE_INFINITY, 'false or a number above 0'],
    ['earlyRefresh', Number.NaN, 'false or a number above 0'],
    ['coolDownMs', 0, `false or ${DURATION} 1 to ${LONGEST}`],
    ['storeTimeoutMs', 0, `${DURATION} 1 to ${LONGEST}`],
    ['mode', 'public', 'one of "partitioned", "shared", "private"'],
    ['partitionBy', [''], 'a list, each item the name of a header'],
    ['partitionBy', ['x region'], 'a list, each item the name of a header'],
    ['partitionBy', [7], 'a list, each item the name of a header'],
    ['keySecret', '', 'a text that is not empty'],
    ['maxEntries', 0, 'a whole number from 1 to 1000000'],
    ['maxBytes', 1.5, 'a whole number of at least 1'],
    ['maxEntryBytes', 0, 'a whole number of at least 1'],
    ['maxVariants', 1_001, 'a whole number from 1 to 1000'],
    ['maxPartitionShare', 0, 'a number above 0, up to 1'],
  ])('refuses %s: %j', (name, value, expects) => {
    expect(() => read({ [name]: value })).toThrow(RangeError);
    expect(() => read({ [name]: value })).toThrow(
      `createClient: option "cache.${name}" must be ${expects}, but was `,
    );
  });

  it.each<[string, unknown, string]>([
    ['ttlMs', '1', `${DURATION} 0 to ${LONGEST}`],
    ['earlyRefresh', true, 'false or a number above 0'],
    ['coolDownMs', true, `false or ${DURATION} 1 to ${LONGEST}`],
    ['mode', 1, 'one of "partitioned", "shared", "private"'],
    ['partitionBy', 'x-region', 'a list, each item the name of a header'],
    ['tenant', 'me', 'a function'],
    ['keySecret', 1, 'a text that is not empty'],
    ['store', {}, 'a store with the functions get, set, delete and clear'],
    ['store', null, 'a store with the functions get, set, delete and clear'],
    [
      'store',
      { ...memoryStore(), clear: undefined },
      'a store with the functions get, set, delete and clear',
    ],
    ['warning', 'yes', 'true or false'],
  ])('refuses the kind of %s: %j', (name, value, expects) => {
    expect(() => read({ [name]: value })).toThrow(TypeError);
    expect(() => read({ [name]: value })).toThrow(
      `createClient: option "cache.${name}" must be ${expects}, but was `,
    );
  });

  it('refuses an entry that may be larger than all entries together, by both options and their values', () => {
    expect(() => read({ maxEntryBytes: 11, maxBytes: 10 })).toThrow(
      new RangeError('createClient: option "cache.maxEntryBytes" (11) must not exceed "cache.maxBytes" (10)'),
    );
  });

  it.each([{ maxBytes: 10 }, { maxEntryBytes: 100_000_000 }, { maxEntryBytes: 10, maxBytes: 10 }])(
    'takes %j, which contradicts no other option that is written',
    (options) => {
      expect(read(options)).toBeDefined();
    },
  );

  it('refuses an option that is none', () => {
    expect(() => read({ ttl: 5 })).toThrow(
      /^createClient: unknown option "ttl" in "cache"; known are ttlMs, /,
    );
  });
});
