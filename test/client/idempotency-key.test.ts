import { describe, expect, it } from '@jest/globals';
import { calling } from './clients.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('an idempotency key', () => {
  const { upstream, clientOf } = calling();
  const keys = () => upstream().requests.map(({ headers }) => headers['idempotency-key']);

  it.each(['POST', 'PATCH'])('of true is minted once, and lets a %s be retried', async (method) => {
    upstream().script([{ status: 503 }, 'reset', { json: 1 }]);

    await clientOf().request(method, '/orders', { json: 1, idempotencyKey: true });

    const [first] = keys();
    expect(first).toMatch(UUID);
    expect(keys()).toEqual([first, first, first]);
  });

  it('is another one for each call', async () => {
    const client = clientOf();

    await client.post('/orders', { idempotencyKey: true });
    await client.post('/orders', { idempotencyKey: true });

    expect(new Set(keys()).size).toBe(2);
  });

  it.each(['order-7', '"order-7"', 'x'.repeat(255)])(
    'is sent as it is written: %s',
    async (idempotencyKey) => {
      upstream().script([{ status: 503 }, { json: 1 }]);

      await clientOf().post('/orders', { idempotencyKey });

      expect(keys()).toEqual([idempotencyKey, idempotencyKey]);
    },
  );

  it('that the caller writes as a header counts as one', async () => {
    upstream().script([{ status: 503 }, { json: 1 }]);

    await clientOf().post('/orders', { headers: { 'Idempotency-Key': 'k' } });

    expect(keys()).toEqual(['k', 'k']);
  });

  it('that all calls share is refused when the client is made', () => {
    expect(() => clientOf({ headers: { 'Idempotency-Key': 'k' } })).toThrow(TypeError);
  });

  it.each(['', 'a b', 'a\r\nb', 'é', 'x'.repeat(256), false, 7])(
    'is refused, and not repeated: %j',
    async (idempotencyKey) => {
      // Plain JavaScript may pass anything.
      const call = clientOf().post('/orders', { idempotencyKey: idempotencyKey as never });

      await expect(call).rejects.toThrow(/"?idempotencyKey"?/);
      expect(upstream().requests).toHaveLength(0);
    },
  );

  it('is refused beside a header of its name', async () => {
    const call = clientOf().post('/orders', { idempotencyKey: true, headers: { 'idempotency-key': 'k' } });

    await expect(call).rejects.toThrow(/exclude each other/);
  });

  it('does not keep a change from forgetting what reading gave', async () => {
    const client = clientOf({ cache: { staleIfErrorMs: 60_000 }, retry: false });
    upstream().script([{ json: 1 }, { json: 2 }, { status: 503 }]);
    await client.get('/orders/7');

    await client.put('/orders/7', { json: 2, idempotencyKey: true });

    await expect(client.get('/orders/7')).rejects.toMatchObject({ upstreamStatus: 503 });
  });
});
