import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { createEventHub } from '../../src/events/index.ts';
import { type NotFoundOptions, notFound, problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';

const done: RequestHandler = (_req, res) => {
  res.send('done');
};
const pass: RequestHandler = (_req, _res, next) => next();

describe.each(expressMajors)('notFound on $major', ({ major, express }) => {
  type App = ReturnType<typeof express>;

  const finish = (app: App, options?: NotFoundOptions): App => {
    app.use(notFound(options));
    app.use(problemHandler({ events: createEventHub() }));
    return app;
  };

  const appWith = (mount: (app: App) => void, options?: NotFoundOptions): App => {
    const app = express();
    mount(app);
    return finish(app, options);
  };

  const everything = major === 'Express 4' ? '*' : '/{*all}';
  const star = major === 'Express 4' ? '/files/*' : '/files/*rest';

  it.each<[string, (app: App) => unknown, string, string]>([
    ['a plain path', (app) => app.get('/orders', done), '/orders', 'GET, HEAD, OPTIONS'],
    ['a path with a parameter', (app) => app.put('/orders/:id', done), '/orders/7', 'OPTIONS, PUT'],
    ['a path with a query', (app) => app.get('/orders', done), '/orders?a=/b', 'GET, HEAD, OPTIONS'],
    ['a trailing slash', (app) => app.get('/orders', done), '/orders/', 'GET, HEAD, OPTIONS'],
    ['another case', (app) => app.get('/orders', done), '/ORDERS', 'GET, HEAD, OPTIONS'],
    ['a wildcard', (app) => app.get(star, done), '/files/a/b.txt', 'GET, HEAD, OPTIONS'],
    ['an expression', (app) => app.put(/^\/v\d+$/g, done), '/v12', 'OPTIONS, PUT'],
    ['a list of paths', (app) => app.get(['/a', '/b', /^\/c$/], done), '/b', 'GET, HEAD, OPTIONS'],
    ['an expression in a list', (app) => app.get(['/a', /^\/c$/], done), '/c', 'GET, HEAD, OPTIONS'],
    [
      'several routes of one path',
      (app) => app.get('/x', done).put('/x', done).patch('/:any', done),
      '/x',
      'GET, HEAD, OPTIONS, PATCH, PUT',
    ],
    ['a middleware for all', (app) => app.all('/x', pass).get('/x', done), '/x', 'GET, HEAD, OPTIONS'],
    [
      'a path beside a route for all preflights',
      (app) => app.options(everything, done).put('/x', done),
      '/x',
      'OPTIONS, PUT',
    ],
    ['one route with a middleware', (app) => app.route('/x').all(pass).get(done), '/x', 'GET, HEAD, OPTIONS'],
  ])('answers 405 with Allow to another method of %s', async (_what, mount, path, allow) => {
    const answer = await request(appWith(mount)).post(path);

    expect(answer.status).toBe(405);
    expect(answer.body).toMatchObject({ code: 'method-not-allowed', type: '/problems/method-not-allowed' });
    expect(answer.headers.allow).toBe(allow);
  });

  it.each<[string, (app: App) => unknown, string]>([
    ['no route has the path', (app) => app.get('/orders', done), '/customers'],
    ['the route passed the request on', (app) => app.post('/x', pass).get('/x', done), '/x'],
    ['only a middleware is for the path', (app) => app.use('/x', pass), '/x'],
    ['only routes for all methods are for the path', (app) => app.all('/x', pass), '/x'],
    ['the only route of the path is for OPTIONS', (app) => app.options('/x', done), '/x'],
    ['OPTIONS of every path are answered', (app) => app.options(everything, done).get('/y', done), '/x'],
    ['a route has no method', (app) => app.route('/x'), '/x'],
    [
      'the path is like one that is mounted',
      (app) => app.use('/api', express.Router().get('/x', done)),
      '/x',
    ],
  ])('answers 404 when %s', async (_what, mount, path) => {
    const answer = await request(appWith(mount)).post(path);

    expect(answer.status).toBe(404);
    expect(answer.headers).not.toHaveProperty('allow');
  });

  it('follows the app in what case and trailing slashes mean', async () => {
    const app = express();
    app.enable('case sensitive routing');
    app.enable('strict routing');
    app.get('/orders', done);
    finish(app);

    const answers = await Promise.all(
      ['/orders', '/Orders', '/orders/'].map((path) => request(app).post(path)),
    );

    expect(answers.map(({ status }) => status)).toEqual([405, 404, 404]);
  });

  it('sees routes that are added later', async () => {
    const app = express();
    const route = app.route('/x').get(done);
    finish(app);
    const before = await request(app).delete('/x');
    route.put(done);

    const after = await request(app).delete('/x');

    expect([before.headers.allow, after.headers.allow]).toEqual([
      'GET, HEAD, OPTIONS',
      'GET, HEAD, OPTIONS, PUT',
    ]);
  });

  it('leaves the routes of the app as they are', async () => {
    const app = appWith((it) => it.get('/orders/:id', (req, res) => void res.json(req.params)));
    await request(app).post('/orders/7');

    const answer = await request(app).get('/orders/8');

    expect(answer.body).toEqual({ id: '8' });
  });

  it('tells HEAD and GET apart from the rest', async () => {
    const app = appWith((it) => it.get('/x', done).post('/y', done));

    const head = await request(app).head('/x');
    const wrong = await request(app).head('/y');

    expect([head.status, wrong.status, wrong.headers.allow]).toEqual([200, 405, 'OPTIONS, POST']);
  });

  it('leaves OPTIONS to Express where it has an answer', async () => {
    const app = appWith((it) => it.get('/x', done).all('/all', pass));

    const known = await request(app).options('/x');
    const unknown = await request(app).options('/y');
    const all = await request(app).options('/all');

    expect(known.status).toBe(200);
    expect(known.headers.allow?.replace(' ', '')).toBe('GET,HEAD');
    expect([unknown.status, all.status]).toEqual([404, 404]);
    expect(all.body).toMatchObject({ code: 'not-found' });
  });

  it('finds the path wherever it is mounted in the app', async () => {
    const app = express();
    app.get('/api/x', done).get('/x', done);
    app.use('/api', notFound());
    app.use(problemHandler({ events: createEventHub() }));

    const route = await request(app).post('/api/x');
    const none = await request(app).post('/api/y');

    expect([route.status, none.status]).toEqual([405, 404]);
  });

  it('works in an app that is mounted in another', async () => {
    const inner = appWith((it) => it.get('/x', done));
    const app = express();
    app.get('/y', done);
    app.use('/inner', inner);
    finish(app);

    const answers = await Promise.all(
      ['/inner/x', '/inner/y', '/y', '/x'].map((path) => request(app).post(path)),
    );

    expect(answers.map(({ status }) => status)).toEqual([405, 404, 405, 404]);
  });

  it.each<[string, (app: App, inner: App) => unknown, readonly string[]]>([
    ['under a path', (app, inner) => app.use('/api', inner), ['/api/x', '/API/x', '/api/X/']],
    ['under two paths', (app, inner) => app.use(['/a', '/b'], inner), ['/a/x', '/b/x']],
    ['twice', (app, inner) => app.use('/a', inner).use('/b', inner), ['/a/x', '/b/x']],
    ['under a parameter', (app, inner) => app.use('/:tenant', inner), ['/acme/x']],
    [
      'through a router',
      (app, inner) => app.use('/api', express.Router().use('/v1', inner)),
      ['/api/v1/x', '/API/V1/x'],
    ],
    ['without a path', (app, inner) => app.use(express.Router().use(inner)), ['/x']],
  ])('answers 405 in an app that is mounted %s', async (_what, mount, paths) => {
    const inner = appWith((it) => it.get('/x', done));
    const app = appWith((it) => mount(it, inner));

    const answers = await Promise.all(paths.map((path) => request(app).post(path)));

    expect(answers.map(({ headers }) => headers.allow)).toEqual(paths.map(() => 'GET, HEAD, OPTIONS'));
  });

  it('answers 404 under a path of an app that is itself mounted, where the paths of its routes cannot be told', async () => {
    const inner = express();
    inner.get('/x', done).get('/v1/x', done);
    inner.use('/v1', notFound());
    const app = appWith((it) => it.use('/api', inner));

    const answer = await request(app).post('/api/v1/x');

    expect(answer.status).toBe(404);
  });

  it.each(['http://h/x', 'http://h/x?a=1', 'HTTP://h:80/api/y', 'http://h', 'http://h?a=1'])(
    'answers 405 to the absolute target %s',
    async (target) => {
      const inner = appWith((it) => it.get('/y', done));
      const served = await serve(appWith((it) => it.get('/', done).get('/x', done).use('/api', inner)));

      const answer = await exchange(
        served.port,
        `POST ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
      );
      await served.close();

      expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    },
  );

  it('answers 404 alone with methodNotAllowed: false', async () => {
    const app = appWith((it) => it.get('/x', done), { methodNotAllowed: false });

    const answer = await request(app).post('/x');

    expect(answer.status).toBe(404);
  });

  it.each([
    '/orders/%zz',
    '/%',
    '/orders/%00',
    '//orders',
    '/orders/..%2f',
    '*',
    'http://x/orders/7',
    `/${'a/'.repeat(5_000)}`,
    '/?%zz',
  ])('answers whatever the target of the request is: %s', async (target) => {
    const served = await serve(
      appWith((it) =>
        it
          .get('/orders/:id', done)
          .get(/^\/((a\/)*)$/, done)
          .get(star, done),
      ),
    );

    const answer = await exchange(
      served.port,
      `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    await served.close();

    expect(answer).toMatch(/^HTTP\/1\.1 40[045] /);
    expect(answer).toContain('application/problem+json');
  });
});

describe('notFound', () => {
  it('answers 404 where Express does not tell its routes, as 5 before 5.3', async () => {
    const [, { express }] = expressMajors;
    const app = express();
    app.get('/x', done);
    Object.defineProperty(app.router, 'listRoutes', { value: undefined });
    app.use(notFound());
    app.use(problemHandler({ events: createEventHub() }));

    const answer = await request(app).post('/x');

    expect(answer.status).toBe(404);
  });

  it('refuses wrong options', () => {
    // What only a JavaScript caller can write.
    const bad = { methodNotAllowed: 'no' } as unknown as NotFoundOptions;

    expect(() => notFound(bad)).toThrow(
      new TypeError('notFound: option "methodNotAllowed" must be true or false, but was "no"'),
    );
  });
});
