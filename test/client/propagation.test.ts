import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

const TRACE = '11111111111111111111111111111111';
const GIVEN = `00-${TRACE}-2222222222222222-01`;
const NAMES = ['x-request-id', 'x-correlation-id', 'traceparent', 'tracestate', 'baggage'];
const record = requestRecord({ traceState: 'ours=1', baggage: 'tenant=7' });

describe('ids and trace in the calls of a client', () => {
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

  const namesAt = ({ requests }: FakeUpstream): string[] =>
    NAMES.filter((name) => requests[0]?.headers[name]);

  /** Header lines of that name which the upstream got in its first request. */
  const linesOf = (name: string): unknown[] => {
    const value = upstream.requests[0]?.headers[name];
    return value === undefined ? [] : String(value).split(', ');
  };

  it('are all sent to its own host, baggage and state too', async () => {
    await runWithContext(record, () => clientOf().get('/x'));

    expect(namesAt(upstream)).toEqual(NAMES);
  });

  it('are not sent where a redirect leads, since none is followed', async () => {
    upstream.respondWith({ status: 302, headers: { location: `${other.url}/x` } });
    const client = clientOf({ throwOnStatus: false, propagateTo: [new URL(other.url).host] });

    const { status } = await runWithContext(record, () => client.get('/x'));

    expect([status, upstream.requests.length, other.requests.length]).toEqual([302, 1, 0]);
  });

  it('are of another span in each attempt, and of one trace', async () => {
    upstream.respondWith({ status: 503 });
    const client = clientOf({ retry: { maxRetries: 2, backoff: { baseMs: 0 } } });

    await runWithContext(record, () => client.get('/x').catch(() => undefined));

    const parts = upstream.requests.map(({ headers }) => String(headers.traceparent).split('-'));
    expect(parts).toHaveLength(3);
    expect(new Set(parts.map(([, trace]) => trace))).toEqual(new Set([record.traceId]));
    expect(new Set([record.spanId, ...parts.map(([, , span]) => span)]).size).toBe(4);
  });

  describe.each(['traceparent', 'Traceparent', 'TRACEPARENT'])('with a %s of the caller', (name) => {
    it.each([
      ['client', { client: { [name]: GIVEN }, call: {} }],
      ['call', { client: {}, call: { [name]: GIVEN } }],
    ])('in the headers of the %s it alone goes out, without our state', async (_where, { client, call }) => {
      await runWithContext(record, () => clientOf({ headers: client }).get('/x', { headers: call }));

      expect(linesOf('traceparent')).toEqual([GIVEN]);
      expect(namesAt(upstream)).toEqual(['x-request-id', 'x-correlation-id', 'traceparent', 'baggage']);
    });
  });

  it('leave a whole trace of the caller alone', async () => {
    const headers = { Traceparent: GIVEN, TraceState: 'theirs=1' };

    await runWithContext(record, () => clientOf().get('/x', { headers }));

    expect([linesOf('traceparent'), linesOf('tracestate')]).toEqual([[GIVEN], ['theirs=1']]);
  });

  it.each([
    ['x-request-id', 'X-Request-Id'],
    ['x-correlation-id', 'X-CORRELATION-ID'],
    ['baggage', 'Baggage'],
  ])('leave a %s of the caller alone', async (name, written) => {
    await runWithContext(record, () => clientOf().get('/x', { headers: { [written]: 'theirs=1' } }));

    expect(linesOf(name)).toEqual(['theirs=1']);
    expect(namesAt(upstream)).toEqual(NAMES);
  });

  it.each([
    ['client', { client: { TraceState: 'theirs=1' }, call: {} }],
    ['call', { client: {}, call: { TraceState: 'theirs=1' } }],
  ])(
    'do not go beside a tracestate alone, that the %s wrote for another trace',
    async (_where, { client, call }) => {
      await runWithContext(record, () => clientOf({ headers: client }).get('/x', { headers: call }));

      expect(linesOf('traceparent')).toEqual([expect.stringContaining(record.traceId)]);
      expect(linesOf('tracestate')).toEqual([]);
    },
  );

  it('stay out where the caller writes undefined', async () => {
    const client = clientOf({ headers: { 'X-Request-ID': undefined } });

    await runWithContext(record, () => client.get('/x', { headers: { Traceparent: undefined } }));

    expect(namesAt(upstream)).toEqual(['x-correlation-id', 'baggage']);
  });

  it('go to another port of its own host name only if they may', async () => {
    const { host } = new URL(other.url);
    const withheld = clientOf({ allowedHosts: ['127.0.0.1'] });
    const given = clientOf({ allowedHosts: ['127.0.0.1'], propagateTo: [host] });

    await runWithContext(record, () => withheld.get(`${other.url}/x`));
    await runWithContext(record, () => given.get(`${other.url}/x`));

    expect(other.requests.map(({ headers }) => headers['x-request-id'])).toEqual([undefined, 'req-1']);
  });
});
