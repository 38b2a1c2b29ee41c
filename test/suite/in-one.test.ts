import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { Handler } from '../../src/problem/index.ts';
import { inOne } from '../../src/suite/in-one.ts';
import { expressMajors } from '../support/express.ts';

describe.each(expressMajors)('several middlewares as one on $major', ({ express }) => {
  /** What ran, and the error that came out, for middlewares mounted one by one or as one. */
  const ran = async (mount: (...handlers: Handler[]) => Handler[], ...handlers: Handler[]) => {
    const seen: unknown[] = [];
    const app = express();
    const noting = handlers.map(
      (handler, index): Handler =>
        (req, res, next) => {
          seen.push(index);
          handler(req, res, next);
        },
    );
    app.use(...mount(...noting));
    app.use((_req: IncomingMessage, res: ServerResponse) => {
      res.end('served');
    });
    app.use((error: unknown, _req: unknown, res: ServerResponse, _next: unknown) => {
      seen.push(error);
      res.end('failed');
    });
    const { text } = await request(app).get('/').buffer();
    return [...seen, text];
  };

  const failure = new Error('mine');
  const passes: Handler = (_req, _res, next) => next();
  const fails: Handler = (_req, _res, next) => next(failure);
  const later: Handler = (_req, _res, next) => setImmediate(next);
  const throws: Handler = () => {
    throw failure;
  };
  const ends: Handler = (_req, res) => res.end('ended');
  const leaves: Handler = (_req, _res, next) => next('router');
  const leavesRoute: Handler = (_req, _res, next) => next('route');
  const throwsNothing: Handler = () => {
    throw undefined;
  };

  it.each<[string, Handler[]]>([
    ['all go on', [passes, later, passes]],
    ['one hands on an error', [passes, fails, passes]],
    ['one throws', [passes, throws, passes]],
    ['one throws, later', [later, throws, passes]],
    ['one answers', [passes, ends, passes]],
    ['one leaves the router', [leaves, passes]],
    ['one leaves a route that there is none', [leavesRoute, passes]],
    ['the last one leaves a route', [passes, leavesRoute]],
    ['one throws nothing', [throwsNothing, passes]],
  ])('does what they do one by one where %s', async (_what, handlers) => {
    const apart = await ran((...each) => each, ...handlers);

    const together = await ran((...each) => [inOne(...each)], ...handlers);

    expect(together).toEqual(apart);
  });
});
