import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import request from 'supertest';
import { NotFoundError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { asyncHandler, problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';

describe.each(expressMajors)('asyncHandler on $major', ({ express }) => {
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

  it('keeps this, and how many parameters Express sees', () => {
    const orders = {
      name: 'orders',
      show: asyncHandler(function (this: { name: string }, _req: unknown) {
        return this.name;
      }),
    };
    const onError = asyncHandler(
      (_error: unknown, _req: unknown, _res: unknown, _next: unknown) => undefined,
    );

    expect(orders.show(undefined)).toBe('orders');
    expect([orders.show.length, onError.length]).toEqual([3, 4]);
  });

  it('refuses what is no function', () => {
    // What only a JavaScript caller can write.
    expect(() => asyncHandler('x' as unknown as () => void)).toThrow(
      new TypeError('asyncHandler: the handler must be a function, but was "x"'),
    );
  });
});
