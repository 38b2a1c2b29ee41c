import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { addContext, contextOf, requestContext } from '../../src/context/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import {
  type AccessLogOptions,
  accessLog,
  createLogger,
  logEvents,
  loggerOf,
} from '../../src/logging/index.ts';
import { captureLogs, type LogLine, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';

const isAccessLine = ({ event }: LogLine): boolean => event === 'http.server.request';

describe.each(expressMajors)('accessLog on $major', ({ express }) => {
  const setUp = () => {
    const logs = captureLogs();
    const clock = manualClock();
    const logger = createLogger({ stream: logs.stream, logger: { base: null, timestamp: false } });
    const app = express();
    app.use(requestContext());
    app.use(accessLog({ logger, clock }));
    return { app, clock, logger, logs };
  };

  it('writes one line with method, path, route, status, duration and ids', async () => {
    const { app, clock, logs } = setUp();
    app.get('/orders/:id', async (_req, res) => {
      await clock.advance(12.3456);
      res.send('ok');
    });

    await request(app).get('/orders/7?token=hunter2').set({ 'X-Request-ID': 'r-1', Cookie: 'hunter2' });

    const line = await logs.waitFor(isAccessLine);
    expect(line).toEqual({
      level: 'info',
      event: 'http.server.request',
      method: 'GET',
      path: '/orders/7',
      route: '/orders/:id',
      status: 200,
      outcome: 'success',
      durationMs: 12.346,
      ip: '127.0.0.0',
      bytes: 2,
      requestId: 'r-1',
      correlationId: 'r-1',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      msg: 'request completed',
    });
    expect(logs.lines).toHaveLength(1);
  });

  it('has the whole route of a mounted router, whether it answers or fails', async () => {
    const { app, logs } = setUp();
    const router = express.Router();
    router.get('/:id', (_req, res) => {
      res.send('ok');
    });
    router.get('/:id/fail', () => {
      throw new Error('a bug');
    });
    app.use('/orders', router);
    app.use((_error: unknown, _req: unknown, res: ServerResponse, _next: unknown) => {
      res.statusCode = 500;
      res.end();
    });

    await request(app).get('/orders/7');
    await request(app).get('/orders/7/fail');

    const failed = await logs.waitFor(({ status }) => status === 500);
    expect(logs.lines[0]?.route).toBe('/orders/:id');
    expect(failed).toMatchObject({ route: '/orders/:id/fail', level: 'warn' });
    expect(failed).not.toHaveProperty('err');
    expect(logs.text).not.toContain('stack');
  });

  it('has no route where none matched', async () => {
    const { app, logs } = setUp();

    await request(app).get('/nowhere');

    const line = await logs.waitFor(isAccessLine);
    expect(line).toMatchObject({ status: 404, path: '/nowhere', level: 'info' });
    expect(line).not.toHaveProperty('route');
  });

  it('has what was bound after the request came in', async () => {
    const { app, logs } = setUp();
    app.get('/', (_req, res) => {
      addContext({ userId: 'u-1' });
      res.end();
    });

    await request(app).get('/');

    expect(await logs.waitFor(isAccessLine)).toMatchObject({ userId: 'u-1' });
  });

  it('gives handlers the plain logger as req.log', async () => {
    const { app, logger } = setUp();
    const seen: unknown[] = [];
    app.get('/', (req, res) => {
      seen.push(req.log, loggerOf(req), loggerOf({}));
      res.end();
    });

    await request(app).get('/');

    expect(seen).toEqual([logger, logger, undefined]);
  });

  it('writes one line where it is mounted twice', async () => {
    const { app, logger, logs } = setUp();
    app.use(accessLog({ logger }), accessLog({ logger }));
    app.get('/', (_req, res) => {
      res.on('close', () => logger.info('closed'));
      res.end();
    });

    await request(app).get('/');

    await logs.waitFor(({ msg }) => msg === 'closed');
    expect(logs.lines.filter(isAccessLine)).toHaveLength(1);
  });

  it('gives pipelined requests their own ids', async () => {
    const { app, logs } = setUp();
    app.get('/:name', (req, res) => {
      addContext({ userId: req.params.name });
      res.send(req.params.name);
    });
    const served = await serve(app);
    const names = ['a', 'b', 'c', 'd'];

    const requests = names.map((name) => `GET /${name} HTTP/1.1\r\nHost: a\r\nX-Request-ID: id-${name}\r\n`);
    await exchange(served.port, `${requests.join('\r\n')}Connection: close\r\n\r\n`);

    await logs.waitFor(({ requestId }) => requestId === 'id-d');
    await served.close();
    expect(logs.lines.map(({ requestId, path, userId }) => [requestId, path, userId])).toEqual(
      names.map((name) => [`id-${name}`, `/${name}`, name]),
    );
  });

  it('gives each request its own ids though the server was started inside another', async () => {
    const { app, logs } = setUp();
    app.get('/serve', async (_req, res) => {
      const inner = await serve(app);
      await request(inner.url).get('/inner').set('X-Request-ID', 'inner');
      await inner.close();
      res.end();
    });

    await request(app).get('/serve').set('X-Request-ID', 'outer');

    const outer = await logs.waitFor(({ requestId }) => requestId === 'outer');
    expect(outer.path).toBe('/serve');
    expect(logs.linesFor('inner').map(({ path }) => path)).toEqual(['/inner']);
  });

  it('prints no byte of a malformed id', async () => {
    const { app, logs } = setUp();
    const served = await serve(app);

    const bad = 'X-Request-ID: hunter2 caf\xe9\r\nX-Correlation-ID: "hunter2"\r\ntraceparent: hunter2\r\n';
    const answer = await exchange(
      served.port,
      `GET / HTTP/1.1\r\nHost: a\r\n${bad}Connection: close\r\n\r\n`,
    );

    await logs.waitFor(isAccessLine);
    await served.close();
    expect(logs.text + answer).not.toMatch(/hunter2|caf[^0-9a-f-]/);
  });

  it('belongs to no request where there is no context', async () => {
    const logs = captureLogs();
    const app = express();
    app.use(accessLog({ logger: createLogger({ stream: logs.stream }) }));

    await request(app).get('/');

    const line = await logs.waitFor(isAccessLine);
    expect(line).toMatchObject({ status: 404 });
    expect(line).not.toHaveProperty('requestId');
  });

  it('names the code of an error that the response itself had', async () => {
    const { app, logs } = setUp();
    app.get('/', (_req, res) => {
      res.emit('error', new RangeError('of the app'));
      res.end('ok');
    });

    await request(app).get('/');

    expect(await logs.waitFor(isAccessLine)).toMatchObject({
      level: 'warn',
      status: 200,
      code: 'RangeError',
    });
    expect(logs.lines).toHaveLength(1);
  });

  it('stands beside one failure record, which alone has the stack', async () => {
    const { app, logger, logs } = setUp();
    const events = createEventHub();
    logEvents(events, logger);
    app.get('/orders/:id', () => {
      throw new Error('a bug');
    });
    app.use((error: Error, req: IncomingMessage, res: ServerResponse, _next: unknown) => {
      const code = 'internal-server-error';
      events.publish('request.failed', { request: req, error, status: 500, code, kind: 'technical' });
      res.statusCode = 500;
      res.end(contextOf(req)?.requestId);
    });

    await request(app).get('/orders/7').set('X-Request-ID', 'r-1');

    await logs.waitFor(isAccessLine);
    expect(logs.lines).toMatchObject([
      {
        level: 'error',
        event: 'http.server.request.exception',
        requestId: 'r-1',
        route: '/orders/:id',
        err: { stack: expect.any(String) },
      },
      { level: 'warn', event: 'http.server.request', requestId: 'r-1', status: 500 },
    ]);
  });
});

describe('accessLog', () => {
  it.each<[string, unknown, string]>([
    ['a text for the logger', { logger: 'pino' }, 'logger'],
    ['a number for the clock', { clock: 1 }, 'clock'],
    ['an unknown option', { level: 'info' }, 'level'],
  ])('refuses %s', (_what, options, name) => {
    // Bad on purpose.
    expect(() => accessLog(options as AccessLogOptions)).toThrow(new RegExp(`accessLog.*"${name}"`));
  });
});
