import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type FakeUpstream, fakeUpstream, manualClock } from '../../src/testing/index.ts';
import { serveRaw } from '../support/raw-server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

describe('an answer with a content coding', () => {
  let upstream: FakeUpstream;
  const open: Client[] = [];

  const clientOf = (change: Partial<ClientOptions> = {}): Client => {
    const clock = manualClock();
    const client = createClient({ name: 'catalog', baseUrl: upstream.url, retry: false, clock, ...change });
    open.push(client);
    return client;
  };

  const answerWith = (coding: string, body: Uint8Array, status = 200): void =>
    upstream.respondWith({ status, body, headers: { ...JSON_TYPE, 'content-encoding': coding } });

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await upstream.close();
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  it('is not asked for', async () => {
    await clientOf().get('/x');

    expect(upstream.requests[0]?.headers['accept-encoding']).toBeUndefined();
  });

  it.each<[string, (body: string) => Uint8Array]>([
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', Buffer.from],
    ['deflate, gzip', (body) => gzipSync(deflateSync(body))],
  ])('is decoded all the same, whole and streamed: %s', async (coding, encode) => {
    answerWith(coding, encode('{"id":1}'));
    const client = clientOf();

    const whole = await client.get('/x').json();
    const { stream, headers } = await client.get('/x', { stream: true });

    expect([whole, await text(stream)]).toEqual([{ id: 1 }, '{"id":1}']);
    if (coding !== 'identity') expect(headers.has('content-encoding')).toBe(false);
  });

  it('is decoded where it explains an error', async () => {
    answerWith('gzip', gzipSync('{"code":"sold-out"}'), 409);

    const call = clientOf({ throwOnStatus: false }).get('/x').json();

    await expect(call).resolves.toEqual({ code: 'sold-out' });
  });

  it.each(['zip', 'gzip, zip', 'gzip, gzip, gzip, gzip'])(
    'stays as it is, with its header, where the coding is not known: %s',
    async (coding) => {
      answerWith(coding, Buffer.from('raw'));

      const answer = await clientOf().get('/x');

      expect([await answer.text(), answer.headers.get('content-encoding')]).toEqual(['raw', coding]);
    },
  );

  it('is bounded by what it decodes to', async () => {
    answerWith('gzip', gzipSync('x'.repeat(1_000_000)));

    const call = clientOf({ maxBodyBytes: 10_000 }).get('/x');

    await expect(call).rejects.toMatchObject({ reason: 'too-large' });
  });

  it.each<[string, string, Uint8Array]>([
    ['is none', 'gzip', Buffer.from('plain text')],
    ['is broken Brotli', 'br', Buffer.alloc(40, 0xff)],
  ])('that %s is a typed error, whole and streamed', async (_name, coding, body) => {
    answerWith(coding, body);
    const client = clientOf();
    const expected = { name: 'UpstreamResponseError', reason: 'content-encoding', status: 502 };

    const whole = client.get('/x');
    await expect(whole).rejects.toMatchObject(expected);
    const streamed = client.get('/x', { stream: true }).text();

    await expect(streamed).rejects.toMatchObject(expected);
  });

  it.each<[string, (body: string) => Uint8Array]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('that ends in the midst of its coding is truncated, whole and streamed: %s', async (coding, encode) => {
    answerWith(coding, encode('x'.repeat(1_000)).subarray(0, 9));
    const client = clientOf();

    const whole = client.get('/x');
    await expect(whole).rejects.toMatchObject({ reason: 'truncated' });
    const streamed = client.get('/x', { stream: true }).text();

    await expect(streamed).rejects.toMatchObject({ reason: 'truncated' });
  });

  it('that is none is not asked for again', async () => {
    answerWith('gzip', Buffer.from('plain text'));

    const call = clientOf({ retry: { backoff: { baseMs: 0 } } }).get('/x');

    await expect(call).rejects.toMatchObject({ journal: { stopped: 'not-retryable' } });
  });

  it.each(['gzip', 'deflate', 'br'])('and a body of no bytes is empty: %s', async (coding) => {
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ntransfer-encoding: chunked\r\n`;
    const server = await serveRaw((socket) => socket.end(`${head}\r\n0\r\n\r\n`));
    const client = clientOf({ baseUrl: server.url });

    const call = client.get('/x').json();
    await expect(call).rejects.toMatchObject({ reason: 'empty-body' });
    const streamed = await client.get('/x', { stream: true }).text();

    expect(streamed).toBe('');
    await server.close();
  });

  it('that breaks off is truncated', async () => {
    const body = gzipSync('x'.repeat(1_000));
    upstream.respondWith({ body, headers: { 'content-encoding': 'gzip', 'content-length': '1000' } });

    const call = clientOf().get('/x');
    await upstream.nextRequest();
    await upstream.close();

    await expect(call).rejects.toMatchObject({ reason: 'truncated' });
  });

  it('of an answer to HEAD says nothing of a body that does not come', async () => {
    answerWith('gzip', Buffer.alloc(0));

    const answer = await clientOf().request('HEAD', '/x');

    expect([answer.headers.get('content-encoding'), await answer.text()]).toEqual(['gzip', '']);
  });

  it.each([200, 204])('of an answer without a body is of no matter: %i', async (status) => {
    answerWith('gzip', Buffer.alloc(0), status);

    const answer = await clientOf().get('/x');

    expect([answer.status, await answer.text()]).toEqual([status, '']);
  });
});
