import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { createEventHub } from '../../src/events/index.ts';
import { allowMethods, notFound, problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';

const done: RequestHandler = (_req, res) => {
  res.send('done');
};

describe.each(expressMajors)('allowMethods on $major', ({ express }) => {
  type App = ReturnType<typeof express>;

  const appWith = (mount: (app: App) => void): App => {
    const app = express();
    mount(app);
    app.use(notFound());
    app.use(problemHandler({ events: createEventHub() }));
    return app;
  };

  const nested = () => {
    const router = express.Router({ mergeParams: true });
    router.get('/orders/:id', done).delete('/orders/:id', done);
    router.use(allowMethods(router));
    return router;
  };

  it('answers 405 for the routes of its router', async () => {
    const app = appWith((it) => it.use('/api/:tenant', nested()));

    const answer = await request(app).post('/api/acme/orders/7?x=1');

    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('DELETE, GET, HEAD, OPTIONS');
  });

  it('lets a later route answer what its router has no path for', async () => {
    const app = appWith((it) => it.use('/api', nested()).post('/api/customers', done));

    const later = await request(app).post('/api/customers');
    const none = await request(app).post('/api/nothing');

    expect([later.text, none.status]).toEqual(['done', 404]);
  });

  it('keeps later routes from other methods of the paths of its router', async () => {
    const app = appWith((it) => it.use('/api', nested()).post('/api/orders/7', done));

    const answer = await request(app).post('/api/orders/7');

    expect(answer.status).toBe(405);
  });

  it('leaves OPTIONS to Express', async () => {
    const answer = await request(appWith((it) => it.use('/api', nested()))).options('/api/orders/7');

    expect(answer.status).toBe(200);
    expect(answer.headers.allow).toContain('DELETE');
  });

  it('follows the options of its router', async () => {
    const router = express.Router({ caseSensitive: true, strict: true });
    router.get('/x', done);
    router.use(allowMethods(router));
    const app = appWith((it) => it.use('/api', router));

    const answers = await Promise.all(['/api/x', '/api/X', '/api/x/'].map((path) => request(app).post(path)));

    expect(answers.map(({ status }) => status)).toEqual([405, 404, 404]);
  });
});

describe('allowMethods', () => {
  it('refuses what is no router', () => {
    expect(() => allowMethods({})).toThrow(
      new TypeError('allowMethods: the router must be a router of Express, but was an object'),
    );
  });
});
