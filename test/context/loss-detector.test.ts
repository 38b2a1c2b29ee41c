import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import request from 'supertest';
import {
  contextOf,
  createRecord,
  preserve,
  rebind,
  requestContext,
  runWithContext,
} from '../../src/context/index.ts';
import { breakwater } from '../../src/index.ts';
import { expressMajors } from '../support/express.ts';
import { outside } from './outside.ts';

type Next = (error?: unknown) => void;

interface Layer {
  readonly handle: (...args: unknown[]) => unknown;
}

/** The texts of the warnings that `work` brings about. */
const warningsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  const { emitWarning } = process;
  const warnings: string[] = [];
  process.emitWarning = (text: unknown, options?: unknown) => {
    warnings.push(`${JSON.stringify(options)} ${String(text)}`);
  };
  try {
    await work();
  } finally {
    process.emitWarning = emitWarning;
  }
  return warnings;
};

const told = (who: string, mend: string, instead = 'without any'): string =>
  `{"code":"BREAKWATER_CONTEXT_LOST"} The context of a request was lost by ${who}: what follows runs ${instead} (told once). ${mend}`;

const MEND_ANONYMOUS = 'Wrap it, preserve(middleware), or mount rebind() right behind it';
const MEND_UPLOAD = 'Wrap it, preserve(upload), or mount rebind() right behind it';

/** Gets each path in turn. */
const visit = async (app: RequestListener, ...paths: readonly string[]): Promise<void> => {
  for (const path of paths) await request(app).get(path);
};

