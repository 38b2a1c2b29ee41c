import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Router } from 'express';
import request from 'supertest';
import { requestContext } from '../../src/context/index.ts';
import { accessLog, createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

describe.each(expressMajors)('the route of an access line on $major', ({ major, express }) => {
  const wildcard = major === 'Express 5' ? '/*rest' : '/*';

  const app = (logs: ReturnType<typeof captureLogs>) => {
    const routerOf = (add: (router: Router) => void, options = {}): Router => {
      const router = express.Router(options);
      add(router);
      return router;
    };
    const items = routerOf(
      (router) => {
        router.get('/:item', (_req, res) => void res.send('ok'));
        router.get('/:item/fail', async (_req, _res, next) => {
          await Promise.resolve();
          next(new Error('a bug'));
        });
        router.get('/:item/throw', () => {
          throw new Error('a bug');
        });
      },
      { mergeParams: true },
    );
    const orders = routerOf((router) => {
      router.use('/orders/:order/items', items);
      router.get('/', (_req, res) => void res.send('ok'));
    });
    const admin = express();
    admin.use('/v:version', items);
    admin.get('/users/:id', (_req, res) => void res.send('ok'));
    const main = express();
    main.use(requestContext(), accessLog({ logger: createLogger({ stream: logs.stream }) }));
    main.use('/tenants/:tenant', orders);
    main.use('/admin', admin);
    main.use(`/any${wildcard}`, (_req, res) => void res.send('ok'));
    main.get(`/files${wildcard}`, (_req, res) => void res.send('ok'));
    main.get(['/a/:id', '/b/:id'], (_req, res) => void res.send('ok'));
    main.get(/^\/pattern\/\d+$/, (_req, res) => void res.send('ok'));
    main.get('/passed/:on', (_req, _res, next) => next());
    main.get('/passed/:to/:me', (_req, res) => void res.send('ok'));
    main.use((_error: unknown, _req: unknown, res: ServerResponse, _next: unknown) => {
      res.statusCode = 500;
      res.end();
    });
    return main;
  };

  it.each<[string, string, string | undefined]>([
    ['a router below a parameter', '/tenants/acme/', '/tenants/:tenant/'],
    [
      'nested routers below parameters',
      '/tenants/a%20b/orders/7/items/3',
      '/tenants/:tenant/orders/:order/items/:item',
    ],
    ['equal values', '/tenants/7/orders/7/items/7', '/tenants/:tenant/orders/:order/items/:item'],
    [
      'a route that fails later',
      '/tenants/x/orders/7/items/3/fail',
      '/tenants/:tenant/orders/:order/items/:item/fail',
    ],
    [
      'a route that throws',
      '/tenants/x/orders/7/items/3/throw',
      '/tenants/:tenant/orders/:order/items/:item/throw',
    ],
    ['a mounted app', '/admin/users/7', '/admin/users/:id'],
    ['a part of a segment', '/admin/v22/3', '/admin/v:version/:item'],
    ['a wildcard', '/files/a/b/c.txt', `/files${wildcard}`],
    ['several paths', '/b/7', '/a/:id,/b/:id'],
    ['a regular expression', '/pattern/7', '/^\\/pattern\\/\\d+$/'],
    ['the path without its query', '/b/7?token=s3cret', '/a/:id,/b/:id'],
    ['none: a middleware', '/any/thing/at/all', undefined],
    ['none: nothing matched', '/nowhere/7', undefined],
    ['none: nothing matched in a router', '/tenants/acme/nowhere', undefined],
  ])('is that of %s', async (_what, path, route) => {
    const logs = captureLogs();

    await request(app(logs)).get(path);

    const line = await logs.waitFor(({ event }) => event === 'http.server.request');
    expect(line.route).toBe(route);
  });

  it('has parameters, not their values, where the log itself stands in a router that merges them', async () => {
    const logs = captureLogs();
    const main = express();
    const router = express.Router({ mergeParams: true });
    router.use(accessLog({ logger: createLogger({ stream: logs.stream }) }));
    router.get('/orders/:id', (_req, res) => void res.send('ok'));
    main.use('/tenants/:tenant', router);

    await request(main).get('/tenants/acme/orders/7');

    const line = await logs.waitFor(({ event }) => event === 'http.server.request');
    expect(line.route).toBe('/tenants/:tenant/orders/:id');
  });
});
