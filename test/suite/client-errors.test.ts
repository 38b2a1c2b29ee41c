import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { breakwater, clientErrorHandler } from '../../src/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, serve } from '../support/sockets.ts';

const post = (path: string, id: string): string =>
  [`POST ${path} HTTP/1.1`, 'Host: a', `X-Request-ID: ${id}`, 'Content-Type: application/json'].join('\r\n') +
  '\r\nTransfer-Encoding: chunked\r\n\r\n';
const BAD_CHUNK = 'ZZ\r\n';

describe.each(expressMajors)('a request that breaks off on $major', ({ express }) => {
  /** What a connection answers to `bytes`, one answer each, and the access lines of them. */
  const ask = async (
    bytes: readonly string[],
    { isHalfClosed = false, routes }: { isHalfClosed?: boolean; routes?: (app: Express) => void } = {},
  ) => {
    const logs = captureLogs();
    const { before, after } = breakwater({ service: 'shop', log: { stream: logs.stream } });
    const app = express();
    app.use(before);
    routes?.(app);
    app.use(express.json(), after);
    const served = await serve(app);
    served.server.on('clientError', clientErrorHandler());
    const socket = await dial(served.port);
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    const closed = once(socket, 'close');
    for (const each of bytes) {
      const came = text === '' && each !== bytes[0] ? once(socket, 'data') : undefined;
      await came;
      socket.write(each);
    }
    if (isHalfClosed) socket.end();
    await closed;
    await served.close();
    await setImmediate();
    const lines = logs.lines.filter(({ event }) => event === 'http.server.request');
    return { answers: text.split('HTTP/1.1 ').slice(1), lines };
  };

  it.each([
    ['a bad chunk', [post('/', 'up-1') + BAD_CHUNK], false],
    ['half a chunk', [`${post('/', 'up-1')}5\r\nab`], true],
    ['a bad chunk, and megabytes more', [`${post('/', 'up-1')}${BAD_CHUNK}${'x'.repeat(3e6)}`], false],
  ])(
    'by %s is answered under its own ids, and logged with that answer',
    async (_what, bytes, isHalfClosed) => {
      const { answers, lines } = await ask(bytes, { isHalfClosed });

      expect(answers).toHaveLength(1);
      const [head = '', body = ''] = answers[0]?.split('\r\n\r\n') ?? [];
      expect(head).toMatch(/^400 Bad Request\r\n/);
      expect(head.match(/^(X-Request-ID|X-Correlation-ID|Connection): .*$/gm)).toEqual([
        'X-Request-ID: up-1',
        'X-Correlation-ID: up-1',
        'Connection: close',
      ]);
      expect(JSON.parse(body)).toMatchObject({ status: 400, requestId: 'up-1', correlationId: 'up-1' });
      expect(lines).toMatchObject([
        { requestId: 'up-1', status: 400, outcome: 'business-error', traceId: JSON.parse(body).traceId },
      ]);
    },
  );

  it('is answered behind the request before it', async () => {
    const open: (() => void)[] = [];
    const { answers, lines } = await ask(
      [`GET /first HTTP/1.1\r\nHost: a\r\nX-Request-ID: one\r\n\r\n${post('/', 'two')}${BAD_CHUNK}`],
      {
        routes: (app) => {
          app.get('/first', (_req, res) => {
            open.push(() => res.send('first'));
          });
          app.post('/', (_req, _res, next) => {
            next();
            // The parser meets the bad chunk within this turn.
            globalThis.setImmediate(() => open[0]?.());
          });
        },
      },
    );

    expect(answers.map((each) => each.slice(0, 3))).toEqual(['200', '400']);
    expect(answers.map((each) => /X-Request-ID: (.*)/.exec(each)?.[1])).toEqual(['one', 'two']);
    expect(lines).toMatchObject([
      { requestId: 'one', status: 200 },
      { requestId: 'two', status: 400 },
    ]);
  });

  it('gets no second answer where it has its own', async () => {
    const { answers, lines } = await ask([post('/early', 'up-1'), BAD_CHUNK], {
      routes: (app) => app.post('/early', (_req, res) => void res.send('early')),
    });

    expect(answers.map((each) => each.slice(0, 3))).toEqual(['200']);
    expect(lines).toMatchObject([{ requestId: 'up-1', status: 200 }]);
  });

  it('aborts what its handler waits for, and hears nothing more of it', async () => {
    let told = (_status: number): void => undefined;
    const aborted = new Promise<number>((resolve) => {
      told = resolve;
    });
    const { answers } = await ask([post('/', 'up-1') + BAD_CHUNK], {
      routes: (app) =>
        app.post('/', (req, res) => {
          req.once('aborted', () => {
            res.status(200).send('late');
            told(res.statusCode);
          });
        }),
    });

    expect([await aborted, answers.length]).toEqual([400, 1]);
  });

  it.each([
    [
      '417 to an unknown expectation',
      'GET / HTTP/1.1\r\nHost: a\r\nExpect: nonsense\r\nConnection: close\r\n\r\n',
      '417',
    ],
    ['400 to a request without Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', '400'],
  ])('is not asked where Node answers by itself: %s', async (_what, bytes, status) => {
    const { answers, lines } = await ask([bytes]);

    expect(answers.map((each) => each.slice(0, 3))).toEqual([status]);
    expect(answers[0]).not.toMatch(/X-Request-ID/i);
    expect(lines).toEqual([]);
  });

  it('leaves a packet behind it that never became a request with ids of its own', async () => {
    const { answers } = await ask(
      ['GET /first HTTP/1.1\r\nHost: a\r\nX-Request-ID: one\r\n\r\n', 'no HTTP\r\n\r\n'],
      {
        routes: (app) => app.get('/first', (_req, res) => void res.send('first')),
      },
    );

    expect(answers.map((each) => /X-Request-ID: (.*)/.exec(each)?.[1])).toEqual([
      'one',
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ]);
  });
});
