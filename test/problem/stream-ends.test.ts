import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
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

const forEver = (): Promise<never> => new Promise(() => undefined);

const stuckAfter = (chunks: number) =>
  async function* () {
    for (let n = 0; n < chunks; n += 1) yield 'first half';
    await forEver();
  };

/** Waits for ever and cannot even be ended. */
const stubborn = (): StreamSource => ({
  [Symbol.asyncIterator]: () => ({
    next: forEver,
    return: () => Promise.reject(new Error('never')),
  }),
});

/** Buffers and hands on like the middleware `compression`, which takes every listener of `drain` for its own stream. */
const compressing =
  (zip: PassThrough): RequestHandler =>
  (_req, res, next) => {
    const { write, end, on } = res;
    zip.on('data', (chunk) => write.call(res, chunk, 'utf8') || zip.pause());
    zip.on('end', () => end.call(res, undefined, 'utf8'));
    on.call(res, 'drain', () => zip.resume());
    res.write = (chunk: unknown) => {
      res.flushHeaders();
      return zip.write(chunk);
    };
    res.end = () => {
      zip.end();
      return res;
    };
    // It gives its own stream back then, as the original does.
    const patched = (event: string, listener: () => void) =>
      event === 'drain' ? zip.on(event, listener) : on.call(res, event, listener);
    next(void Object.assign(res, { on: patched }));
  };

