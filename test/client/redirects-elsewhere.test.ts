import { describe, expect, it } from '@jest/globals';
import { runWithContext } from '../../src/context/index.ts';
import type { UpstreamStep } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';
import { calling } from './clients.ts';

const to = (location: string, status = 302): UpstreamStep => ({ status, headers: { location } });

const CREDENTIALS = {
  authorization: 'Bearer a',
  cookie: 'a=b',
  'proxy-authorization': 'Basic a',
  'x-api-key': 'a',
  'x-hub-signature-256': 'a',
  dpop: 'a',
  'x-jwt-assertion': 'a',
  'x-amzn-oidc-data': 'a',
  'x-honeycomb-team': 'a',
  'x-tenant': 'a',
};

describe('a redirect to another origin', () => {
  const { upstream, another, clientOf } = calling();

  /** The headers that the other origin got. */
  const sentBeyond = async (change: object, options: object = {}) => {
    const other = await another();
    upstream().respondWith(to(`${other.url}/next`, 307));
    const client = clientOf({
      allowedHosts: ['127.0.0.1'],
      headers: { ...CREDENTIALS, 'user-agent': 'orders' },
      ...change,
    });
    await runWithContext(requestRecord({ traceState: 'a=b' }), () =>
      client.post('/x', {
        headers: { 'x-session-id': 's', 'if-match': '"1"' },
        idempotencyKey: true,
        ...options,
      }),
    );
    return Object.keys(other.requests[0]?.headers ?? {});
  };

  it('carries harmless headers alone: no credentials, no ids and no trace', async () => {
    expect((await sentBeyond({}, { json: 1 })).sort()).toEqual([
      ...['accept', 'connection', 'content-length', 'content-type', 'host', 'if-match', 'user-agent'],
    ]);
  });

  it('carries ids and trace to a host of propagateTo', async () => {
    const sent = await sentBeyond({ propagateTo: ['127.0.0.1'] });

    expect(sent).toEqual(
      expect.arrayContaining(['traceparent', 'tracestate', 'x-correlation-id', 'x-request-id']),
    );
    expect(sent).not.toContain('authorization');
  });

  it('carries the number of the retry', async () => {
    const other = await another();
    upstream().script([{ status: 503 }, to(`${other.url}/next`)]);

    await clientOf({ allowedHosts: ['127.0.0.1'] }).get('/x');

    expect(other.requests[0]?.headers['x-retry-attempt']).toBe('1');
  });

  it('gives nothing back where it leads home again', async () => {
    const other = await another();
    upstream().script([to(`${other.url}/there`), { json: 1 }]);
    other.respondWith(to(`${upstream().url}/home`));

    await clientOf({ allowedHosts: ['127.0.0.1'], headers: CREDENTIALS }).get('/x');

    const [first, last] = upstream().requests;
    expect(first?.headers.authorization).toBe('Bearer a');
    expect(last?.headers.authorization).toBeUndefined();
  });

  it('keeps credentials and ids on its own origin', async () => {
    upstream().script([to('/next'), { json: 1 }]);

    await runWithContext(requestRecord(), () => clientOf({ headers: CREDENTIALS }).get('/x'));

    expect(upstream().requests[1]?.headers).toMatchObject({ ...CREDENTIALS, 'x-request-id': 'req-1' });
  });

  it('leaves the cache without its answer', async () => {
    const other = await another();
    other.script([{ json: 'beyond' }, { status: 404 }]);
    upstream().script([to(`${other.url}/next`), { status: 503 }]);
    const client = clientOf({ allowedHosts: ['127.0.0.1'], cache: { staleIfErrorMs: 60_000 }, retry: false });

    await client.get('/x');

    await expect(client.get('/x')).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('within its origin leaves the cache without its answer too', async () => {
    upstream().script([to('/next'), { json: 'beyond' }, { status: 503 }]);
    const client = clientOf({ cache: { staleIfErrorMs: 60_000 }, retry: false });
    await client.get('/x');

    const again = client.get('/x');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });
});
