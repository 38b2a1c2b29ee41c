import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { app } from '../../examples/validation/index.ts';

describe('examples/validation', () => {
  it('hands a valid order to the handler, parsed', async () => {
    const response = await request(app).post('/orders').send({ productId: 'tea', quantity: 2 });

    expect([response.status, response.body]).toEqual([201, { productId: 'tea', quantity: 2, dryRun: 'no' }]);
  });

  it('answers every fault of query and body in one 422', async () => {
    const response = await request(app).post('/orders?dryRun=maybe').send({ productId: '', quantity: 0 });

    const places = response.body.errors.map(({ pointer, name }: Record<string, string>) => pointer ?? name);
    expect(response.status).toBe(422);
    expect(places).toEqual(['dryRun', '#/productId', '#/quantity']);
  });
});
