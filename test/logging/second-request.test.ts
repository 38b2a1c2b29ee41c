import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Express, Request, Response } from 'express';
import request from 'supertest';
import { requestContext } from '../../src/context/index.ts';
import { accessLog, createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const isAccessLine = ({ event }: Readonly<Record<string, unknown>>): boolean =>
  event === 'http.server.request';

// From the second request on an app has what watches them on its own prototypes.
describe.each(expressMajors)('the second request of an app on $major', ({ express }) => {
  const appOf = (mount: (app: Express, log: ReturnType<typeof accessLog>) => void) => {
    const logs = captureLogs();
    const app = express();
    mount(app, accessLog({ logger: createLogger({ stream: logs.stream }) }));
    return { app, logs };
  };

  /** Asks twice, and gives the second answer and the lines of both. */
  const askTwice = async (
    { app, logs }: ReturnType<typeof appOf>,
    path: string,
  ): Promise<readonly [request.Response, readonly Readonly<Record<string, unknown>>[]]> => {
    await request(app).get(path);
    const answer = await request(app).get(path);
    await logs.waitFor(() => logs.lines.filter(isAccessLine).length === 2);
    return [answer, logs.lines.filter(isAccessLine)];
  };

  it('has the same line as the first', async () => {
    const made = appOf((app, log) => {
      const router = express.Router();
      router.get('/:item', (_req, res) => void res.send('ok'));
      app.use(requestContext(), log);
      app.use('/orders/:order', router);
    });

    const [, lines] = await askTwice(made, '/orders/7/3');

    expect(lines.map(({ route, bytes, status }) => [route, bytes, status])).toEqual([
      ['/orders/:order/:item', 2, 200],
      ['/orders/:order/:item', 2, 200],
    ]);
  });

  it('shows what Express writes as members of its own, and nothing else', async () => {
    const names = (req: Request): unknown => ({
      own: ['baseUrl', 'params', 'route'].map((name) => Object.hasOwn(req, name)),
      copied: { ...req }.params,
      symbols: Object.getOwnPropertySymbols({ ...req }).filter(({ description }) =>
        description?.startsWith('express-breakwater'),
      ),
    });
    const made = appOf((app, log) => {
      app.use(log);
      app.get('/orders/:order', (req, res) => void res.json(names(req)));
    });

    const [answer] = await askTwice(made, '/orders/7');

    expect(answer.body).toEqual({ own: [true, true, true], copied: { order: '7' }, symbols: [] });
  });

  it('is as it was where another middleware answers it first', async () => {
    const made = appOf((app, log) => {
      app.get('/early/:id', (req, res) => void res.json([req.params, req.baseUrl]));
      app.use(log);
      app.get('/late', (_req, res) => void res.send('ok'));
    });
    await askTwice(made, '/late');

    const answer = await request(made.app).get('/early/7');

    expect(answer.body).toEqual([{ id: '7' }, '']);
  });

  it('keeps its base where an app that is called as a function takes it over', async () => {
    const other = express();
    other.get('/things/:id', (req, res) => void res.json([req.baseUrl, req.params]));
    const made = appOf((app, log) => {
      app.use(log);
      app.use('/other', (req, res, next) => other(req, res, next));
    });

    const [answer, [, line]] = await askTwice(made, '/other/things/7');

    expect(answer.body).toEqual(['/other', { id: '7' }]);
    expect(line?.route).toBe('/other/things/:id');
  });

  it.each([
    ['before', 4],
    ['behind', 2],
  ])('has as bytes what is handed on by a transformation that stands %s it: %i', async (where, bytes) => {
    const halve = (_req: IncomingMessage, res: ServerResponse, next: () => void): void => {
      const { end } = res;
      res.end = (chunk: unknown) => Reflect.apply(end, res, [String(chunk).slice(2)]);
      next();
    };
    const made = appOf((app, log) => {
      app.use(...(where === 'before' ? [halve, log] : [log, halve]));
      app.get('/', (_req: Request, res: Response) => {
        res.end('abcd');
      });
    });

    const [answer, lines] = await askTwice(made, '/');

    expect(answer.text).toBe('cd');
    expect(lines.map((line) => line.bytes)).toEqual([bytes, bytes]);
  });

  it('counts what an app sends through a method that it puts on its own prototype later', async () => {
    const made = appOf((app, log) => {
      app.use(log);
      app.get('/', (_req, res) => {
        res.end('abcd');
      });
    });
    await request(made.app).get('/');
    const { end } = made.app.response;
    made.app.response.end = function (this: ServerResponse, ...args: unknown[]) {
      return Reflect.apply(end, this, args);
    } as typeof end;

    await request(made.app).get('/');

    await made.logs.waitFor(() => made.logs.lines.filter(isAccessLine).length === 2);
    expect(made.logs.lines.map((line) => line.bytes)).toEqual([4, 4]);
  });
});
