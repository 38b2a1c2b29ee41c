import { describe, expect, it } from '@jest/globals';
import { type CacheEntry, type CacheStore, memoryStore } from '../../src/cache/index.ts';
import { cachedCalling, lasting } from './cached-clients.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

const hostile: object = new Proxy(
  {},
  {
    get: () => {
      throw new Error('hostile');
    },
    ownKeys: () => {
      throw new Error('hostile');
    },
  },
);

describe("the store of a client's cache", () => {
  const { upstream, clientOf, clock } = cachedCalling();

  /** A store that gives the same value for every answer, and has no note of a change. */
  const giving = (value: unknown, change: object = {}): CacheStore => {
    const now = clock().wallTime();
    const entry = { version: 2, storedAt: now, expiresAt: now + 60_000, sizeBytes: 1, value, ...change };
    // What a store gives back may be anybody's.
    return {
      ...memoryStore(),
      get: async (key) => (key.startsWith('u:') ? undefined : (entry as CacheEntry)),
    };
  };

  /** An answer as it is kept, but for what is changed. */
  const stored = (change: object = {}): object => {
    const now = clock().wallTime();
    const times = { requestedAt: now, receivedAt: now };
    return {
      status: 200,
      headers: {},
      body: Buffer.from('{}'),
      ...times,
      selected: {},
      epoch: '',
      ...change,
    };
  };

  it('is believed what is an answer', async () => {
    upstream().respondWith('reset');
    const client = clientOf({ cache: { store: giving({ variants: [stored()] }) } });

    const answer = await client.get('/x');

    expect([answer.source, await answer.json()]).toEqual(['stale', {}]);
  });

  it.each<[string, () => CacheStore]>([
    ['a status that is none', () => giving({ variants: [stored({ status: Number.NaN })] })],
    ['a redirect', () => giving({ variants: [stored({ status: 302 })] })],
    ['a header name that is none', () => giving({ variants: [stored({ headers: { 'a b': 'c' } })] })],
    ['a header value that is none', () => giving({ variants: [stored({ headers: { a: 'b\nc' } })] })],
    ['a header without a value', () => giving({ variants: [stored({ headers: { a: undefined } })] })],
    ['headers that throw', () => giving({ variants: [stored({ headers: hostile })] })],
    ['a body that is no bytes', () => giving({ variants: [stored({ body: '{}' })] })],
    ['a time that is none', () => giving({ variants: [stored({ requestedAt: '1' })] })],
    ['an answer that throws', () => giving({ variants: [hostile] })],
    ['no list of answers', () => giving({ variants: 'many' })],
    ['a value that throws', () => giving(hostile)],
    ['an entry of another version', () => giving({ variants: [stored()] }, { version: 1 })],
    ['an entry whose time is over', () => giving({ variants: [stored()] }, { expiresAt: 0 })],
    ['an entry of the future', () => giving({ variants: [stored()] }, { storedAt: 9e15 })],
    // What a store gives back may be anybody's.
    ['an entry that throws', () => ({ ...memoryStore(), get: async () => hostile as CacheEntry })],
  ])('is taken to have nothing where it gives %s', async (_what, storeOf) => {
    upstream().respondWith('reset');

    const call = clientOf({ cache: { store: storeOf() } }).get('/x');

    await expect(call).rejects.toMatchObject({ reason: 'connection-reset' });
  });

  it.each<[string, Partial<CacheStore>]>([
    [
      'rejects',
      { get: () => Promise.reject(new Error('down')), set: () => Promise.reject(new Error('down')) },
    ],
    [
      'throws at once',
      {
        get: () => {
          throw new Error('down');
        },
        set: () => {
          throw new Error('down');
        },
        delete: () => {
          throw new Error('down');
        },
        clear: () => {
          throw new Error('down');
        },
      },
    ],
  ])('costs nobody an answer where it %s', async (_what, change) => {
    upstream().respondWith(lasting(1));
    const client = clientOf({ cache: { store: { ...memoryStore(), ...change } } });
    await client.get('/x');
    await client.put('/x');

    const body = await client.get('/x').json();

    expect(body).toBe(1);
  });

  it.each<[string, Partial<CacheStore>]>([
    ['reads', { get: never }],
    ['writes', { set: never }],
    ['both', { get: never, set: never, delete: never }],
  ])('costs a bounded wait and never an answer where it hangs: %s', async (_what, change) => {
    upstream().respondWith(lasting(1));
    const client = clientOf({ cache: { store: { ...memoryStore(), ...change }, storeTimeoutMs: 20 } });

    const body = await clock().runUntil(client.get('/x').json());

    expect(body).toBe(1);
    expect(clock().now()).toBeLessThanOrEqual(60);
  });

  it('that hangs does not keep a stream from its reader', async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf({ cache: { store: { ...memoryStore(), set: never } } });

    const body = await client.get('/x', { stream: true }).json();

    expect([body, clock().now()]).toEqual([1, 0]);
  });

  it.each<[string, Partial<CacheStore>, object | undefined]>([
    ['everything', { clear: () => Promise.reject(new Error('down')) }, undefined],
    ['a key', { delete: () => Promise.reject(new Error('down')) }, { key: 'a:1' }],
    ['a URL', { set: () => Promise.reject(new Error('down')) }, { url: '/x' }],
  ])('that fails has a purge reject, of %s', async (_what, change, target) => {
    const client = clientOf({ cache: { store: { ...memoryStore(), ...change } } });

    const purged = client.cache?.purge(target);

    await expect(purged).rejects.toThrow('did not forget');
  });

  it.each([
    ['an answer', lasting(1), { status: 200 }],
    ['a refusal', { status: 404 }, { status: 404 }],
  ])('that hangs takes none of the time of a call: %s', async (_what, answer, expected) => {
    upstream().respondWith({ ...answer, delayMs: 100 });
    const client = clientOf({
      cache: { store: { ...memoryStore(), set: never, delete: never } },
      timeout: { totalMs: 110 },
    });

    const call = await clock().runUntil(client.get('/x', { throwOnStatus: false }));

    expect(call).toMatchObject({
      ...expected,
      source: 'live',
      cache: { status: 'miss', storedAt: undefined },
    });
    expect(call.headers.get('cache-status')).toBe('catalog; fwd=uri-miss');
  });

  it('that hangs does not make a stale answer of a refusal', async () => {
    upstream().script([{ json: 1 }, { status: 404, delayMs: 100 }]);
    const inner = memoryStore();
    const client = clientOf({
      cache: { store: { ...inner, delete: never } },
      timeout: { totalMs: 110 },
    });
    await client.get('/x');

    const call = clock().runUntil(client.get('/x'));

    await expect(call).rejects.toMatchObject({ upstreamStatus: 404 });
  });
});
