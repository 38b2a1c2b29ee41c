import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

describe('a client that hedges', () => {
  let upstream: FakeUpstream;
  let clock: ManualClock;
  let client: Client;

  const clientOf = (change: Partial<ClientOptions> = {}): Client => {
    client = createClient({
      name: 'catalog',
      baseUrl: upstream.url,
      retry: { maxRetries: 0 },
      hedge: { afterMs: 200 },
      clock,
      ...change,
    });
    return client;
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
    clock = manualClock();
  });

  afterEach(async () => {
    await upstream.close();
    await client.close();
  });

  it('takes the answer of the second request, and closes the connection of the first', async () => {
    upstream.script(['hang', { json: { id: 2 } }]);
    const call = clientOf().get('/x');
    await upstream.nextRequest();

    await clock.advance(200);
    const answer = await call;

    expect(await answer.json()).toEqual({ id: 2 });
    expect(answer.journal.attempts).toMatchObject([
      { number: 1, reason: 'hedge-lost', status: undefined },
      { number: 1, hedge: 1, status: 200 },
    ]);
    await upstream.connectionClosed();
    expect(client.breaker?.snapshot()).toMatchObject({ successes: 1, failures: 0 });
    expect(client.bulkhead?.snapshot()).toMatchObject({ active: 0, queued: 0 });
  });

  it('sends a span id of its own with each, and the same request id', async () => {
    upstream.script(['hang', { json: {} }]);
    const call = runWithContext(requestRecord(), () => clientOf().get('/x'));
    await upstream.nextRequest();

    await clock.advance(200);
    await call;

    const sent = upstream.requests.map(({ headers }) => headers);
    expect(sent.map((headers) => headers['x-request-id'])).toEqual(['req-1', 'req-1']);
    expect(new Set(sent.map(({ traceparent }) => traceparent)).size).toBe(2);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('hedges %s', async (method) => {
    upstream.script(['hang', { status: 204 }]);
    const call = clientOf().request(method, '/x');
    await upstream.nextRequest();

    await clock.advance(200);
    await call;

    expect(upstream.requests.length).toBe(2);
  });

  it.each(['PUT', 'DELETE', 'POST'])('does not hedge %s', async (method) => {
    upstream.respondWith('hang');
    const call = clientOf({ timeout: { totalMs: 500 } }).request(method, '/x');
    const rejected = expect(call).rejects.toMatchObject({ code: 'dependency-timeout' });
    await upstream.nextRequest();

    await clock.advance(500);

    await rejected;
    expect(upstream.requests.length).toBe(1);
  });

  it('takes a 404 for the answer that it is', async () => {
    upstream.script(['hang', { status: 404 }]);
    const call = clientOf().get('/x');
    const rejected = expect(call).rejects.toMatchObject({ upstreamStatus: 404 });
    await upstream.nextRequest();

    await clock.advance(200);

    await rejected;
    await upstream.connectionClosed();
  });
});