describe.each(expressMajors)('the loss detector on $major', ({ express }) => {
  const call = outside();
  const loser = () =>
    function upload(_req: unknown, _res: unknown, next: Next): void {
      call(() => next());
    };
  const end = (_req: unknown, res: ServerResponse): void => void res.end();

  const appWith = (setUp: (app: Express) => void): Express => {
    const app = express();
    app.use(requestContext({ detectLoss: true }));
    setUp(app);
    app.use(end);
    return app;
  };

  it('names a middleware once, with its place and the mend', async () => {
    const app = appWith((it) => it.use('/photos', loser()));

    const warnings = await warningsOf(() => visit(app, '/photos', '/photos', '/photos'));

    expect(warnings).toEqual([told('the middleware "upload" of "/photos"', MEND_UPLOAD)]);
  });

  it('names one without a name by its position', async () => {
    const app = appWith((it) => it.use((_req, _res, next) => call(() => next())));

    const warnings = await warningsOf(() => visit(app, '/'));

    expect(warnings).toEqual([told('the anonymous middleware at position 2 of "/"', MEND_ANONYMOUS)]);
  });

  it("tells where the context is another request's", async () => {
    const other = createRecord();
    const app = appWith((it) =>
      it.use(function upload(_req, _res, next) {
        runWithContext(other, () => next());
      }),
    );

    const warnings = await warningsOf(() => visit(app, '/'));

    expect(warnings).toEqual([told('the middleware "upload" of "/"', MEND_UPLOAD, "in another request's")]);
  });

  it.each<[string, (app: Express, lost: ReturnType<typeof loser>) => void, string]>([
    [
      'a router in a router',
      (app, lost) => {
        const [inner, outer] = [express.Router(), express.Router()];
        inner.use('/c', lost);
        outer.use('/:b', inner);
        app.use('/a', outer);
      },
      '/a/:b/c',
    ],
    [
      'a mounted app',
      (app, lost) => {
        const inner = express();
        inner.use('/c', lost);
        app.use('/a/b', inner);
      },
      '/a/b/c',
    ],
    ['a route', (app, lost) => app.get('/a/:b/c', lost, end), '/a/:b/c'],
    [
      'a route for all methods of a router',
      (app, lost) => {
        const router = express.Router();
        router.route('/:b/c').all(lost, end);
        app.use('/a', router);
      },
      '/a/:b/c',
    ],
  ])('finds the loser in %s, without what stands in place of parameters', async (_what, setUp, place) => {
    const app = appWith((it) => setUp(it, loser()));

    const warnings = await warningsOf(() => visit(app, '/a/b/c', '/a/secret/c', '/a/b/c'));

    expect(warnings).toEqual([told(`the middleware "upload" of "${place}"`, MEND_UPLOAD)]);
  });

  it('finds those without a name by position in routers and routes', async () => {
    const lost = () => (_req: unknown, _res: unknown, next: Next) => call(() => next());
    const app = appWith((it) => {
      const router = express.Router();
      router.use((_req, _res, next) => next(), lost());
      it.use('/a', router, rebind());
      it.get(
        '/a',
        (_req, _res, next) => next(),
        (_req, _res, next) => next(),
        lost(),
        end,
      );
    });

    const warnings = await warningsOf(() => visit(app, '/a'));

    expect(warnings).toEqual([
      told('the anonymous middleware at position 2 of "/a"', MEND_ANONYMOUS),
      told('the anonymous middleware at position 3 of "/a"', MEND_ANONYMOUS),
    ]);
  });

  it('finds a loser that was added after the first request', async () => {
    const app = express();
    app.use(requestContext({ detectLoss: true }));
    const router = express.Router();
    app.use(router);

    const before = await warningsOf(() => visit(app, '/'));
    router.use(loser(), end);
    const after = await warningsOf(() => visit(app, '/'));

    expect([before, after.length]).toEqual([[], 1]);
  });

  it('finds error middleware, callbacks of app.param(), and who goes on by req.next()', async () => {
    const app = appWith((it) => {
      it.param('id', (_req, _res, next) => call(() => next()));
      it.get('/param/:id', end);
      it.use('/byRequest', function byRequest(req, _res, _next) {
        call(() => req.next?.());
      });
      it.use('/error', (_req, _res, next) => next('an error'));
      it.use('/error', function onError(_error: unknown, _req: unknown, _res: unknown, next: Next) {
        call(() => next());
      });
    });

    const warnings = await warningsOf(() => visit(app, '/param/7', '/byRequest', '/error'));

    expect(warnings).toEqual([
      told('a callback of app.param() or router.param()', 'Wrap it, preserve(callback)'),
      expect.stringContaining('the middleware "byRequest" of "/byRequest"'),
      expect.stringContaining('the middleware "onError" of "/error"'),
    ]);
  });

  it('tells of each of two losers if the context was mended between', async () => {
    const app = appWith((it) => it.use('/a', loser(), rebind(), loser(), loser()));

    const warnings = await warningsOf(() => visit(app, '/a'));

    expect(warnings).toHaveLength(2);
  });

  it('says nothing where nothing is lost', async () => {
    const app = appWith((it) => {
      it.use(preserve(loser()), express.json());
      it.use(async (_req: unknown, _res: unknown, next: Next) => {
        await null;
        next();
      });
      // A copy of the record, with more in it.
      it.use((req, _res, next) => runWithContext({ ...createRecord(), ...contextOf(req) }, () => next()));
      it.get('/', (_req, _res, next) => next('route'), end);
      it.get('/error', (_req, _res, next) => next(new Error('on purpose')));
      it.use((_error: unknown, _req: unknown, res: ServerResponse, _next: Next) => void res.end());
    });

    const warnings = await warningsOf(() => visit(app, '/', '/error', '/missing'));

    expect(warnings).toEqual([]);
  });

  it('is silent where it is not asked for', async () => {
    const app = express();
    app.use(requestContext(), loser(), end);

    const warnings = await warningsOf(() => visit(app, '/'));

    expect(warnings).toEqual([]);
  });

  it('changes no layer, name, number of parameters, error or result', async () => {
    const handlers = [
      requestContext({ detectLoss: true }),
      loser(),
      express.Router(),
      function fails(): never {
        throw new RangeError('as it is');
      },
      function onError(error: Error, _req: IncomingMessage, res: ServerResponse, _next: Next): void {
        res.end(error.message);
      },
    ];
    const app = express();
    // Each is one of the kinds that Express takes.
    app.use(...(handlers as RequestHandler[]));
    const answers: string[] = [];

    await warningsOf(async () => {
      for (let sent = 0; sent < 2; sent += 1) answers.push((await request(app).get('/')).text);
    });

    // Each major keeps its stack under a name of its own.
    const { stack } = (Reflect.get(app, '_router') ?? Reflect.get(app, 'router')) as { stack: Layer[] };
    const layers = stack.slice(-handlers.length);
    expect(answers).toEqual(['as it is', 'as it is']);
    expect(layers.map(({ handle }) => handle)).toEqual(handlers);
    expect(layers.map(({ handle }) => [handle.name, handle.length])).toEqual([
      ['requestContext', 3],
      ['upload', 3],
      ['router', 3],
      ['fails', 0],
      ['onError', 4],
    ]);
  });

  it('lets an app of breakwater() switch it on', async () => {
    const { before, after } = breakwater({
      service: 'photos',
      logger: { level: 'silent' },
      context: { detectLoss: true },
    });
    const app = express();
    app.use(before, loser(), end, after);

    const warnings = await warningsOf(() => visit(app, '/'));

    expect(warnings).toHaveLength(1);
  });
});
