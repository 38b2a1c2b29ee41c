import { describe, expect, it } from '@jest/globals';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { breakwater } from '../../src/index.ts';
import { doctor, notFound, problemHandler } from '../../src/problem/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const done: RequestHandler = (_req, res) => {
  res.end();
};

const refuse = (): never => {
  throw new Error('s3cret');
};

const pass: RequestHandler = (_req, _res, next) => next();
const ownHandler: ErrorRequestHandler = (error, _req, _res, next) => next(error);

describe.each(expressMajors)('doctor on $major', ({ major, express }) => {
  const everything = major === 'Express 4' ? '*' : '/{*all}';

  it('finds nothing in an app that is well', () => {
    const { before, after } = breakwater({ service: 'x', log: { stream: captureLogs().stream } });
    const app = express();
    app.use(before);
    app.use('/api', express.Router().get('/x', done));
    app.get('/', done);
    app.use((error: unknown, _req: unknown, _res: unknown, next: (error: unknown) => void) => next(error));
    app.use(after);

    const findings = doctor(app);

    expect(findings).toEqual([]);
    expect(Object.isFrozen(findings)).toBe(true);
  });

  it('finds that there is no problemHandler', () => {
    const app = express();
    app.get('/', done);

    expect(doctor(app)).toEqual([expect.stringMatching(/^No problemHandler\(\) is mounted/)]);
    expect(doctor(express())).toHaveLength(1);
  });

  it.each<[string, (app: ReturnType<typeof express>) => unknown]>([
    ['a route', (app) => app.get('/', done)],
    ['a router', (app) => app.use(express.Router().get('/', done))],
    ['an app', (app) => app.use('/inner', express())],
    ['an app in a router', (app) => app.use(express.Router().use(express()))],
    ['static files', (app) => app.use(express.static('.'))],
  ])('finds what stands before %s', (_what, mount) => {
    const app = express();
    app.use(notFound());
    app.use(problemHandler());
    mount(app);

    expect(doctor(app)).toEqual([
      expect.stringMatching(/^problemHandler\(\) stands before 1 routes or routers/),
      expect.stringMatching(/^notFound\(\) stands before 1 routes or routers/),
    ]);
  });

  it.each<[string, RegExp, (app: ReturnType<typeof express>) => unknown]>([
    [
      'a problemHandler before notFound',
      /^notFound\(\) stands behind problemHandler\(\)/,
      (app) => app.get('/', done).use(problemHandler(), notFound()),
    ],
    [
      'that there is no notFound',
      /^No notFound\(\) is mounted/,
      (app) => app.use(pass).get('/', done).use(problemHandler()),
    ],
    [
      'a problemHandler for one path only',
      /^problemHandler\(\) is mounted under a path/,
      (app) => app.get('/', done).use(notFound()).use('/api', problemHandler()),
    ],
    [
      'a problemHandler for one parameter only',
      /^problemHandler\(\) is mounted under a path/,
      (app) => app.get('/', done).use(notFound()).use('/:tenant', problemHandler()),
    ],
    [
      'a notFound for some paths only',
      /^notFound\(\) is mounted under a path/,
      (app) => app.get('/', done).use(['/api', '/v1'], notFound()).use(problemHandler()),
    ],
    [
      'two problemHandlers',
      /^Another problemHandler\(\) stands before the last/,
      (app) => app.get('/', done).use(notFound(), problemHandler()).use('/api', problemHandler()),
    ],
    [
      'an error handler of the app before all routes',
      /^An error handler of the app stands before all of its 2 routes or routers/,
      (app) => app.use(pass, ownHandler).get('/', done).get('/x', done).use(notFound(), problemHandler()),
    ],
  ])('finds %s', (_what, text, mount) => {
    const app = express();
    mount(app);

    expect(doctor(app)).toEqual([expect.stringMatching(text)]);
  });

  it.each<[string, (app: ReturnType<typeof express>) => unknown]>([
    [
      'a middleware of its own for what no route takes',
      (app) => app.get('/', done).use(pass, problemHandler()),
    ],
    [
      'an error handler of its own behind some routes',
      (app) => app.get('/', done).use(ownHandler).get('/x', done).use(notFound(), problemHandler()),
    ],
    [
      'a problemHandler for one path before that for all',
      (app) => app.use('/api', problemHandler()).use(notFound(), problemHandler()),
    ],
    [
      'both for every path by a wildcard',
      (app) => app.get('/', done).use(everything, notFound()).use(everything, problemHandler()),
    ],
  ])('finds nothing in an app that has %s', (_what, mount) => {
    const app = express();
    mount(app);

    expect(doctor(app)).toEqual([]);
  });

  it('leaves the layers that it reads as they are', () => {
    const app = express();
    app.use('/:tenant', notFound());
    app.use(problemHandler());
    // Express 4 keeps its router under another name, which no types tell.
    const { stack } = Reflect.get(app, major === 'Express 4' ? '_router' : 'router') as { stack: object[] };
    const before = stack.map((layer) => ({ ...layer }));

    doctor(app);

    expect(stack.map((layer) => ({ ...layer }))).toEqual(before);
  });

  // Express takes any function, whatever its types say.
  const mounted = (handler: unknown) => express.Router().use(handler as RequestHandler);

  it.each<[string, unknown, string]>([
    [
      'a name',
      function handleError(_thrown: unknown, _req: unknown, _res: unknown) {},
      'The error handler "handleError" has 3 parameters',
    ],
    [
      'a name, before rest parameters',
      function apiErrorHandler(...args: unknown[]) {
        return args;
      },
      'The error handler "apiErrorHandler" has 0 parameters',
    ],
    [
      'a first parameter',
      [(err: unknown, _req: unknown, _res: unknown) => err][0],
      'An error handler without a name has 3 parameters',
    ],
    [
      'a first parameter, of async functions',
      [async (_error: unknown, _req: unknown) => 1][0],
      'An error handler without a name has 2 parameters',
    ],
    [
      'a first parameter alone',
      [(err: unknown) => err][0],
      'An error handler without a name has 1 parameter.',
    ],
    [
      'a first parameter, before a default',
      [(error: unknown, _req: unknown, _res: unknown, _next: unknown = done) => error][0],
      'An error handler without a name has 3 parameters',
    ],
    [
      'a short first parameter before the request',
      [(e: unknown, _req: unknown, _res: unknown) => e][0],
      'An error handler without a name has 3 parameters',
    ],
  ])(
    'finds error handlers that Express does not know for such, also in routers, by %s',
    (_what, handler, text) => {
      const app = express();
      app.use(mounted(handler));
      app.use(notFound(), problemHandler());

      expect(doctor(app)).toEqual([expect.stringContaining(text)]);
    },
  );

  it.each<[string, unknown]>([
    [
      'is called err',
      function err(_q: unknown, _r: unknown, next: () => void) {
        next();
      },
    ],
    [
      'is a method called error',
      {
        error(_q: unknown, _r: unknown, next: () => void) {
          next();
        },
      }.error,
    ],
    [
      'is named as if it handled errors',
      function errorHandler(_req: unknown, _res: unknown, next: () => void) {
        next();
      },
    ],
    ['is minified', [(e: unknown, t: unknown, n: () => void) => [e, t, n()]][0]],
    ['has no parameters', [() => undefined][0]],
    ['takes its first parameter apart', [({ err }: { err: unknown }) => err][0]],
    ['is built in', Math.max.bind(null)],
  ])('leaves a middleware alone that %s', (_what, handler) => {
    const app = express();
    app.use(mounted(handler));
    app.use(notFound(), problemHandler());

    expect(doctor(app)).toEqual([]);
  });

  it('leaves handlers of four parameters and plain middleware alone', () => {
    const app = express();
    const errorHandler: ErrorRequestHandler = (_error, _req, _res, next) => next();
    app.use(errorHandler);
    app.use((_req, _res, next) => next());
    app.use(notFound());
    app.use(problemHandler());

    expect(doctor(app)).toEqual([]);
  });

  it('follows routers that contain themselves to an end', () => {
    const app = express();
    const router = express.Router();
    router.use(router);
    app.use(router);
    app.use(notFound());
    app.use(problemHandler());

    expect(doctor(app)).toEqual([]);
  });
});

describe('doctor', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'app'],
    ['an object', {}],
    ['a proxy that throws', new Proxy({}, { get: refuse })],
    ['a stack of rubbish', { router: { stack: [null, 7, { handle: new Proxy(() => 1, { get: refuse }) }] } }],
  ])('says something of %s and throws nothing', (_what, app) => {
    expect(doctor(app).length).toBeGreaterThan(0);
  });
});
