import { EventEmitter, getEventListeners, once } from 'node:events';
import { createReadStream } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { NotFoundError } from '../../src/errors/index.ts';
import { createEventHub, type RequestFailed } from '../../src/events/index.ts';
import {
  asyncHandler,
  problemHandler,
  type StreamSource,
  type StreamToOptions,
  streamTo,
} from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, exchange, serve } from '../support/sockets.ts';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const CHUNK = Buffer.alloc(16_384, 'x');

const failingAfter = (chunks: number, error: unknown) =>
  async function* () {
    for (let n = 0; n < chunks; n += 1) yield CHUNK;
    throw error;
  };

describe.each(expressMajors)('streamTo on $major', ({ express }) => {
  /** An app that streams what `make` gives, and the failures it tells of. */
  const createApp = (make: () => StreamSource, options?: StreamToOptions) => {
    const events = createEventHub();
    const failures: RequestFailed[] = [];
    const told = new EventEmitter();
    events.subscribe('request.failed', (event) => {
      failures.push(event);
      told.emit('failed');
    });
    const app = express();
    app.get(
      '/',
      asyncHandler(async (_req, res: ServerResponse) => {
        res.setHeader('Content-Type', 'text/csv');
        await streamTo(res, make(), options);
      }),
    );
    app.use(problemHandler({ events }));
    return { app, failures, told };
  };

  it.each<[string, () => StreamSource]>([
    ['a stream', () => Readable.from(['a,', 'é'])],
    ['a stream of the web', () => new Response('a,é').body ?? Readable.from([])],
    ['a stream that is slow to begin', () => new PassThrough().end('a,é')],
    [
      'another async iterable',
      async function* () {
        yield 'a,';
        yield new Uint8Array([0xc3, 0xa9]);
      },
    ],
  ])('sends the bytes of %s', async (_what, make) => {
    const { app, failures } = createApp(make);

    const answer = await request(app).get('/');

    expect([answer.status, answer.text]).toEqual([200, 'a,é']);
    expect(failures).toEqual([]);
  });

  it.each<[string, () => StreamSource]>([
    ['Node', () => Readable.from([])],
    ['the web', () => new Response('').body ?? Readable.from(['x'])],
  ])('sends an empty answer for an empty stream of %s', async (_what, make) => {
    const answer = await request(createApp(make).app).get('/');

    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('sends many bytes whole', async () => {
    const { app } = createApp(() => Readable.from(new Array(300).fill(CHUNK)));

    const answer = await request(app).get('/');

    expect(answer.text).toHaveLength(300 * CHUNK.length);
  });

  it('ends a source whose bytes HEAD does not want', async () => {
    const source = Readable.from([CHUNK, CHUNK, CHUNK]);

    const answer = await request(createApp(() => source).app).head('/');

    expect(answer.status).toBe(200);
    expect(source.destroyed).toBe(true);
  });

  it.each<[string, () => StreamSource, number]>([
    ['with an error of its own kind', failingAfter(0, new NotFoundError('No such report')), 404],
    ['with an unknown error', () => createReadStream('/nowhere/s3cret.csv'), 500],
    ['by being destroyed', () => new PassThrough().destroy(), 500],
    // What only a JavaScript caller can write.
    ['with a chunk that is neither bytes nor text', () => Readable.from([7, 8]), 500],
  ])('leaves the answer to a problem when the source fails at once, %s', async (_what, make, status) => {
    const { app, failures } = createApp(make);

    const answer = await request(app).get('/');

    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.text).not.toContain('s3cret');
    expect(failures).toMatchObject([{ status }]);
  });

  it('breaks the connection off when the source fails later, and counts it as ours', async () => {
    const error = new Error('disk failed');
    const { app, failures, told } = createApp(failingAfter(3, error));
    const failed = once(told, 'failed');
    const served = await serve(app);

    const text = await exchange(served.port, GET).catch(String);
    await failed;
    await served.close();

    expect(text).not.toContain('\r\n0\r\n');
    expect(text).not.toContain('problem');
    expect(failures).toMatchObject([{ error, status: 500, kind: 'technical' }]);
  });

  it('breaks off although the client reads nothing', async () => {
    const error = new Error('disk failed');
    const source = new Readable({ read: () => source.push(CHUNK) });
    const { app, failures, told } = createApp(() => source);
    const failed = once(told, 'failed');
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.pause().on('error', () => undefined);
    served.server.once('request', (_req, res) => {
      const fail = (): void => {
        if (res.writableNeedDrain) source.destroy(error);
        else setImmediate(fail);
      };
      fail();
    });

    socket.write(GET);
    await failed;
    socket.destroy();
    await served.close();

    expect(failures).toMatchObject([{ error, status: 500 }]);
  });

  it('ends the source when the client leaves, and counts it as 499', async () => {
    const source = new Readable({ read: () => source.push(CHUNK) });
    const { app, failures, told } = createApp(() => source);
    const failed = once(told, 'failed');
    const served = await serve(app);
    const socket = await dial(served.port);

    socket.write(GET);
    await once(socket, 'data');
    socket.destroy();
    await failed;
    await served.close();

    expect(source.destroyed).toBe(true);
    expect(failures).toMatchObject([{ status: 499, code: 'client-closed', kind: 'business' }]);
  });

  it('ends a source that gave nothing yet when the client leaves', async () => {
    const source = new PassThrough();
    const { app, failures, told } = createApp(() => source);
    const failed = once(told, 'failed');
    const served = await serve(app);
    const socket = await dial(served.port);

    socket.write(GET);
    await once(served.server, 'request');
    socket.destroy();
    await failed;
    await served.close();

    expect(source.destroyed).toBe(true);
    expect(failures).toMatchObject([{ status: 499 }]);
  });

  it('rejects with the reason of its signal before anything was sent', async () => {
    const controller = new AbortController();
    const source = new PassThrough();
    const { app, failures } = createApp(() => source, { signal: controller.signal });
    const served = await serve(app);
    served.server.once('request', () => setImmediate(() => controller.abort(new NotFoundError('Too late'))));

    const answer = await exchange(served.port, GET);
    await served.close();

    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(source.destroyed).toBe(true);
    expect(failures).toMatchObject([{ status: 404 }]);
  });

  it('breaks off when its signal aborts later', async () => {
    const controller = new AbortController();
    const source = new PassThrough();
    const { app, told, failures } = createApp(() => source, { signal: controller.signal });
    const failed = once(told, 'failed');
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.on('error', () => undefined);

    socket.write(GET);
    source.write('first half');
    await once(socket, 'data');
    controller.abort('a plain text');
    await failed;
    await served.close();

    expect(source.destroyed).toBe(true);
    expect(failures).toMatchObject([{ status: 500, error: { cause: 'a plain text' } }]);
  });
});

describe('streamTo', () => {
  /** A response to a request that nobody made; it takes bytes until its buffer is full. */
  const createResponse = () => new ServerResponse(new IncomingMessage(new Socket()));

  it('reads no more than the client takes', async () => {
    let pulled = 0;
    const source = async function* () {
      for (; ; pulled += 1) yield CHUNK;
    };
    const res = createResponse();

    const sent = streamTo(res, source()).catch(() => undefined);
    for (let n = 0; n < 50; n += 1) await nextTurn();
    const taken = pulled;
    // As when the socket closes.
    res.destroy();
    res.emit('close');
    await sent;

    expect(taken).toBeLessThan(20);
  });

  it.each([
    ['it fails', failingAfter(0, new Error('disk failed'))],
    ['it is ended', () => new PassThrough().destroy()],
  ])('leaves no listener on the response and the signal when %s', async (_what, make) => {
    const res = createResponse();
    const { signal } = new AbortController();
    const before = res.eventNames();

    await streamTo(res, make(), { signal }).catch(() => undefined);

    expect(res.eventNames()).toEqual(before);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(res.headersSent).toBe(false);
  });

  it('rejects with the reason of its signal while the last bytes wait for the client', async () => {
    const controller = new AbortController();
    const res = createResponse();
    const reason = new Error('too late');

    const sent = streamTo(res, Readable.from(['a']), { signal: controller.signal });
    sent.catch(() => undefined);
    for (let n = 0; n < 20; n += 1) await nextTurn();
    controller.abort(reason);

    await expect(sent).rejects.toBe(reason);
    expect([res.writableEnded, res.destroyed]).toEqual([true, true]);
  });

  it('begins nothing for a signal that has aborted', async () => {
    const source = new PassThrough();
    const reason = new Error('too late');

    await expect(streamTo(createResponse(), source, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(source.destroyed).toBe(true);
  });

  it('refuses what is no source and what is no signal', async () => {
    // What only a JavaScript caller can write.
    const text = 7 as unknown as Readable;
    const signal = {} as AbortSignal;

    await expect(streamTo(createResponse(), text)).rejects.toThrow(
      new TypeError('streamTo: the source must be a stream or another async iterable, but was 7'),
    );
    await expect(streamTo(createResponse(), Readable.from([]), { signal })).rejects.toThrow(
      'streamTo: option "signal" must be an AbortSignal',
    );
  });
});
