import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import { getContext } from '../../src/context/index.ts';
import { breakwater, ClientClosedError, streamTo } from '../../src/index.ts';
import { captureLogs, type LogLine } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, exchange, serve } from '../support/sockets.ts';

const isAccessLine = ({ event }: LogLine): boolean => event === 'http.server.request';

/** A source that gives some bytes, and then fails once they were read. */
const failing = (): Readable =>
  Readable.from(
    (async function* () {
      yield 'begun';
      throw new Error('the source broke');
    })(),
  );

describe.each(expressMajors)('an answer that we broke off, on $major', ({ express }) => {
  const setUp = async (handler: RequestHandler) => {
    const logs = captureLogs();
    const { before, after } = breakwater({ service: 'orders', log: { stream: logs.stream } });
    const app = express();
    app.use(before);
    app.all('/', handler);
    app.use(after);
    const served = await serve(app);
    /** The access line, and the one line with a stack. */
    const ask = async (method = 'GET') => {
      const socket = await dial(served.port);
      const closed = once(socket.on('error', () => undefined).resume(), 'close');
      socket.write(
        `${method} / HTTP/1.1\r\nHost: a\r\nX-Request-ID: r-1\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc`,
      );
      await closed;
      return logs.waitFor(isAccessLine);
    };
    return { ask, logs, served };
  };

  it.each<[string, RequestHandler, number, string]>([
    [
      'a file that is not there',
      (_req, res, next) => void pipeline(createReadStream('/nope'), res, (error) => error && next(error)),
      500,
      'ENOENT: no such file or directory',
    ],
    [
      'a source that breaks half-way',
      (_req, res, next) => void pipeline(failing(), res, (error) => error && next(error)),
      200,
      'the source broke',
    ],
  ])('has its record, and is no client that left: %s', async (_what, handler, status, message) => {
    const { ask, logs, served } = await setUp(handler);

    const line = await ask();

    await served.close();
    expect(line).toMatchObject({ level: 'warn', outcome: 'cut-short', status, code: 'answer-cut-short' });
    expect(line).not.toHaveProperty('err');
    expect(logs.expectSingleFailure('r-1')).toMatchObject({
      event: 'http.server.request.exception',
      level: 'error',
      kind: 'technical',
      status: 500,
      err: { message: expect.stringContaining(message) },
    });
  });

  it.each<[string, RequestHandler, number, string]>([
    ['destroy(error)', (_req, res) => void res.destroy(new Error('we broke it')), 500, 'we broke it'],
    [
      'a pipeline that nobody hears',
      (_req, res) => pipeline(failing(), res, () => {}),
      200,
      'the source broke',
    ],
    ['a request that is destroyed', (req) => void req.destroy(new Error('too much')), 500, 'too much'],
  ])('has its error, with its stack, in its line where nothing else tells: %s', async (...given) => {
    const [, handler, status, message] = given;
    const { ask, logs, served } = await setUp(handler);

    const line = await ask();

    await served.close();
    expect(line).toMatchObject({ level: 'error', outcome: 'cut-short', status, err: { message } });
    expect(logs.expectSingleFailure('r-1')).toBe(line);
    expect(logs.lines).toHaveLength(1);
  });

  it('is no client that left where it was broken off without an error', async () => {
    const { ask, served } = await setUp((_req, res) => void res.destroy());

    const line = await ask();

    await served.close();
    expect(line).toMatchObject({ level: 'warn', outcome: 'cut-short', status: 500 });
    expect(line).not.toHaveProperty('err');
  });

  it('ends the signal of its request with the error, not with a client that left', async () => {
    const reasons: unknown[] = [];
    const { ask, logs, served } = await setUp((_req, res, next) => {
      const { signal } = getContext();
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        next(signal.reason);
      });
      res.destroy(new Error('we broke it'));
    });

    await ask();

    await served.close();
    expect(reasons).toEqual([new Error('we broke it')]);
    expect(logs.expectSingleFailure('r-1')).toMatchObject({ status: 500, err: { message: 'we broke it' } });
  });

  it('fails a transfer that it ends with an error of ours', async () => {
    const { ask, logs, served } = await setUp((_req, res, next) => {
      const source = new Readable({ read: () => undefined });
      source.push('begun');
      streamTo(res, source).catch(next);
      setImmediate(() => res.destroy());
    });

    await ask();

    await served.close();
    expect(logs.expectSingleFailure('r-1')).toMatchObject({
      status: 500,
      err: { message: 'The response was ended while a stream was sent' },
    });
  });

  it('is our failure, whatever the error says of the client', async () => {
    const { ask, logs, served } = await setUp((_req, res, next) => {
      res.write('begun', () => next(new ClientClosedError()));
    });

    await ask();

    await served.close();
    expect(logs.expectSingleFailure('r-1')).toMatchObject({ status: 500, kind: 'technical' });
  });

  it('is answered where only the upload was broken off', async () => {
    const { logs, served } = await setUp((req, _res, next) => {
      const refuse = async (source: AsyncIterable<unknown>): Promise<void> => {
        for await (const _chunk of source) throw new Error('not a picture');
      };
      pipeline(req, refuse, (error) => next(error));
    });

    const answer = await exchange(
      served.port,
      'POST / HTTP/1.1\r\nHost: a\r\nX-Request-ID: r-1\r\nConnection: close\r\nContent-Length: 9\r\n\r\nabc',
    );

    await logs.waitFor(isAccessLine);
    await served.close();
    expect(answer).toMatch(/^HTTP\/1\.1 500 /);
    expect(logs.expectSingleFailure('r-1')).toMatchObject({ err: { message: 'not a picture' } });
  });

  it('is still a client that left where our pipeline fails for that', async () => {
    const { logs, served } = await setUp((_req, res, next) => {
      const source = new Readable({ read: () => undefined });
      source.push('begun');
      pipeline(source, res, (error) => {
        res.destroy(error ?? undefined);
        next(error);
      });
    });
    const socket = await dial(served.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: r-1\r\n\r\n');
    await once(socket, 'data');

    socket.destroy();

    expect(await logs.waitFor(isAccessLine)).toMatchObject({ status: 499, outcome: 'client-left' });
    await served.close();
    expect(logs.errorsFor('r-1')).toEqual([]);
  });
});
