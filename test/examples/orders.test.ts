import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { tokenOf } from '../../examples/orders/domain.ts';
import { createOrders, type OrdersService } from '../../examples/orders/orders.ts';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';

const TEA = { id: 'tea', name: 'Tea', price: { amount: 4, currency: 'EUR' } };
const ADA = { id: 'ada', name: 'Ada Lovelace', balance: 10 };
const OF_ADA = `Bearer ${tokenOf('ada')}`;

describe('examples/orders', () => {
  let catalog: FakeUpstream;
  let users: FakeUpstream;
  let service: OrdersService;

  const profile = (authorization = OF_ADA) =>
    request(service.app).get('/profiles/ada').set('Authorization', authorization);

  beforeEach(async () => {
    catalog = await fakeUpstream();
    users = await fakeUpstream();
    catalog.respondWith({ json: TEA });
    users.respondWith({ json: ADA });
    service = createOrders({ catalogUrl: catalog.url, usersUrl: users.url, logger: { level: 'silent' } });
  });

  afterEach(async () => {
    await service.close();
    await catalog.close();
    await users.close();
  });

  it('answers 404 product-not-found for a product that the catalog does not know', async () => {
    catalog.respondWith({ status: 404 });

    const { status, body } = await request(service.app).get('/products/unicorn');

    expect([status, body.code, body.type, body.productId]).toEqual([
      404,
      'product-not-found',
      '/problems/product-not-found',
      'unicorn',
    ]);
  });

  it('answers a bug with a generic 500 that says nothing of it', async () => {
    catalog.respondWith({ json: { id: 'legacy', name: 'No price' } });

    const { status, body, text } = await request(service.app).get('/products/legacy');

    expect([status, body.code, body.detail]).toEqual([
      500,
      'internal-server-error',
      'An unexpected error occurred. Please try again later.',
    ]);
    expect(text).not.toMatch(/amount|undefined|TypeError/);
  });

  it('takes an order that its buyer can pay', async () => {
    const { status, body } = await request(service.app)
      .post('/orders')
      .send({ userId: 'ada', productId: 'tea', quantity: 2 });

    expect([status, body.total]).toEqual([201, 8]);
  });

  it('answers 403 insufficient-funds for an order that its buyer cannot pay', async () => {
    const { status, body } = await request(service.app)
      .post('/orders')
      .send({ userId: 'ada', productId: 'tea', quantity: 3 });

    expect([status, body.code, body.needed]).toEqual([403, 'insufficient-funds', 12]);
    expect(body).not.toHaveProperty('balance');
  });

  it('answers every fault of a bad order in one 422', async () => {
    const { status, body } = await request(service.app)
      .post('/orders')
      .send({ userId: '', productId: 7, quantity: 0.5 });

    const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect([status, pointers.toSorted()]).toEqual([422, ['#/productId', '#/quantity', '#/userId']]);
  });

  it('serves the last good profile, marked, while the users service fails', async () => {
    const live = await profile();
    users.respondWith({ status: 500 });

    const stale = await profile();

    const expected = { profile: ADA, circuit: 'closed' };
    expect(live.body).toMatchObject({ ...expected, dataFreshness: 'fresh', source: 'live' });
    expect(stale.body).toMatchObject({ ...expected, dataFreshness: 'stale', source: 'stale' });
  });

  it('says in the headers that a profile is stale', async () => {
    users.respondWith({ json: ADA, headers: { age: '61', 'cache-control': 'private, max-age=60' } });
    await profile();
    users.respondWith({ status: 500 });

    const { headers } = await profile();

    expect(headers).toMatchObject({
      age: expect.stringMatching(/^[1-9]\d*$/),
      'cache-control': 'private, no-cache',
      'cache-status': expect.stringMatching(/^users; hit; ttl=-\d+; detail=upstream-5xx$/),
      warning: '110 - "Response is Stale"',
    });
  });

  it('tells a profile that is fresh as such', async () => {
    const { headers } = await profile();

    expect(headers).toMatchObject({ 'cache-control': 'private, max-age=1' });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['warning']));
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['cache-status']));
  });

  it('passes the token of whoever asks on to the users service', async () => {
    await profile('Bearer of-ada');

    expect(users.requests[0]?.headers.authorization).toBe('Bearer of-ada');
  });

  it('serves nobody what it keeps for another token', async () => {
    await profile();
    users.respondWith({ status: 500 });

    const { status, body } = await profile('Bearer forged');

    expect([status, body.code, body.profile]).toEqual([503, 'dependency-unavailable', undefined]);
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'user-not-found'],
  ])('answers %d where the users service does, whatever it keeps', async (upstreamStatus, code) => {
    await profile();
    users.respondWith({ status: upstreamStatus });

    const { status, body } = await profile();

    expect([status, body.code, body.profile]).toEqual([upstreamStatus, code, undefined]);
  });

  it('asks again once the users service is back', async () => {
    await profile();
    users.respondWith({ status: 500 });
    await profile();
    users.respondWith({ json: { ...ADA, balance: 7 } });

    const { body } = await profile();

    expect(body).toMatchObject({ profile: { balance: 7 }, dataFreshness: 'fresh' });
  });

  it('answers 503 for a profile that was never read while the users service fails', async () => {
    users.respondWith({ status: 500 });

    const { status, body } = await profile();

    expect([status, body.code]).toEqual([503, 'dependency-unavailable']);
  });

  it('does not take an order on a stale balance', async () => {
    await profile();
    users.respondWith({ status: 500 });

    const { status, body } = await request(service.app)
      .post('/orders')
      .set('Authorization', OF_ADA)
      .send({ userId: 'ada', productId: 'tea', quantity: 1 });

    expect([status, body.code]).toEqual([503, 'dependency-unavailable']);
  });

  it('answers 503 with Retry-After for a profile that was never read once the circuit is open', async () => {
    users.respondWith({ status: 500 });
    service.users.breaker?.forceOpen();

    const { status, body, headers } = await profile();

    expect([status, body.code]).toEqual([503, 'circuit-open']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it('sends the ids of the request to the users service', async () => {
    await request(service.app)
      .get('/user-info')
      .set('X-Request-ID', 'req-1')
      .set('X-Correlation-ID', 'corr-1');

    expect(users.requests[0]?.headers).toMatchObject({
      'x-request-id': 'req-1',
      'x-correlation-id': 'corr-1',
    });
  });
});
