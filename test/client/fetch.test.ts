import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Client } from '../../src/client/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { NotFoundError } from '../../src/errors/index.ts';
import { manualClock, refusedUrl } from '../../src/testing/index.ts';
import { serveByHand, socketClosed } from '../support/by-hand.ts';
import { requestRecord } from '../support/records.ts';
import { calling } from './clients.ts';

describe('fetch of a client', () => {
  const { upstream, clientOf } = calling(() => ({ baseUrl: `${upstream().url}/api` }));

  it('gives a Response of the platform, without its client', async () => {
    upstream().respondWith({
      status: 201,
      json: { id: 1 },
      headers: { 'x-a': 'b', 'set-cookie': ['c=1', 'd=2'] },
    });
    const { fetch } = clientOf();

    const response = await fetch('/x?q=1');

    expect(response).toBeInstanceOf(Response);
    expect(response).toMatchObject({ status: 201, ok: true, statusText: 'Created', redirected: false });
    expect(response.url).toBe(`${upstream().url}/api/x?q=1`);
    expect([response.headers.get('x-a'), response.headers.getSetCookie()]).toEqual(['b', ['c=1', 'd=2']]);
    expect(await response.clone().json()).toEqual({ id: 1 });
    expect(await response.text()).toBe('{"id":1}');
  });

  it.each([404, 500])('gives a Response for %i, whatever upstreamErrors say', async (status) => {
    upstream().respondWith({ status, body: 'why' });
    const client = clientOf({ upstreamErrors: { [status]: () => new NotFoundError('No such product') } });

    const response = await client.fetch('/x');

    expect([response.ok, response.status, await response.text()]).toEqual([false, status, 'why']);
  });

  it.each([204, 304])('gives a Response without a body for %i', async (status) => {
    upstream().respondWith({ status });

    const response = await clientOf().fetch('/x');

    expect([response.status, response.body]).toEqual([status, null]);
  });

  it('ends a body that its Response cannot have, and frees its slot', async () => {
    upstream().respondWith({ status: 205, body: 'x'.repeat(300_000) });
    const client = clientOf({ clock: manualClock() });

    const response = await client.fetch('/x');
    await upstream().connectionClosed();

    expect([response.status, response.body]).toEqual([205, null]);
    expect(client.bulkhead?.snapshot()).toMatchObject({ active: 0 });
  });

  it.each([204, 304])('uses the connection of a %i again', async (status) => {
    upstream().respondWith({ status });
    const { fetch } = clientOf();

    await fetch('/x');
    // undici takes a connection back in the turn after its answer ended.
    await setImmediate();
    await fetch('/x');

    expect(upstream().openConnections).toBe(1);
  });

  it('gives a Response without a body for HEAD', async () => {
    const response = await clientOf().fetch('/x', { method: 'head' });

    expect([upstream().requests[0]?.method, response.body]).toEqual(['HEAD', null]);
  });

  it.each<[RequestInit['redirect'], unknown]>([
    ['follow', [200, '/api/there', true]],
    ['manual', [302, '/api/x', false]],
  ])('deals with redirects as asked: %s', async (redirect, expected) => {
    upstream().script([{ status: 302, headers: { location: '/api/there' } }, { json: 1 }]);

    const { status, url, redirected } = await clientOf().fetch('/x', { redirect });

    expect([status, new URL(url).pathname, redirected]).toEqual(expected);
  });

  it('deals with redirects as asked: error', async () => {
    upstream().respondWith({ status: 302, headers: { location: '/api/there' } });

    const call = clientOf().fetch('/x', { redirect: 'error' });

    await expect(call).rejects.toBeInstanceOf(TypeError);
    expect(upstream().requests).toHaveLength(1);
  });

  it('sends the ids of the request being served', async () => {
    const { fetch } = clientOf();

    await runWithContext(requestRecord(), () => fetch('/x'));

    expect(upstream().requests[0]?.headers['x-request-id']).toBe('req-1');
  });

  it('retries, and tells the breaker', async () => {
    upstream().script([{ status: 503 }, { json: 1 }]);
    const client = clientOf();

    await client.fetch('/x');

    expect(client.breaker?.snapshot()).toMatchObject({ failures: 1, successes: 1 });
  });

  it('rejects with the errors of the client where there is no answer', async () => {
    const client = clientOf({ baseUrl: await refusedUrl(), retry: false });
    const refused = client.fetch('/x');
    await expect(refused).rejects.toMatchObject({ reason: 'connection-refused', status: 502 });
    client.breaker?.forceOpen();

    const rejected = client.fetch('/x');

    await expect(rejected).rejects.toMatchObject({ name: 'CircuitOpenError' });
  });

  it('answers with a fallback as JSON', async () => {
    upstream().respondWith('reset');

    const response = await clientOf({ retry: false, fallback: { value: { id: 0 } } }).fetch('/x');

    expect([response.headers.get('content-type'), await response.json()]).toEqual([
      'application/json',
      { id: 0 },
    ]);
  });

  it.each<[string, (fetch: Client['fetch'], signal: AbortSignal) => Promise<Response>]>([
    ['its options', (fetch, signal) => fetch('/x', { signal })],
    ['a Request', (fetch, signal) => fetch(new Request(upstream().url, { signal }))],
  ])("rejects with the caller's own reason: a signal of %s", async (_name, begin) => {
    upstream().respondWith('hang');
    const controller = new AbortController();
    const call = begin(clientOf().fetch, controller.signal);
    const rejected = expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await upstream().nextRequest();

    controller.abort();

    await rejected;
    await upstream().connectionClosed();
  });

  it('streams: what is cancelled or aborted later ends there, and frees its slot', async () => {
    const server = await serveByHand();
    const clock = manualClock();
    const bulkhead = { maxConcurrent: 1, maxQueue: 0 };
    const client = clientOf({ baseUrl: server.url, clock, bulkhead, retry: false });
    const begin = async (signal?: AbortSignal) => {
      const call = client.fetch('/x', { signal: signal ?? null });
      const raw = await server.next();
      raw.write('one');
      const reader = (await call).body?.getReader();
      const first = await reader?.read();
      return { raw, reader, first: Buffer.from(first?.value ?? []).toString() };
    };
    const cancelled = await begin();
    await Promise.all([cancelled.reader?.cancel(), socketClosed(cancelled.raw)]);
    const controller = new AbortController();
    const aborted = await begin(controller.signal);
    const reading = aborted.reader?.read();

    controller.abort();

    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await socketClosed(aborted.raw);
    expect([cancelled.first, aborted.first, clock.pendingTimers]).toEqual(['one', 'one', 0]);
    await server.close();
  });

  it('streams no faster than it is read', async () => {
    upstream().respondWith('endless');
    const response = await clientOf().fetch('/x');
    const reader = response.body?.getReader();

    const piece = await reader?.read();
    await reader?.cancel();

    expect(piece?.value?.byteLength).toBeGreaterThan(0);
    await upstream().connectionClosed();
  });

  it('is read to its end into memory of the reader', async () => {
    upstream().respondWith({ body: 'whole' });
    const response = await clientOf().fetch('/x');
    const reader = response.body?.getReader({ mode: 'byob' });

    const first = await reader?.read(new Uint8Array(8));
    const last = await reader?.read(new Uint8Array(8));

    expect(Buffer.from(first?.value ?? []).toString()).toBe('whole');
    expect(last).toMatchObject({ done: true, value: new Uint8Array(0) });
    await expect(reader?.closed).resolves.toBeUndefined();
  });

  it('fails a body that breaks off with a typed error', async () => {
    upstream().respondWith('truncate');
    const response = await clientOf({ retry: false }).fetch('/x');

    const read = response.text();

    await expect(read).rejects.toMatchObject({ name: 'UpstreamResponseError', reason: 'truncated' });
  });
});
