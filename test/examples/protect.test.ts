import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { app } from '../../examples/protect/index.ts';

describe('examples/protect', () => {
  it('answers what the protected function gives', async () => {
    const response = await request(app).get('/products/tea/reviews');

    expect(response.body).toEqual(['tea: as expected']);
  });

  it('answers the fallback when the function fails', async () => {
    const response = await request(app).get('/products/outage/reviews');

    expect([response.status, response.body]).toEqual([200, []]);
  });
});
