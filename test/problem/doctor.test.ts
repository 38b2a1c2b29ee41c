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

describe.each(expressMajors)('doctor on $major', ({ express }) => {
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

  it('finds error handlers that Express does not know for such, also in routers', () => {
    const app = express();
    const router = express.Router();
    // Express takes any function, whatever its types say.
    const use = (target: { use(handler: RequestHandler): unknown }, handler: unknown) =>
      target.use(handler as RequestHandler);
    use(router, function handleError(_thrown: unknown, _req: unknown, _res: unknown) {});
    app.use(router);
    use(app, (err: unknown, _req: unknown, _res: unknown) => err);
    use(app, function apiErrorHandler(...args: unknown[]) {
      return args;
    });
    use(app, (error: unknown, _req: unknown, _res: unknown, _next: unknown = done) => error);
    app.use(problemHandler());

    const findings = doctor(app);

    expect(findings).toHaveLength(4);
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^The error handler "handleError" has 3 parameters/),
        expect.stringMatching(/^The error handler "apiErrorHandler" has 0 parameters/),
        expect.stringMatching(/^An error handler without a name has 3 parameters/),
      ]),
    );
  });

  it('leaves handlers of four parameters and plain middleware alone', () => {
    const app = express();
    const errorHandler: ErrorRequestHandler = (_error, _req, _res, next) => next();
    app.use(errorHandler);
    app.use((_req, _res, next) => next());
    app.use(problemHandler());

    expect(doctor(app)).toEqual([]);
  });

  it('follows routers that contain themselves to an end', () => {
    const app = express();
    const router = express.Router();
    router.use(router);
    app.use(router);
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
