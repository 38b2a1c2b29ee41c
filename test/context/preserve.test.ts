import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { contextOf, preserve, rebind, requestContext, tryGetContext } from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { serve } from '../support/sockets.ts';
import { outside } from './outside.ts';

type Next = (error?: unknown) => void;
type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** A pool of one connection with callbacks: who releases it runs the next one in line. */
const createPool = () => {
  const line: (() => void)[] = [];
  let busy = false;
  return {
    get waiting() {
      return line.length;
    },
    acquire: (use: () => void): void => {
      if (busy) line.push(use);
      else {
        busy = true;
        use();
      }
    },
    release: (): void => {
      const use = line.shift();
      if (use === undefined) busy = false;
      else use();
    },
  };
};

describe.each(expressMajors)('a pool of one connection on $major', ({ express }) => {
  /** Three requests at once; whose context each handler saw. */
  const seenWith = async (
    wrap: (acquire: Middleware) => Middleware,
    ...behind: Middleware[]
  ): Promise<readonly unknown[]> => {
    const pool = createPool();
    const seen: unknown[] = [];
    const held: (() => void)[] = [];
    let allWait = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      allWait = resolve;
    });
    const app = express();
    app.use(requestContext());
    app.use(
      wrap((_req, _res, next) => {
        pool.acquire(() => next());
        if (pool.waiting === 2) allWait();
      }),
      ...behind,
    );
    app.get('/:name', (req, res) => {
      seen.push([req.params.name, tryGetContext()?.requestId]);
      const finish = (): void => {
        pool.release();
        res.end();
      };
      // The first holds the connection until the two others stand in line.
      if (seen.length === 1) held.push(AsyncResource.bind(finish));
      else finish();
    });
    const served = await serve(app);
    const answers = ['a', 'b', 'c'].map((name) =>
      request(served.url).get(`/${name}`).set('X-Request-ID', name).then(),
    );
    await waiting;
    for (const finish of held) finish();
    await Promise.all(answers);
    await served.close();
    return seen.toSorted();
  };

  it('runs the second and the third handler in the context of the first', async () => {
    const seen = await seenWith((acquire) => acquire);

    expect(new Set(seen.map((each) => Array.isArray(each) && each[1])).size).toBe(1);
  });

  it('runs each in its own behind preserve()', async () => {
    const seen = await seenWith(preserve);

    expect(seen).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
  });

  it('runs each in its own behind rebind()', async () => {
    const seen = await seenWith((acquire) => acquire, rebind());

    expect(seen).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
  });
});

