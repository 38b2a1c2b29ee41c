import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';

describe('examples/first-minute', () => {
  let catalog: FakeUpstream;
  let app: Express;

  beforeEach(async () => {
    catalog = await fakeUpstream();
    process.env.CATALOG_URL = catalog.url;
    // The example reads its dependency's address when it is loaded.
    await jest.isolateModulesAsync(async () => {
      ({ app } = await import('../../examples/first-minute/index.ts'));
    });
  });

  afterEach(async () => {
    delete process.env.CATALOG_URL;
    await catalog.close();
  });

  it('answers a product and sends the ids of the request downstream', async () => {
    catalog.respondWith({ json: { id: 'tea' } });

    const response = await request(app).get('/products/tea').set('X-Request-ID', 'hello-1');

    const [sent] = catalog.requests;
    expect(response.body).toEqual({ id: 'tea' });
    expect(sent?.headers).toMatchObject({ 'x-request-id': 'hello-1', 'x-correlation-id': 'hello-1' });
    expect(sent?.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$/);
  });

  it('answers 404 as a problem document for a product that the catalog does not know', async () => {
    catalog.respondWith({ status: 404 });

    const response = await request(app).get('/products/unicorn');

    expect([response.status, response.body.code, response.body.detail]).toEqual([
      404,
      'not-found',
      'No such product',
    ]);
  });

  it('serves the last good product while the catalog fails', async () => {
    catalog.respondWith({ json: { id: 'tea' } });
    await request(app).get('/products/tea');
    catalog.respondWith({ status: 500 });

    const response = await request(app).get('/products/tea');

    expect([response.status, response.body]).toEqual([200, { id: 'tea' }]);
  });

  it('answers 404 for a route that is not there', async () => {
    const response = await request(app).get('/nothing');

    expect([response.status, response.headers['content-type']]).toEqual([404, 'application/problem+json']);
  });
});