describe.each(expressMajors)('streamTo › how it ends, on $major', ({ express }) => {
  const createApp = (
    make: () => StreamSource | Promise<StreamSource>,
    options?: StreamToOptions,
    before: RequestHandler = (_req, _res, next) => next(),
  ) => {
    const events = createEventHub();
    const failures: RequestFailed[] = [];
    const told = new EventEmitter();
    events.subscribe('request.failed', (event) => {
      failures.push(event);
      told.emit('failed');
    });
    const app = express();
    app.use(before);
    app.get(
      '/',
      asyncHandler(async (_req, res: ServerResponse) => {
        const source = await make();
        told.emit('begins');
        await streamTo(res, source, options);
      }),
    );
    app.use(problemHandler({ events }));
    return { app, failures, told };
  };

  /** A server that sends `body` and never ends; `left` is told when its connection closes. */
  const startUpstream = async (body: string) => {
    const left = new EventEmitter();
    const upstream = await serve((_req, res) => {
      res.on('close', () => left.emit('left'));
      res.flushHeaders();
      res.write(body);
    });
    const open = async (): Promise<StreamSource> => (await fetch(upstream.url)).body ?? Readable.from([]);
    return { open, left: once(left, 'left'), close: upstream.close };
  };

  it.each([
    ['a generator', stuckAfter(0)],
    ['an iterable that cannot be ended', stubborn],
    ['a stream around a generator', () => Readable.from(stuckAfter(0)())],
  ])('answers the reason of its signal although %s never gives a byte', async (_what, make) => {
    const controller = new AbortController();
    const { app, failures, told } = createApp(make, { signal: controller.signal });
    told.once('begins', () => setImmediate(() => controller.abort(new NotFoundError('Too late'))));
    const served = await serve(app);

    const answer = await exchange(served.port, GET);
    await served.close();

    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(failures).toMatchObject([{ status: 404 }]);
  });

  it('breaks off when its signal aborts while a generator waits', async () => {
    const controller = new AbortController();
    const { app, failures, told } = createApp(stuckAfter(1), { signal: controller.signal });
    const failed = once(told, 'failed');
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.on('error', () => undefined);

    socket.write(GET);
    await once(socket, 'data');
    controller.abort(new Error('too late'));
    await failed;
    await served.close();

    expect(failures).toMatchObject([{ status: 500, error: { message: 'too late' } }]);
  });

  it('counts a client that leaves while a generator waits as 499', async () => {
    const { app, failures, told } = createApp(stuckAfter(0));
    const failed = once(told, 'failed');
    const begun = once(told, 'begins');
    const served = await serve(app);
    const socket = await dial(served.port);

    socket.write(GET);
    await begun;
    socket.destroy();
    await failed;
    await served.close();

    expect(failures).toMatchObject([{ status: 499 }]);
  });

  it('ends a generator that does not wait, so that it can clean up', async () => {
    const cleaned = new EventEmitter();
    const clean = once(cleaned, 'cleaned');
    const { app } = createApp(async function* () {
      try {
        for (;;) yield CHUNK;
      } finally {
        cleaned.emit('cleaned');
      }
    });
    const served = await serve(app);
    const socket = await dial(served.port);

    socket.write(GET);
    await once(socket, 'data');
    socket.destroy();

    await expect(clean).resolves.toEqual([]);
    await served.close();
  });

  it.each([
    ['no byte', ''],
    ['the first bytes', 'first half'],
  ])('closes the connection of a fetch that hangs after %s when the client leaves', async (_what, body) => {
    const upstream = await startUpstream(body);
    const { app, failures, told } = createApp(upstream.open);
    const failed = once(told, 'failed');
    const begun = once(told, 'begins');
    const served = await serve(app);
    const socket = await dial(served.port);

    socket.write(GET);
    await (body === '' ? begun : once(socket, 'data'));
    socket.destroy();
    await failed;
    await upstream.left;
    await served.close();
    await upstream.close();

    expect(failures).toMatchObject([{ status: 499 }]);
  });

  it('closes the connection of a fetch that hangs when its signal aborts', async () => {
    const controller = new AbortController();
    const upstream = await startUpstream('');
    const { app, told } = createApp(upstream.open, { signal: controller.signal });
    told.once('begins', () => setImmediate(() => controller.abort(new NotFoundError('Too late'))));
    const served = await serve(app);

    const answer = await exchange(served.port, GET);
    await upstream.left;
    await served.close();
    await upstream.close();

    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });

  it.each<[string, () => Promise<StreamSource>]>([
    [
      'a stream of Node',
      async () => {
        const source = Readable.from(['a']);
        for await (const _chunk of source);
        return source;
      },
    ],
    [
      'a stream of the web',
      async () => {
        const source = new Response('a').body ?? Readable.from([]);
        for await (const _chunk of source);
        return source;
      },
    ],
  ])('does not take %s that was read to its end for an empty one', async (_what, make) => {
    const answer = await request(createApp(make).app).get('/');

    expect(answer.status).toBe(500);
  });

  it('takes a generator that is used up for an empty source', async () => {
    const answer = await request(
      createApp(async () => {
        const source = (async function* () {
          yield 'a';
        })();
        for await (const _chunk of source);
        return source;
      }).app,
    ).get('/');

    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it.each<[string, string | Uint8Array]>([
    ['text', ''],
    ['bytes', new Uint8Array(0)],
  ])('sends nothing for an empty chunk of %s: a failure after it is answered', async (_what, chunk) => {
    const { app } = createApp(async function* () {
      yield chunk;
      throw new NotFoundError('No such report');
    });

    const answer = await request(app).get('/');

    expect(answer.status).toBe(404);
  });

  it('listens once to a response whose drain listeners are redirected', async () => {
    const zip = new PassThrough();
    const { app } = createApp(() => Readable.from(new Array(300).fill(CHUNK)), undefined, compressing(zip));

    const answer = await request(app).get('/');

    expect(answer.text).toHaveLength(300 * CHUNK.length);
    expect(zip.listenerCount('drain')).toBe(1);
  });

  it('hears that the client left a response whose drain listeners are redirected', async () => {
    const source = new Readable({ read: () => source.push(CHUNK) });
    const { app, failures, told } = createApp(() => source, undefined, compressing(new PassThrough()));
    const failed = once(told, 'failed');
    const served = await serve(app);
    const socket = await dial(served.port);

    socket.write(GET);
    await once(socket, 'data');
    socket.destroy();
    await failed;
    await served.close();

    expect(source.destroyed).toBe(true);
    expect(failures).toMatchObject([{ status: 499 }]);
  });

  it('ends the source when somebody else ends the response', async () => {
    const { app, failures, told } = createApp(stuckAfter(0));
    const failed = once(told, 'failed');
    const served = await serve(app);
    served.server.once('request', (_req, res) => setImmediate(() => res.end('instead')));

    const answer = await exchange(served.port, GET);
    await failed;
    await served.close();

    expect(answer).toMatch(/instead/);
    expect(failures).toMatchObject([{ status: 500 }]);
  });
});
