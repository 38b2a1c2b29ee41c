import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Request, Response } from 'express';
import request from 'supertest';
import { getContext, requestContext, wasCut } from '../../src/context/index.ts';
import { asyncHandler, problemHandler, requestDeadline, streamTo } from '../../src/problem/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, exchange, serve } from '../support/sockets.ts';
import { deadlineApp } from './deadline-app.ts';

const GET = 'GET /hang HTTP/1.1\r\nHost: a\r\n';

const everything = async (socket: NodeJS.ReadableStream): Promise<string> => {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
};

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(expressMajors)('requestDeadline › when the time is up, on $major', ({ express }) => {
  it('answers 504 as the app answers its errors, with the ids of the request', async () => {
    const { clock, failures, arrival, start } = deadlineApp(express);
    const served = await start();
    const answer = request(served.url).get('/hang').set('X-Request-ID', 'req-7').then();
    const { record, req } = await arrival();

    await clock.advance(100);

    const { status, headers, body } = await answer;
    await served.close();
    expect(status).toBe(504);
    expect(headers).toMatchObject({ 'x-request-id': 'req-7', 'content-type': 'application/problem+json' });
    expect(body).toEqual({
      type: 'https://errors.test/dependency-timeout',
      title: 'Gateway Timeout',
      status: 504,
      instance: 'urn:request:req-7',
      code: 'dependency-timeout',
      requestId: 'req-7',
      correlationId: 'req-7',
      traceId: record.traceId,
    });
    expect(failures).toMatchObject([{ status: 504, code: 'dependency-timeout', kind: 'technical' }]);
    expect(failures[0]?.request).toBe(req);
  });

  it('says when it will be, and aborts the signal with an error of that scope, before the answer is given', async () => {
    const { clock, arrival, start } = deadlineApp(express);
    const served = await start();
    const answer = request(served.url).get('/hang').then();
    const { record, res } = await arrival();
    const { deadline, signal } = record;
    const states: boolean[] = [];
    signal.addEventListener('abort', () => setImmediate(() => states.push(res.writableEnded)));

    await clock.advance(100);

    await answer;
    await served.close();
    expect([deadline, states]).toEqual([100, [false]]);
    expect(signal.reason).toMatchObject({
      name: 'UpstreamTimeoutError',
      code: 'dependency-timeout',
      scope: 'deadline',
      timeoutMs: 100,
      message: 'The request was not answered within 100 ms',
    });
  });

  it('answers HEAD without a body', async () => {
    const { clock, arrival, start } = deadlineApp(express);
    const served = await start();
    const answer = request(served.url).head('/hang').then();
    await arrival();

    await clock.advance(100);

    expect(await answer).toMatchObject({ status: 504, text: undefined });
    await served.close();
  });

  it('leaves an answer that has begun alone and aborts the signal', async () => {
    const { clock, failures, arrival, start } = deadlineApp(express);
    const served = await start();
    const socket = await dial(served.port);
    socket.write(`${GET}Connection: close\r\n\r\n`);
    const { record, res } = await arrival();
    res.write('begun ');

    await clock.advance(100);

    const aborted = record.signal.aborted;
    res.end('and ended');
    const text = await everything(socket);
    await served.close();
    expect(aborted).toBe(true);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*begun [\s\S]*and ended\r\n0\r\n\r\n$/);
    expect(failures).toEqual([]);
  });

  it('breaks off a stream that was given the signal and has begun, and tells of it once', async () => {
    const source = new PassThrough();
    const { clock, failures, start } = deadlineApp(express, {}, (app) => {
      app.get(
        '/stream',
        asyncHandler((_req, res) => streamTo(res, source, { signal: getContext().signal })),
      );
    });
    const served = await start();
    const socket = await dial(served.port);
    socket.write('GET /stream HTTP/1.1\r\nHost: a\r\n\r\n');
    source.write('begun');
    await once(socket, 'readable');

    await clock.advance(100);

    const text = await everything(socket);
    await served.close();
    expect(text).toContain('begun');
    expect(text).not.toContain('0\r\n\r\n');
    expect([source.destroyed, failures.length]).toEqual([true, 1]);
    expect(failures).toMatchObject([{ status: 504, code: 'dependency-timeout' }]);
  });

  it('does not count an answer of ours as broken off while it waits for its turn behind another', async () => {
    const streamed: Request[] = [];
    const { clock, arrival, start } = deadlineApp(express, { header: true }, (app) => {
      const stream = async (req: Request, res: Response) => {
        streamed.push(req);
        await streamTo(res, new PassThrough(), { signal: getContext().signal });
      };
      app.get('/stream', asyncHandler(stream));
    });
    const served = await start();
    const second = 'GET /stream HTTP/1.1\r\nHost: a\r\nX-Request-Timeout-Ms: 50\r\nConnection: close\r\n\r\n';
    const text = exchange(served.port, `${GET}\r\n${second}`);
    await arrival();

    await clock.advance(100);

    expect((await text).match(/504 Gateway Timeout/g)).toHaveLength(2);
    await served.close();
    expect(streamed.map(wasCut)).toEqual([false]);
  });

  it('ends what was piped into the answer, unless somebody else reads it', async () => {
    const [alone, shared, elsewhere] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const { clock, arrival, start } = deadlineApp(express);
    const served = await start();
    const answer = request(served.url).get('/hang').then();
    const { res } = await arrival();
    alone.pipe(res);
    shared.pipe(res);
    shared.pipe(elsewhere);

    await clock.advance(100);

    await answer;
    const late = createReadStream(__filename);
    late.pipe(res);
    await once(late, 'close');
    shared.end('goes on');
    const rest = await everything(elsewhere);
    await served.close();
    expect([alone.destroyed, rest]).toEqual([true, 'goes on']);
  });

  it.each([
    ['all of it', false],
    ['its body', true],
  ])('waits for a library that holds the answer back: %s', async (_what, sendsHead) => {
    const { clock, arrival, start } = deadlineApp(express);
    const served = await start();
    const answer = request(served.url).get('/hang').then();
    const { res } = await arrival();
    const end = res.end.bind(res);
    // As one that saves its session first.
    const endLater = (body: Buffer): void => {
      if (sendsHead) res.flushHeaders();
      setImmediate(() => end(body));
    };
    Object.assign(res, { end: endLater });

    await clock.advance(100);

    expect(await answer).toMatchObject({ status: 504, body: { code: 'dependency-timeout' } });
    await served.close();
  });
});

