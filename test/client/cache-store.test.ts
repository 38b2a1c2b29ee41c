import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CacheStore, memoryStore, STORE_TIMEOUT_MS } from '../../src/cache/index.ts';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';

const WINDOW_MS = 60_000;

describe("the store of a client's cache", () => {
  let upstream: FakeUpstream;
  let clock: ManualClock;
  const open: Client[] = [];

  const clientOf = (change: Partial<ClientOptions> = {}): Client => {
    const client = createClient({
      name: 'users',
      baseUrl: upstream.url,
      retry: false,
      breaker: false,
      cache: { staleIfErrorMs: WINDOW_MS },
      clock,
      ...change,
    });
    open.push(client);
    return client;
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
    clock = manualClock();
  });

  afterEach(async () => {
    await upstream.close();
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  const hostile = new Proxy(
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
  const body = Buffer.from('{}');

  it.each<[string, unknown]>([
    ['a status that is none', { status: Number.NaN, headers: {}, body }],
    ['a status that is never kept', { status: 302, headers: {}, body }],
    ['a header name that is none', { status: 200, headers: { 'a b': 'c' }, body }],
    ['a header value that is none', { status: 200, headers: { a: 'b\nc' }, body }],
    ['a header without a value', { status: 200, headers: { a: undefined }, body }],
    ['headers that throw', { status: 200, headers: hostile, body }],
    ['a body that is no bytes', { status: 200, headers: {}, body: '{}' }],
    ['a reply that throws', hostile],
  ])('takes %s in its store for a miss', async (_what, value) => {
    const get: CacheStore['get'] = async () => ({
      ...{ version: 1, storedAt: clock.wallTime(), expiresAt: 9e15, sizeBytes: 1 },
      value,
    });
    const store: CacheStore = { ...memoryStore(), get };
    upstream.respondWith('reset');

    const call = clientOf({ cache: { staleIfErrorMs: WINDOW_MS, store } }).get('/x');

    await expect(call).rejects.toMatchObject({ reason: 'connection-reset' });
  });

  it('costs a bounded wait and never an answer when its store hangs', async () => {
    const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
    let ask = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const set = (): Promise<void> => {
      ask();
      return never();
    };
    const store: CacheStore = { ...memoryStore(), set };
    const call = clientOf({ cache: { staleIfErrorMs: WINDOW_MS, store } }).get('/x');
    await asked;

    await clock.advance(STORE_TIMEOUT_MS);

    expect((await call).status).toBe(200);
  });
});
