import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { requestContext, runWithContext, tryGetContext } from '../../src/context/index.ts';
import { NotFoundError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { type AccessLogOptions, accessLog, createLogger } from '../../src/logging/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { captureLogs, type LogLine, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';

const isAccessLine = ({ event }: LogLine): boolean => event === 'http.server.request';

const CALL = {
  dependency: 'catalog',
  method: 'GET',
  outcome: 'success',
  source: 'live',
  status: 200,
  code: undefined,
  durationMs: 10.25,
  journal: { attempts: [], stopped: 'success' },
} as const;

describe.each(expressMajors)('what a line of accessLog says on $major', ({ express }) => {
  const setUp = (options: AccessLogOptions = {}) => {
    const logs = captureLogs();
    const clock = manualClock();
    const events = createEventHub();
    const logger = createLogger({ stream: logs.stream, logger: { level: 'debug', base: null } });
    const app = express();
    app.use(requestContext(), accessLog({ logger, clock, events, ...options }));
    return { app, clock, events, logs, line: () => logs.waitFor(isAccessLine) };
  };

  it.each<[string, number, string, string | undefined, string]>([
    ['/fine', 200, 'success', undefined, 'info'],
    ['/missing', 404, 'business-error', 'not-found', 'info'],
    ['/bug', 500, 'technical-error', 'internal-server-error', 'warn'],
    ['/own404', 404, 'business-error', undefined, 'info'],
    ['/own500', 503, 'technical-error', undefined, 'warn'],
    ['/after', 200, 'technical-error', 'internal-server-error', 'warn'],
  ])('of %s is its outcome and its code', async (path, status, outcome, code, level) => {
    const { app, events, line } = setUp();
    app.get('/fine', (_req, res) => void res.send('ok'));
    app.get('/missing', () => {
      throw new NotFoundError('none');
    });
    app.get('/bug', () => {
      throw new Error('a bug');
    });
    app.get('/own404', (_req, res) => void res.status(404).end());
    app.get('/own500', (_req, res) => void res.status(503).end());
    app.get('/after', (_req, res) => {
      res.send('ok');
      throw new Error('a bug');
    });
    app.use(problemHandler({ events }));

    await request(app).get(path);

    expect(await line()).toMatchObject({ status, outcome, level, ...(code && { code }) });
    if (code === undefined) expect(await line()).not.toHaveProperty('code');
  });

  it.each([
    ['slow from then on', 1_000, undefined, { slow: true, level: 'warn', outcome: 'success' }],
    ['slow after 5 s where nothing is said', undefined, undefined, { slow: true, level: 'warn' }],
    ['never slow', false, undefined, { level: 'info' }],
  ] as const)('is %s', async (_what, slowRequestMs, _none, expected) => {
    const { app, clock, line } = setUp({ slowRequestMs });
    app.get('/', async (_req, res) => {
      await clock.advance(slowRequestMs || 5_000);
      res.end();
    });

    await request(app).get('/');

    expect(await line()).toMatchObject(expected);
    expect('slow' in (await line())).toBe('slow' in expected);
  });

  it('is not slow a moment before', async () => {
    const { app, clock, line } = setUp({ slowRequestMs: 1_000 });
    app.get('/', async (_req, res) => {
      await clock.advance(999.9);
      res.end();
    });

    await request(app).get('/');

    expect(await line()).not.toHaveProperty('slow');
  });

  it('measures by the monotonic clock', async () => {
    let [now, wall] = [1_000, 5_000_000];
    const clock = { now: () => now, wallTime: () => wall, setTimer: () => () => undefined };
    const { app, line } = setUp({ clock });
    app.get('/', (_req, res) => {
      now += 7.5;
      wall -= 3_600_000;
      res.end();
    });

    await request(app).get('/');

    expect(await line()).toMatchObject({ durationMs: 7.5 });
  });

  it('is one method of few', async () => {
    const { app, logs, line } = setUp();
    const served = await serve(app);

    await exchange(served.port, 'PROPFIND / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');

    await line();
    await served.close();
    expect(logs.lines.map(({ method }) => method)).toEqual(['_OTHER']);
  });

  it('is what the outbound calls of the request came to, whatever record they ran under', async () => {
    const { app, events, line } = setUp();
    app.get('/', async (_req, res) => {
      const record = tryGetContext();
      events.publish('call.completed', CALL);
      await Promise.resolve();
      if (record) runWithContext({ ...record, deadline: 1 }, () => events.publish('call.completed', CALL));
      events.publish('call.completed', { ...CALL, source: 'cache' });
      events.publish('call.completed', {
        ...CALL,
        outcome: 'failure',
        source: undefined,
        journal: { attempts: [], stopped: 'circuit-open' },
      });
      res.end();
    });

    await request(app).get('/');

    expect(await line()).toMatchObject({ deps: { count: 2, ms: 20.5 } });
  });

  it('does not count calls of other requests, nor of none', async () => {
    const { app, events, logs, line } = setUp();
    app.get('/', (_req, res) => void res.end());
    app.get('/calls', (_req, res) => {
      events.publish('call.completed', CALL);
      res.end();
    });
    events.publish('call.completed', CALL);
    await request(app).get('/calls');

    await request(app).get('/');

    await line();
    await logs.waitFor(({ path }) => path === '/');
    expect(logs.lines.map((each) => [each.path, 'deps' in each])).toEqual([
      ['/calls', true],
      ['/', false],
    ]);
  });

  it.each([
    ['debug', 'debug'],
    ['info', 'info'],
  ] as const)('says at %s that a request came in, if asked to', async (start, level) => {
    const { app, logs } = setUp({ start });
    let before: readonly LogLine[] = [];
    app.get('/things', (_req, res: ServerResponse) => {
      before = logs.lines;
      res.end();
    });

    await request(app).get('/things?token=s3cret').set('X-Request-ID', 'r-1');

    expect(before).toMatchObject([
      {
        level,
        event: 'http.server.request.started',
        method: 'GET',
        path: '/things',
        requestId: 'r-1',
        msg: 'request started',
      },
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['slowRequestMs', { slowRequestMs: -1 }, /^accessLog: option "slowRequestMs" must be false or a number/],
    ['start', { start: 'warn' }, /^accessLog: option "start" must be false or one of "debug", "info"/],
    ['sample', { sample: 2 }, /^accessLog: option "sample" must be a number from 0 to 1 or an object/],
    ['sample.rate', { sample: { rate: 'all' } }, /^accessLog: option "sample.rate" must be a number from 0/],
    ['events', { events: {} }, /^accessLog: option "events" must be a hub/],
  ])('refuses a bad %s', (_name, options, message) => {
    expect(() => accessLog(options)).toThrow(message);
  });
});
