import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { app, CardDeclined, orderOf } from '../../examples/families/index.ts';

describe('examples/families', () => {
  it('answers an error of the family with its own words and those of the family', async () => {
    const { body } = await request(app).post('/payments/expired');

    expect(body).toMatchObject({
      type: '/problems/card-declined',
      title: 'The card was declined',
      status: 402,
      detail: 'The bank says: expired.',
      retryable: false,
      orderId: '7',
      reason: 'expired',
    });
  });

  it('answers the family itself', async () => {
    const { body } = await request(app).post('/payments/none');

    expect(body).toMatchObject({ code: 'payment-error', detail: 'Order 7 was not paid.', orderId: '7' });
  });

  it('answers what the mapper makes of some of them', async () => {
    const { status } = await request(app).post('/payments/blocked');

    expect(status).toBe(429);
  });

  it('answers the public text of a 5xx only', async () => {
    const { headers, body, text } = await request(app).post('/payments/ledger');

    expect([headers['retry-after'], body.retryable, body.detail]).toEqual([
      '300',
      true,
      'Payments are back in 5 minutes.',
    ]);
    expect(text).not.toContain('db-host');
  });

  it('finds the order behind any error of the family', () => {
    const found = [new CardDeclined({ orderId: '7', reason: 'x' }), new Error()].map(orderOf);

    expect(found).toEqual(['7', undefined]);
  });
});
