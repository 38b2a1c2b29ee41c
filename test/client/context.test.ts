import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { type FakeUpstream, fakeUpstream, manualClock } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

const IDS = ['x-request-id', 'x-correlation-id', 'traceparent'];

describe('a client within a request', () => {
  let upstream: FakeUpstream;
  let other: FakeUpstream;
  const open: Client[] = [];

  const clientOf = (change: Partial<ClientOptions> = {}): Client => {
    const client = createClient({ name: 'catalog', baseUrl: upstream.url, retry: false, ...change });
    open.push(client);
    return client;
  };

  beforeEach(async () => {
    [upstream, other] = [await fakeUpstream(), await fakeUpstream()];
  });

  afterEach(async () => {
    await Promise.all([upstream.close(), other.close(), ...open.splice(0).map((client) => client.close())]);
  });

  const idsAt = ({ requests }: FakeUpstream): string[] => IDS.filter((name) => requests[0]?.headers[name]);

  it('sends the ids to its own host', async () => {
    const client = clientOf();

    await runWithContext(requestRecord(), () => client.get('/x'));

    expect(idsAt(upstream)).toEqual(IDS);
  });

  it('sends none without a request', async () => {
    await clientOf().get('/x');

    expect(idsAt(upstream)).toEqual([]);
  });

  it('sends them to another allowed host only if they may go there', async () => {
    const { host } = new URL(other.url);
    const withheld = clientOf({ allowedHosts: [host] });
    const given = clientOf({ allowedHosts: [host], propagateTo: [host] });

    await runWithContext(requestRecord(), () => withheld.get(`${other.url}/x`));
    const before = idsAt(other);
    await runWithContext(requestRecord(), () => given.get(`${other.url}/x`));

    expect([before, other.requests[1]?.headers['x-request-id']]).toEqual([[], 'req-1']);
  });

  it('leaves an id that the caller wrote', async () => {
    const client = clientOf();

    await runWithContext(requestRecord(), () => client.get('/x', { headers: { 'X-Request-ID': 'mine' } }));

    expect(upstream.requests[0]?.headers['x-request-id']).toBe('mine');
  });

  it('gives up when the client of the request leaves, with its reason', async () => {
    upstream.respondWith('hang');
    const controller = new AbortController();
    const reason = new Error('client left');
    const client = clientOf();
    const call = runWithContext(requestRecord({ signal: controller.signal }), () => client.get('/x'));
    const rejected = expect(call).rejects.toBe(reason);
    await upstream.nextRequest();

    controller.abort(reason);

    await rejected;
    await upstream.connectionClosed();
  });

  it('gives up at the deadline of the request', async () => {
    upstream.respondWith('hang');
    const clock = manualClock(1_000);
    const client = clientOf({ clock });
    const call = runWithContext(requestRecord({ deadline: 1_250 }), () => client.get('/x'));
    const rejected = expect(call).rejects.toMatchObject({ scope: 'deadline', timeoutMs: 250, status: 504 });
    await upstream.nextRequest();

    await clock.advance(251);

    await rejected;
  });
});