describe.each(expressMajors)('preserve on $major', ({ express }) => {
  const appWith = (setUp: (app: Express) => void): Express => {
    const app = express();
    app.use(requestContext());
    setUp(app);
    app.use((req, res) => {
      res.json([tryGetContext() === contextOf(req), 'handler']);
    });
    app.use((error: unknown, req: IncomingMessage, res: ServerResponse, _next: Next) => {
      res.end(JSON.stringify([tryGetContext() === contextOf(req), error]));
    });
    return app;
  };

  it.each<[string, unknown]>([
    ['an error', 'an error'],
    ['nothing', undefined],
  ])('hands on %s', async (_what, error) => {
    const call = outside();
    const lost: Middleware = (_req, _res, next) => call(() => next(error));

    const answer = await request(appWith((app) => app.use(preserve(lost)))).get('/');

    expect(JSON.parse(answer.text)).toEqual([true, error ?? 'handler']);
  });

  it.each(['route', 'router'])('lets next(%p) skip what it skips', async (skip) => {
    const call = outside();
    const seen: string[] = [];
    const app = appWith((it) => {
      const router = express.Router();
      router.get(
        '/',
        preserve((_req: unknown, _res: unknown, next: Next) => call(() => next(skip))),
        (_req: unknown, _res: unknown, next: Next) => {
          seen.push('rest of the route');
          next();
        },
      );
      router.get('/', (_req, _res, next) => {
        seen.push('rest of the router');
        next();
      });
      it.use(router);
    });

    const answer = await request(app).get('/');

    expect(answer.body).toEqual([true, 'handler']);
    expect(seen).toEqual(skip === 'route' ? ['rest of the router'] : []);
  });

  it('works around error middleware, routers and callbacks of app.param()', async () => {
    const call = outside();
    const seen: unknown[] = [];
    const note = (req: object): void => void seen.push(tryGetContext() === contextOf(req));
    const lost: Middleware = (_req, _res, next) => call(() => next());
    const app = appWith((it) => {
      it.param(
        'id',
        preserve((_req: object, _res: object, next: Next, _id: unknown, _name: string) => call(() => next())),
      );
      const router = express.Router();
      router.use(lost);
      it.get('/:id', (req, _res, next) => {
        note(req);
        next();
      });
      it.use(preserve(router));
      it.use((req, _res, next) => {
        note(req);
        next(new Error('on the way'));
      });
      it.use(
        preserve((error: unknown, _req: object, _res: object, next: Next) => call(() => next(String(error)))),
      );
    });

    const answer = await request(app).get('/7');

    expect(JSON.parse(answer.text)).toEqual([true, 'Error: on the way']);
    expect(seen).toEqual([true, true]);
  });

  it('refuses an app, which would go on as it did, and says what to do', () => {
    expect(() => preserve(express())).toThrow(
      /^preserve: an app hands its own next on.*; preserve the middleware inside it/,
    );
    expect(() => preserve(express.Router())).not.toThrow();
  });

  it('keeps what other libraries have in an AsyncLocalStorage, and mends what was lost before', async () => {
    const theirs = new AsyncLocalStorage<string>();
    const call = outside();
    const seen: unknown[] = [];
    const lost: Middleware = (req, _res, next) => {
      seen.push(tryGetContext() === contextOf(req));
      call(() => next());
    };
    const app = express();
    app.use(requestContext(), (_req, _res, next) => theirs.run('kept', () => next()));
    app.use(preserve(lost));
    app.get('/theirs', (_req, res) => res.json(theirs.getStore()));
    app.use(lost, preserve(lost), (req, res) => {
      res.json(tryGetContext() === contextOf(req));
    });

    const kept = await request(app).get('/theirs');
    const mended = await request(app).get('/');

    expect([kept.body, mended.body]).toEqual(['kept', true]);
    expect(seen).toEqual([true, true, true, true]);
  });
});

describe('preserve', () => {
  it('keeps name, number of parameters and properties', () => {
    const named = function upload(_error: Error, _req: object, _res: object, _next: Next): void {};
    const upload = Object.assign(named, { stack: [1] });

    const preserved = preserve(upload);

    expect([preserved.name, preserved.length, preserved.stack]).toEqual(['upload', 4, [1]]);
  });

  it('hands on this, result and what is thrown, also where there is no next and no context', () => {
    const self = { name: 'self' };
    const given = preserve(function (this: unknown, ...args: unknown[]) {
      return [this, args];
    });
    const failing = preserve((_req: object, _res: object, _next: Next) => {
      throw new RangeError('as it is');
    });

    expect(given.call(self, 1)).toEqual([self, [1]]);
    expect(() => failing({}, {}, () => undefined)).toThrow(RangeError);
  });

  it('refuses what is no function', () => {
    // @ts-expect-error wrong on purpose
    expect(() => preserve({})).toThrow(
      new TypeError('preserve: the middleware must be a function, but was an object'),
    );
  });
});

describe('rebind', () => {
  it('passes through where there is no context', async () => {
    const app = expressMajors[1].express();
    app.use(rebind(), (_req, res) => {
      res.json(tryGetContext() ?? 'none');
    });

    const answer = await request(app).get('/');

    expect(answer.body).toBe('none');
  });
});
