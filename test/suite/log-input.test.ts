import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { breakwater, NotFoundError } from '../../src/index.ts';
import { captureLogs, type LogLine } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const isFailure = ({ event }: LogLine): boolean => event === 'http.server.request.exception';
const isAccess = ({ event }: LogLine): boolean => event === 'http.server.request';

describe.each(expressMajors)('breakwater({ log: { input } }) on $major', ({ express }) => {
  const setUp = (level: string) => {
    const logs = captureLogs();
    const { before, after } = breakwater({
      service: 'orders',
      logger: { level },
      log: {
        stream: logs.stream,
        redact: ['iban'],
        input: { params: ['id', 'shop', 'token'], query: ['page'], body: ['items.*.sku', 'user.iban'] },
      },
    });
    const app = express();
    app.use(before);
    app.use(express.json());
    app.post('/orders/:id', () => {
      throw new NotFoundError('No such order');
    });
    const router = express.Router({ mergeParams: true });
    router.post('/orders/:id', (_req, _res, next) => next('route'));
    router.post('/orders/:id', async (_req, _res, next) => {
      await Promise.resolve();
      next(new Error('a bug'));
    });
    app.use('/shops/:shop', router);
    app.use('/again/:shop', router);
    app.param('broken', (_req, _res, next) => next(new Error('a bug')));
    app.post('/params/:id', (_req, _res, next) => next('route'));
    app.post('/params/:id/:broken', () => undefined);
    app.get('/fine/:id', (_req, res) => {
      res.send('fine');
    });
    app.get('/reset/:token', (_req, res) => {
      res.send('fine');
    });
    app.use(after);
    return { app, logs };
  };
  const body = { items: [{ sku: 'a' }, { sku: 'b' }], user: { iban: 'DE02', name: 'Ada' } };
  const printed = { query: { page: '2' }, body: { 'items.*.sku': ['a', 'b'], 'user.iban': '[Redacted]' } };

  it('prints the input of a failed request with the failure alone', async () => {
    const { app, logs } = setUp('info');

    await request(app).post('/orders/7?page=2&card=4111').send(body);

    const access = await logs.waitFor(isAccess);
    expect(logs.lines.find(isFailure)?.input).toEqual({ params: { id: '7' }, ...printed });
    expect(access).not.toHaveProperty('input');
  });

  it.each([
    ['in a mounted router', '/shops/north/orders/8', { id: '8', shop: 'north' }],
    ['in a router that is mounted twice', '/again/south/orders/9', { id: '9', shop: 'south' }],
    ['whose own parameter is what fails', '/params/10/x', { id: '10' }],
  ])('knows the parameters of the failed route %s', async (_what, path, params) => {
    const { app, logs } = setUp('info');

    await request(app).post(`${path}?page=2`).send(body);

    await logs.waitFor(isAccess);
    expect(logs.lines.find(isFailure)?.input).toEqual({ params, ...printed });
  });

  it('prints the input of every request at debug', async () => {
    const { app, logs } = setUp('debug');

    await request(app).get('/fine/9?page=3');

    expect(await logs.waitFor(isAccess)).toMatchObject({
      input: { params: { id: '9' }, query: { page: '3' } },
    });
  });

  it('prints none where no route matched and nothing listed was sent', async () => {
    const { app, logs } = setUp('info');

    await request(app).get('/nowhere');

    await logs.waitFor(isAccess);
    expect(logs.lines.find(isFailure)).not.toHaveProperty('input');
  });

  it('redacts a parameter of a secret name in the path of a line, too', async () => {
    const { app, logs } = setUp('debug');

    await request(app).get('/reset/s3cret%20one');

    expect(await logs.waitFor(isAccess)).toMatchObject({
      path: '/reset/[Redacted]',
      input: { params: { token: '[Redacted]' } },
    });
  });
});

describe('breakwater({ log: { input } })', () => {
  it('names a bad option', () => {
    // @ts-expect-error a list is missing on purpose
    const create = () => breakwater({ service: 'orders', log: { input: { body: 'sku' } } });

    expect(create).toThrow(/: option "input.body" must be a list, .* but was "sku"$/);
  });
});