describe.each(expressMajors)('requestDeadline › who answers, on $major', ({ express }) => {
  const hang = (): void => undefined;

  it('takes the handler of the app that is mounted in another, if it has one for all its paths', async () => {
    const { clock, start } = deadlineApp(express, {}, (app) => {
      const inner = express();
      inner.use('/other', problemHandler({ baseUri: '/other/' }));
      inner.get('/x', hang);
      inner.use(problemHandler({ baseUri: '/inner/', events: { ...hub } }));
      app.use('/inner', inner);
      const plain = express();
      plain.get('/x', hang);
      plain.use('/x', problemHandler({ baseUri: '/path/' }));
      app.use('/plain', plain);
    });
    const served = await start();

    const types = [];
    for (const path of ['/inner/x', '/plain/x']) {
      const answer = request(served.url).get(path).then();
      await clock.waitForTimer();
      await clock.advance(100);
      types.push((await answer).body.type);
    }

    await served.close();
    expect(types).toEqual(['/inner/dependency-timeout', 'https://errors.test/dependency-timeout']);
  });

  it('takes the one it was given', async () => {
    const given = problemHandler({ baseUri: '/given/', events: { ...hub } });
    const { clock, arrival, start } = deadlineApp(express, { problemHandler: given });
    const served = await start();
    const answer = request(served.url).get('/hang').then();
    await arrival();

    await clock.advance(100);

    expect((await answer).body.type).toBe('/given/dependency-timeout');
    await served.close();
  });

  it('answers by itself where the app has none, and needs no context before it', async () => {
    const lines: string[] = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const clock = manualClock();
    const app = express();
    app.get('/x', requestDeadline({ ms: 100, clock }), hang);
    const served = await serve(app);
    const answer = request(served.url).get('/x').set('X-Request-ID', 'from-a-stranger').then();
    await clock.waitForTimer();

    await clock.advance(100);

    const { status, headers, body } = await answer;
    await served.close();
    expect([status, body.type, body.requestId]).toEqual([
      504,
      '/problems/dependency-timeout',
      headers['x-request-id'],
    ]);
    expect(body.requestId).not.toBe('from-a-stranger');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ status: 504, requestId: body.requestId }]);
  });

  it('keeps to the context of a requestContext() that stands behind it, made here', async () => {
    const clock = manualClock();
    const app = express();
    app.use(requestDeadline({ ms: 100, clock }), requestContext());
    app.get('/x', (_req, res) => void res.json(getContext().deadline));

    const { body } = await request(app).get('/x');

    expect(body).toBe(100);
  });
});

const hub = { wants: () => true, publish: () => undefined, subscribe: () => () => undefined };
