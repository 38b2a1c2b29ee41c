import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import request from 'supertest';
import { NotFoundError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { asyncHandler, notFound, problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';

type AsyncParam = (req: Request, res: Response, next: NextFunction, value: string, name: string) => unknown;

describe.each(expressMajors)('asyncHandler on $major', ({ express }) => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const createApp = (guard: RequestHandler) => {
    const app = express();
    app.get('/', guard, (_req, res) => {
      res.send('protected');
    });
    app.use(problemHandler({ events: createEventHub() }));
    return app;
  };

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
    ['0', 0],
    ['false', false],
    ['route', 'route'],
    ['router', 'router'],
  ])('opens no route when %s is thrown', async (_what, thrown) => {
    const guard = asyncHandler(() => {
      throw thrown;
    });

    const answer = await request(createApp(guard)).get('/');

    expect(answer.status).toBe(500);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
    ['0', 0],
    ['false', false],
    ['route', 'route'],
    ['router', 'router'],
  ])('opens no route on a rejection with %s', async (_what, reason) => {
    const answer = await request(createApp(asyncHandler(() => Promise.reject(reason)))).get('/');

    expect(answer.status).toBe(500);
  });

  it('passes a rejection on as it is', async () => {
    const guard = asyncHandler(async () => {
      throw new NotFoundError('No such order');
    });

    const answer = await request(createApp(guard)).get('/');

    expect(answer.body).toMatchObject({ status: 404, detail: 'No such order' });
  });

  it('lets a handler that throws nothing do its work', async () => {
    const guard = asyncHandler(async (_req: Request, _res: Response, next: NextFunction) => next());

    const answer = await request(createApp(guard)).get('/');

    expect(answer.text).toBe('protected');
  });

  it('lets a handler skip to the next route, as without it', async () => {
    const guard = asyncHandler(async (_req: Request, _res: Response, next: NextFunction) => next('route'));

    const answer = await request(createApp(guard)).get('/');

    expect(answer.status).toBe(404);
  });

  it('makes an error of what an error middleware throws that is none', async () => {
    const app = express();
    app.get('/', () => {
      throw new NotFoundError();
    });
    app.use(
      asyncHandler((_error: unknown, _req: Request, _res: Response, _next: NextFunction) => {
        throw undefined;
      }),
    );
    app.use(problemHandler({ events: createEventHub() }));

    const answer = await request(app).get('/');

    expect(answer.status).toBe(500);
  });

  it.each<[string, AsyncParam]>([
    [
      'rejects',
      async () => {
        throw new NotFoundError('No such order');
      },
    ],
    [
      'throws',
      () => {
        throw new NotFoundError('No such order');
      },
    ],
    ['names all its parameters', async (_req, _res, next, id, name) => next(new NotFoundError(name + id))],
  ])('wraps a callback of app.param() that %s', async (_what, callback) => {
    const app = express();
    app.param('id', asyncHandler(callback));
    app.get('/:id', (_req, res) => void res.send('protected'));
    app.use(problemHandler({ events: createEventHub() }));

    const answer = await request(app).get('/7');

    expect(answer.status).toBe(404);
    expect(['No such order', 'id7']).toContain(answer.body.detail);
  });

  it('lets a callback of app.param() do its work, with the value and name as Express gives them', async () => {
    const seen: unknown[] = [];
    const app = express();
    app.param(
      'id',
      asyncHandler<AsyncParam>(async (_req, _res, next, id, name) => {
        seen.push(id, name);
        next();
      }),
    );
    app.get('/:id', (_req, res) => void res.send('protected'));

    const answer = await request(app).get('/7');

    expect(answer.text).toBe('protected');
    expect(seen).toEqual(['7', 'id']);
  });

  it.each<[string, RequestHandler]>([
    [
      'throws after next()',
      async (_req, _res, next) => {
        next();
        throw new Error('password=hunter2');
      },
    ],
    [
      'throws after next(error)',
      async (_req, _res, next) => {
        next(new NotFoundError());
        throw new Error('password=hunter2');
      },
    ],
    [
      'hands two errors to next',
      (_req, _res, next) => {
        next(new NotFoundError());
        next(new Error('password=hunter2'));
      },
    ],
  ])('keeps the answer and the connection of a handler that %s, and warns once', async (_what, handler) => {
    const warnings = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const logged = jest.spyOn(console, 'error').mockReturnValue(undefined);
    const app = express();
    // In a test Express's own final handler says nothing.
    app.set('env', 'production');
    app.get('/', asyncHandler(handler));
    app.use(notFound());
    app.use(problemHandler({ events: createEventHub() }));
    const served = await serve(app);

    const get = 'GET / HTTP/1.1\r\nHost: x\r\n';
    const answers = await exchange(served.port, `${get}\r\n${get}Connection: close\r\n\r\n`);
    await served.close();

    expect(answers.match(/HTTP\/1\.1 404 Not Found/g)).toHaveLength(2);
    expect(logged).not.toHaveBeenCalled();
    expect(warnings.mock.calls.map(([warning]) => warning)).toEqual([
      'asyncHandler: an error after next() was called was not answered (told once): "password=[Redacted]"',
    ]);
  });

  it('lets next be called again without an error, to no effect', async () => {
    let runs = 0;
    const app = express();
    app.get(
      '/',
      asyncHandler((_req: Request, _res: Response, next: NextFunction) => {
        next();
        next('route');
      }),
    );
    app.use((_req, res) => {
      runs += 1;
      res.end();
    });

    await request(app).get('/');

    expect(runs).toBe(1);
  });

  it('leaves a function that is thrown as an error to error handlers', async () => {
    const app = express();
    app.get('/', (_req, _res, next) => next(() => undefined));
    app.use(
      asyncHandler(async (error: unknown, _req: Request, _res: Response, _next: NextFunction) => {
        throw new NotFoundError(typeof error);
      }),
    );
    app.use(problemHandler({ events: createEventHub() }));

    const answer = await request(app).get('/');

    expect(answer.body).toMatchObject({ status: 404, detail: 'function' });
  });

  it('wraps an error middleware too', async () => {
    const app = express();
    app.get('/', () => {
      throw new Error('bug');
    });
    app.use(
      asyncHandler(async (_error: unknown, _req: Request, _res: Response, _next: NextFunction) => {
        throw new NotFoundError('Instead');
      }),
    );
    app.use(problemHandler({ events: createEventHub() }));

    const answer = await request(app).get('/');

    expect(answer.body).toMatchObject({ status: 404, detail: 'Instead' });
  });
});

