import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';
import request from 'supertest';
import { breakwater, NotFoundError, requestContext, ServiceUnavailableError } from '../../src/index.ts';
import { captureLogs, type LogLine } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const isAccessLine = ({ event }: LogLine): boolean => event === 'http.server.request';
const hasStack = (line: LogLine): boolean => /"stack":"[^"]/.test(JSON.stringify(line));

/** The names of a line's own fields, as they were printed: JSON.parse would drop those that stand there twice. */
const namesIn = (printed: string): readonly string[] =>
  [...printed.matchAll(/[{,]"(\w+)":/g)].map(([, name]) => `${name}`);

describe.each(expressMajors)('the one record of a failure on $major', ({ express }) => {
  const setUp = (own?: 'same logger' | 'other logger') => {
    const logs = captureLogs();
    const suite = breakwater({ service: 'orders', log: { stream: logs.stream } });
    const app = express();
    const logger = own === 'same logger' ? suite.logger : pino({}, logs.stream);
    if (own) app.use(pinoHttp({ logger, customProps: () => ({ service: 'again' }) }));
    app.use(suite.before);
    app.get('/bug', () => {
      throw new Error('a bug', { cause: new Error('ECONNREFUSED') });
    });
    app.get('/down', () => {
      throw new ServiceUnavailableError('the stock is down');
    });
    app.get('/missing', () => {
      throw new NotFoundError('none');
    });
    app.get('/user', (_req, res) => {
      suite.logger.info({ userId: 'u-2' }, 'served');
      res.end();
    });
    app.use(suite.after);
    return { app, logs };
  };

  it.each(['/bug', '/down'])('is the failure record alone for %s', async (path) => {
    const { app, logs } = setUp();

    await request(app).get(path);

    await logs.waitFor(isAccessLine);
    expect(logs.lines.filter(hasStack).map(({ event, level }) => [event, level])).toEqual([
      ['http.server.request.exception', 'error'],
    ]);
    expect(logs.lines).toHaveLength(2);
  });

  it.each(['same logger', 'other logger'] as const)(
    'is the failure record alone where pino-http is mounted by the app, with the %s',
    async (own) => {
      const { app, logs } = setUp(own);

      await request(app).get('/bug');

      await logs.waitFor(isAccessLine);
      const theirs = await logs.waitFor(({ msg }) => msg === 'request errored');
      expect(logs.lines.filter(hasStack).map(({ event }) => event)).toEqual([
        'http.server.request.exception',
      ]);
      expect(theirs).toMatchObject({ err: { message: 'a bug', code: 'internal-server-error' } });
      expect(logs.lines).toHaveLength(3);
    },
  );

  it('has no stack for a business error', async () => {
    const { app, logs } = setUp();

    await request(app).get('/missing');

    await logs.waitFor(isAccessLine);
    expect(logs.lines.map(({ event, level }) => [event, level])).toEqual([
      ['http.server.request.exception', 'info'],
      ['http.server.request', 'info'],
    ]);
    expect(logs.lines.filter(hasStack)).toEqual([]);
  });

  it('and every other line have each field once', async () => {
    const { app, logs } = setUp();

    for (const path of ['/bug', '/user', '/nowhere']) await request(app).get(path);

    await logs.waitFor(({ path }) => path === '/nowhere');
    for (const line of logs.text.split('\n').filter((each) => each !== '')) {
      const names = namesIn(line.replace(/"err":\{.*\}/, '"err":0'));
      expect(names).toEqual([...new Set(names)]);
    }
  });
});

describe.each(expressMajors)('accessLog and strange requests on $major', ({ express }) => {
  const appOf = (spoil: (req: IncomingMessage, res: ServerResponse) => void, early: boolean) => {
    const logs = captureLogs();
    const suite = breakwater({ service: 'orders', log: { stream: logs.stream } });
    const app = express();
    const middleware = (req: IncomingMessage, res: ServerResponse, next: () => void): void => {
      spoil(req, res);
      next();
    };
    // Mounted twice the context changes nothing.
    if (early) app.use(requestContext(), middleware, suite.before);
    else app.use(suite.before, middleware);
    app.get('/', (req, res) => {
      suite.logger.info({ req, res }, 'served');
      res.end('ok');
    });
    return { app, logs };
  };
  const throws = (object: object, ...names: readonly string[]): void => {
    for (const name of names)
      Object.defineProperty(object, name, {
        configurable: true,
        get: () => {
          throw new Error(`${name} must not be read`);
        },
      });
  };

  it.each<[string, (req: IncomingMessage, res: ServerResponse) => void]>([
    ['res.err throws', (_req, res) => throws(res, 'err')],
    ['res.closed throws', (_req, res) => throws(res, 'closed')],
    [
      'req.method and its paths throw as the line is written',
      (req, res) => {
        res
          .once('finish', () => undefined)
          .prependListener('finish', () => throws(req, 'method', 'url', 'originalUrl', 'headers'));
      },
    ],
    [
      'res.statusCode throws as the line is written',
      (_req, res) => {
        res.prependListener('finish', () => throws(res, 'statusCode'));
      },
    ],
  ])('still writes a line where %s', async (_what, spoil) => {
    const { app, logs } = appOf(spoil, false);

    const answer = await request(app).get('/');

    const line = await logs.waitFor(isAccessLine);
    expect(answer.text).toBe('ok');
    expect(line).toMatchObject({ requestId: answer.get('X-Request-ID'), durationMs: expect.any(Number) });
  });

  it.each<[string, (req: IncomingMessage, res: ServerResponse) => void]>([
    ['req.log throws', (req) => throws(req, 'log')],
    ['req.id throws', (req) => throws(req, 'id')],
    ['req.allLogs throws', (req) => throws(req, 'allLogs')],
  ])('still writes a line where %s from the beginning', async (_what, spoil) => {
    const { app, logs } = appOf(spoil, true);
    const warned: unknown[] = [];
    const { emitWarning } = process;
    process.emitWarning = (warning: unknown) => void warned.push(warning);

    const answer = await Promise.resolve(request(app).get('/')).finally(() => {
      process.emitWarning = emitWarning;
    });

    const line = await logs.waitFor(isAccessLine);
    expect([answer.text, line.status]).toEqual(['ok', 200]);
    expect(warned).toEqual([
      expect.stringMatching(/^accessLog: a request could not be watched \(told once\)/),
    ]);
  });

  it('leaves the headers of a request that is logged as they are', async () => {
    const { app, logs } = appOf(() => undefined, false);
    const seen: unknown[] = [];
    app.get('/later', (req, res) => {
      seen.push({ ...req.headers });
      req.log.info({ req, headers: req.headers }, 'logged');
      seen.push({ ...req.headers });
      res.end();
    });

    await request(app).get('/later').set({ Authorization: 'Bearer s3cret', Cookie: 'a=s3cret' });

    await logs.waitFor(isAccessLine);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]).toMatchObject({ authorization: 'Bearer s3cret', cookie: 'a=s3cret' });
    expect(logs.text).not.toContain('s3cret');
  });
});
