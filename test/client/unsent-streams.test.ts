import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { refusedUrl } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

const boom = new Error('disk gone');

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an address of this shape.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const CHUNK = Buffer.alloc(1_000);

/** A stream that gives one chunk, and never another. */
const stalled = (): Readable => {
  const stream = new Readable({ read: () => undefined });
  stream.push(CHUNK);
  return stream;
};

describe('a stream that was not sent', () => {
  const { upstream, clientOf } = calling();

  const isEnded = async (stream: Readable): Promise<boolean> => {
    if (!stream.closed) await once(stream, 'close');
    return stream.destroyed;
  };

  it('is ended where the circuit is open', async () => {
    const client = clientOf();
    client.breaker?.forceOpen();
    const body = Readable.from(['a']);

    await expect(client.post('/x', { body })).rejects.toMatchObject({ code: 'circuit-open' });

    expect(await isEnded(body)).toBe(true);
  });

  it('is ended where the connection was refused', async () => {
    const body = Readable.from(['a']);

    await expect(clientOf({ baseUrl: await refusedUrl() }).post('/x', { body })).rejects.toThrow();

    expect(await isEnded(body)).toBe(true);
  });

  it('is ended where its caller left before', async () => {
    const body = Readable.from(['a']);
    const reason = new Error('left');

    await expect(clientOf().post('/x', { body, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    expect(await isEnded(body)).toBe(true);
  });

  it('is ended where its caller leaves though its next chunk never comes', async () => {
    const controller = new AbortController();
    const server = createServer();
    const served = once(server, 'connection').then(([socket]) => once(socket, 'data'));
    const baseUrl = await listen(server);
    const body = stalled();
    const call = clientOf({ baseUrl }).post('/x', { body, signal: controller.signal });
    const rejected = expect(call).rejects.toThrow('left');

    await served;
    controller.abort(new Error('left'));

    await rejected;
    expect(await isEnded(body)).toBe(true);
    server.close();
  });

  it.each<[string, Record<string, unknown>]>([
    ['its path is bad', { path: 'x' }],
    ['its method has no body', { method: 'GET' }],
    ['another option is bad', { headers: { host: 'x' } }],
  ])('is ended where %s', async (_what, { path = '/x', method = 'POST', ...rest }) => {
    const body = Readable.from(['a']);

    await expect(clientOf().request(String(method), String(path), { body, ...rest })).rejects.toThrow(
      TypeError,
    );

    expect(await isEnded(body)).toBe(true);
  });

  it('is ended, whichever kind it is', async () => {
    const ended: string[] = [];
    const client = clientOf();
    client.breaker?.forceOpen();
    const web = new ReadableStream({ cancel: () => void ended.push('web') });
    const iterable = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: true, value: '' }) as const,
        return: async () => {
          ended.push('iterable');
          return { done: true, value: '' } as const;
        },
      }),
    };

    await expect(client.post('/x', { body: web })).rejects.toThrow();
    await expect(client.post('/x', { body: iterable })).rejects.toThrow();

    expect(ended).toEqual(['web', 'iterable']);
  });

  it('that fails while its call waits in the queue ends no process', async () => {
    upstream().respondWith('hang');
    const client = clientOf({ bulkhead: { maxConcurrent: 1 } });
    const controller = new AbortController();
    const first = client.post('/x', { signal: controller.signal });
    const left = expect(first).rejects.toThrow('left');
    await upstream().nextRequest();
    const body = stalled();
    const call = client.post('/x', { body });
    const rejected = expect(call).rejects.toMatchObject({ name: 'RequestBodyError', cause: boom });
    await new Promise((resolve) => setImmediate(resolve));

    body.destroy(boom);
    await new Promise((resolve) => body.once('close', resolve));
    controller.abort(new Error('left'));

    await left;
    await rejected;
    expect(upstream().requests).toHaveLength(1);
  });

  it('is ended where it is made after its caller left', async () => {
    const controller = new AbortController();
    const body = Readable.from(['a']);
    let make: (stream: Readable) => void = () => undefined;
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const later = () =>
      new Promise<Readable>((resolve) => {
        make = resolve;
        asked();
      });
    const call = clientOf().put('/x', { body: later, signal: controller.signal });
    const rejected = expect(call).rejects.toThrow('left');
    await isAsked;

    controller.abort(new Error('left'));
    await rejected;
    make(body);

    expect(await isEnded(body)).toBe(true);
    expect(upstream().requests).toHaveLength(0);
  });

  it('that was read already is refused', async () => {
    const body = Readable.from(['a']);
    for await (const _chunk of body);

    await expect(clientOf().post('/x', { body })).rejects.toThrow(/was read or closed already/);
  });
});
