import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { ConflictError } from '../../src/errors/index.ts';
import { refusedUrl } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

const boom = new Error('disk gone');

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an address of this shape.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A stream that gives one chunk and fails. */
const failing = (): Readable =>
  Readable.from(
    (async function* () {
      yield 'half';
      throw boom;
    })(),
  );

const CHUNK = Buffer.alloc(1_000);

/** A stream without end. */
const flowing = (): Readable =>
  new Readable({
    read() {
      this.push(CHUNK);
    },
  });

/** A stream that gives one chunk, and never another. */
const stalled = (): Readable => {
  const stream = new Readable({ read: () => undefined });
  stream.push(CHUNK);
  return stream;
};

const kinds: [string, () => AsyncIterable<Uint8Array | string>][] = [
  ['a stream of Node', () => Readable.from(['a', 'b'])],
  ['a stream of the web', () => new Blob(['ab']).stream()],
  [
    'an async iterable',
    async function* () {
      yield 'a';
      yield Buffer.from('b');
    },
  ],
];

describe('a body that flows', () => {
  const { upstream, clientOf } = calling();

  it.each(kinds)('%s is sent as it comes', async (_kind, make) => {
    await clientOf().post('/x', { body: make() });

    expect(upstream().requests).toMatchObject([{ body: 'ab', headers: { 'transfer-encoding': 'chunked' } }]);
  });

  it.each(kinds)('%s is never sent again', async (_kind, make) => {
    upstream().respondWith({ status: 503 });

    const call = clientOf().put('/x', { body: make() });

    await expect(call).rejects.toMatchObject({ upstreamStatus: 503, journal: { stopped: 'body' } });
    expect(upstream().requests).toHaveLength(1);
  });

  it.each(kinds)('%s that a function makes is sent again', async (_kind, make) => {
    upstream().script([{ status: 503 }, 'reset', { json: 1 }]);

    await clientOf().put('/x', { body: make });

    expect(upstream().requests.map(({ body }) => body)).toEqual(['ab', 'ab', 'ab']);
  });

  it.each(kinds)('%s is not sent again though the connection was refused', async (_kind, make) => {
    const call = clientOf({ baseUrl: await refusedUrl() }).put('/x', { body: make() });

    await expect(call).rejects.toMatchObject({
      reason: 'connection-refused',
      journal: { attempts: [{ number: 1 }], stopped: 'body' },
    });
  });

  it('an owner who asks for a retry does not get one either', async () => {
    upstream().respondWith({ status: 503 });
    const retry = { shouldRetry: () => true, backoff: { baseMs: 0 } };

    const call = clientOf({ retry }).put('/x', { body: Readable.from(['a']), idempotencyKey: true });

    await expect(call).rejects.toMatchObject({ journal: { stopped: 'body' } });
  });

  it('a function tells the content type by what it makes, unless one is written', async () => {
    const client = clientOf();

    await client.post('/x', { body: () => new URLSearchParams({ a: 'b' }) });
    await client.post('/x', { body: async () => 'a,b', headers: { 'content-type': 'text/csv' } });

    expect(upstream().requests).toMatchObject([
      { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' } },
      { body: 'a,b', headers: { 'content-type': 'text/csv' } },
    ]);
  });

  it('a business error of a function reaches the caller as it is, past every fallback', async () => {
    const mine = new ConflictError('Changed meanwhile');
    const client = clientOf({ fallback: { value: 'other' } });

    await expect(client.put('/x', { body: () => Promise.reject(mine) })).rejects.toBe(mine);

    expect(client.breaker?.snapshot()).toMatchObject({ failures: 0, successes: 0 });
  });

  it('a one-shot that fails is told as our own fault, and its connection is closed', async () => {
    const client = clientOf();

    const call = client.put('/x', { body: failing() });

    await expect(call).rejects.toMatchObject({
      name: 'RequestBodyError',
      status: 500,
      cause: boom,
      journal: { attempts: [{ number: 1 }] },
    });
    await upstream().connectionClosed();
    expect(client.breaker?.snapshot()).toMatchObject({ failures: 0, successes: 0 });
  });

  it.each<[string, () => never]>([
    [
      'throws',
      () => {
        throw boom;
      },
    ],
    ['rejects', () => Promise.reject(boom) as never],
    ['makes a stream that fails', () => failing() as never],
  ])('what a function that %s fails with is not retried', async (_what, body) => {
    const call = clientOf().put('/x', { body });

    await expect(call).rejects.toMatchObject({
      name: 'RequestBodyError',
      cause: boom,
      journal: { attempts: [{ number: 1 }] },
    });
  });

  it.each<[string, () => Readable]>([
    ['flows', flowing],
    ['is waited for', stalled],
  ])('what the connection does to a body that %s is no fault of the body', async (_what, make) => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const url = await listen(server);
    const body = make();

    const call = clientOf({ baseUrl: url, retry: false }).put('/x', { body });

    await expect(call).rejects.toMatchObject({ name: 'UpstreamConnectionError', reason: 'connection-reset' });
    expect(body.destroyed).toBe(true);
    server.close();
  });
});
