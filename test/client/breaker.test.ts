import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { NotFoundError } from '../../src/errors/index.ts';
import { type FakeUpstream, fakeUpstream, manualClock } from '../../src/testing/index.ts';

describe('the circuit of a client', () => {
  let upstream: FakeUpstream;
  const open: Client[] = [];

  const clientOf = (change: Partial<ClientOptions> = {}): Client => {
    const client = createClient({
      name: 'catalog',
      baseUrl: upstream.url,
      retry: false,
      breaker: { minimumCalls: 2 },
      clock: manualClock(),
      ...change,
    });
    open.push(client);
    return client;
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await upstream.close();
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  it.each([
    [200, { successes: 1, failures: 0 }],
    [302, { successes: 1, failures: 0 }],
    [400, { successes: 1, failures: 0 }],
    [404, { successes: 1, failures: 0 }],
    [408, { successes: 0, failures: 1 }],
    [429, { successes: 0, failures: 0 }],
    [500, { successes: 0, failures: 1 }],
    [501, { successes: 1, failures: 0 }],
    [503, { successes: 0, failures: 1 }],
    [505, { successes: 1, failures: 0 }],
  ])('counts status %d as %j', async (status, counts) => {
    upstream.respondWith({ status });
    const client = clientOf();

    await client.get('/x').catch(() => undefined);

    expect(client.breaker?.snapshot()).toMatchObject(counts);
  });

  it('opens after failures, and refuses without asking', async () => {
    upstream.respondWith({ status: 500 });
    const client = clientOf();
    for (let call = 0; call < 2; call += 1) await client.get('/x').catch(() => undefined);

    const refused = client.get('/x');

    await expect(refused).rejects.toMatchObject({
      name: 'CircuitOpenError',
      status: 503,
      retryAfterMs: 5_000,
      journal: { attempts: [], stopped: 'circuit-open' },
    });
    expect(upstream.requests).toHaveLength(2);
  });

  it('stays closed over what a living upstream said, whatever upstreamErrors made of it', async () => {
    upstream.respondWith({ status: 404 });
    const client = clientOf({ upstreamErrors: { 404: () => new NotFoundError('No such product') } });
    for (let call = 0; call < 3; call += 1) await client.get('/x').catch(() => undefined);

    expect(client.breaker?.snapshot()).toMatchObject({ state: 'closed', successes: 3 });
  });

  it('hears the classify of its owner first', async () => {
    upstream.respondWith({ status: 404 });
    const client = clientOf({ classify: ({ error }) => (error === undefined ? undefined : 'failure') });

    await client.get('/x').catch(() => undefined);

    expect(client.breaker?.snapshot()).toMatchObject({ failures: 1 });
  });

  it('is one for each host with key: "host", which error answers of one alone open', async () => {
    upstream.respondWith({ status: 500 });
    const other = await fakeUpstream();
    const client = clientOf({
      allowedHosts: [new URL(other.url).host],
      breaker: { minimumCalls: 2, key: 'host' },
    });
    for (let call = 0; call < 2; call += 1) await client.get('/x').catch(() => undefined);

    const answer = await client.get(`${other.url}/x`);
    const refused = client.get('/x');

    await expect(refused).rejects.toMatchObject({ code: 'circuit-open' });
    expect([answer.status, client.breaker?.snapshots().map(({ key, state }) => [key, state])]).toEqual([
      200,
      [
        ['catalog', 'closed'],
        [new URL(other.url).host, 'closed'],
        [new URL(upstream.url).host, 'open'],
      ],
    ]);
    await other.close();
  });

  it('is one for each text that a function tells of the request', async () => {
    const client = clientOf({ breaker: { key: ({ method, path }) => `${method} ${path}` } });

    await client.get('/x/:id', { params: { id: '7' } });
    await client.post('/y');

    expect(client.breaker?.snapshots().map(({ key }) => key)).toEqual(['catalog', 'GET /x/:id', 'POST /y']);
  });

  it('is none with breaker: false', () => {
    expect(clientOf({ breaker: false }).breaker).toBeUndefined();
  });
});

describe('the bulkhead of a client', () => {
  it('lets no more requests out than its slots, and refuses beyond its queue', async () => {
    const upstream = await fakeUpstream();
    upstream.respondWith('hang');
    const controller = new AbortController();
    const client = createClient({
      name: 'catalog',
      baseUrl: upstream.url,
      retry: false,
      bulkhead: { maxConcurrent: 2, maxQueue: 1 },
    });
    const { signal } = controller;
    const waiting = [1, 2, 3].map(() => client.get('/x', { signal }).catch((error: unknown) => error));
    await upstream.nextRequest();
    await upstream.nextRequest();

    const refused = client.get('/x');

    await expect(refused).rejects.toMatchObject({ name: 'BulkheadFullError', status: 503 });
    expect(upstream.requests).toHaveLength(2);
    controller.abort('enough');
    expect(await Promise.all(waiting)).toEqual(['enough', 'enough', 'enough']);
    await client.close();
    await upstream.close();
  });
});