describe('asyncHandler', () => {
  it('keeps the type of the handler', () => {
    const handler = async (req: Request<{ id: string }>, _res: Response) => req.params.id;

    expectTypeOf(asyncHandler(handler)).toEqualTypeOf(handler);
    expect.assertions(0);
  });

  it('keeps this, the name, and how many parameters Express sees', () => {
    const orders = {
      name: 'orders',
      show: asyncHandler(function show(this: { name: string }, _req: unknown) {
        return this.name;
      }),
    };
    const onError = asyncHandler(
      (_error: unknown, _req: unknown, _res: unknown, _next: unknown) => undefined,
    );

    expect(orders.show(undefined)).toBe('orders');
    expect([orders.show.name, onError.name]).toEqual(['show', '']);
    expect([orders.show.length, onError.length]).toEqual([3, 4]);
  });

  it('hands on what a handler throws that is called without next', () => {
    const handler = asyncHandler((_req: unknown) => {
      throw new NotFoundError('No such order');
    });

    expect(() => handler(undefined)).toThrow('No such order');
  });

  it('refuses what is no function', () => {
    // What only a JavaScript caller can write.
    expect(() => asyncHandler('x' as unknown as () => void)).toThrow(
      new TypeError('asyncHandler: the handler must be a function, but was "x"'),
    );
  });
});
