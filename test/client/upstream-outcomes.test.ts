import { describe, expect, it } from '@jest/globals';
import { ConflictError, NotFoundError, ServiceUnavailableError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { calling } from './clients.ts';

const good = { json: { name: 'Ada' } };

describe('an error that upstreamErrors maps', () => {
  const { upstream, clientOf } = calling();

  const KINDS = [
    ['business', () => new NotFoundError('Mapped')],
    ['technical', () => new ServiceUnavailableError('Mapped')],
  ] as const;

  describe.each(KINDS)('to a %s error', (_kind, make) => {
    const upstreamErrors = { 500: make, 503: make };

    it('is retried as the upstream says, and mapped once, at the end', async () => {
      upstream().respondWith({ status: 500 });
      let made = 0;
      const once = () => {
        made += 1;
        return make();
      };

      await expect(clientOf().get('/x', { upstreamErrors: { 500: once } })).rejects.toMatchObject({
        message: 'Mapped',
        cause: { upstreamStatus: 500 },
        journal: { attempts: [{ status: 500 }, { status: 500 }, { status: 500 }], stopped: 'attempts' },
      });

      expect([upstream().requests.length, made]).toEqual([3, 1]);
    });

    it('is not mapped at all where a retry succeeds', async () => {
      upstream().script([{ status: 500 }, good]);
      const never = () => {
        throw new Error('asked');
      };

      const answer = await clientOf({ upstreamErrors: { 500: never } }).get('/x');

      expect(answer.status).toBe(200);
    });

    it('counts as a failure for the breaker', async () => {
      upstream().respondWith({ status: 500 });
      const client = clientOf({ retry: false, breaker: { minimumCalls: 2 }, upstreamErrors });
      for (let call = 0; call < 2; call += 1) await client.get('/x').catch(() => undefined);

      expect(client.breaker?.snapshot()).toMatchObject({ state: 'open' });
    });

    it('is answered by a stale answer', async () => {
      upstream().script([good, { status: 503 }]);
      const client = clientOf({ retry: false, cache: { staleIfErrorMs: 60_000 }, upstreamErrors });
      await client.get('/x');

      const answer = await client.get('/x');

      expect(answer.source).toBe('stale');
    });

    it('is what an old answer fails with that is no JSON', async () => {
      upstream().script(['garbage', { status: 503 }]);
      const client = clientOf({ retry: false, cache: { staleIfErrorMs: 60_000 }, upstreamErrors });
      await client.get('/x');
      const stale = await client.get('/x');

      await expect(stale.json()).rejects.toMatchObject({ message: 'Mapped', cause: { upstreamStatus: 503 } });
    });

    it("is answered by a fallback, which is given the upstream's own error", async () => {
      upstream().respondWith({ status: 503 });
      const given: unknown[] = [];
      const fallback = (_request: unknown, error: unknown) => given.push(error);

      const answer = await clientOf({ retry: false, fallback, upstreamErrors }).get('/x');

      expect(answer.source).toBe('fallback');
      expect(given).toMatchObject([{ name: 'UpstreamResponseError', upstreamStatus: 503 }]);
    });

    it("is told as attempts that failed with the upstream's own error", async () => {
      upstream().respondWith({ status: 503 });
      const events = createEventHub();
      const told: unknown[] = [];
      events.subscribe('attempt.failed', ({ error }) => told.push(error));

      await clientOf({ retry: { maxRetries: 1, backoff: { baseMs: 0 } }, events, upstreamErrors })
        .get('/x')
        .catch(() => undefined);

      expect(told).toMatchObject([{ upstreamStatus: 503 }, { upstreamStatus: 503 }]);
    });

    it("is classified as the upstream's own error", async () => {
      upstream().respondWith({ status: 503 });
      const names: unknown[] = [];
      const client = clientOf({
        retry: false,
        upstreamErrors,
        classify: ({ error }) => {
          names.push((error as Error).name);
          return undefined;
        },
      });

      await client.get('/x').catch(() => undefined);

      expect(names).toEqual(['UpstreamResponseError']);
    });
  });

  describe('to a business error, and that a living upstream answered,', () => {
    const upstreamErrors = { 404: () => new NotFoundError('No such product') };

    it('is an answer: no fallback stands in, no failed attempt is told', async () => {
      upstream().respondWith({ status: 404 });
      const events = createEventHub();
      const told: unknown[] = [];
      events.subscribe('attempt.failed', (event) => told.push(event));

      await expect(
        clientOf({ fallback: { value: {} }, events, upstreamErrors }).get('/x'),
      ).rejects.toMatchObject({ message: 'No such product', journal: { attempts: [{ status: 404 }] } });

      expect(told).toEqual([]);
    });

    it('is retried where retry.statuses names its status', async () => {
      upstream().script([{ status: 404 }, good]);

      const answer = await clientOf({
        retry: { statuses: [404], backoff: { baseMs: 0 } },
        upstreamErrors,
      }).get('/x');

      expect(answer.status).toBe(200);
    });

    it('is thrown with throwOnStatus: false too', async () => {
      upstream().respondWith({ status: 404 });
      const client = clientOf({ throwOnStatus: false, upstreamErrors });

      await expect(client.get('/x')).rejects.toMatchObject({ message: 'No such product' });
    });
  });

  it('is mapped by the entry of its call, after the retries of its call', async () => {
    upstream().respondWith({ status: 503 });
    const upstreamErrors = { 503: () => new ConflictError('Closed') };

    await expect(clientOf().get('/x', { upstreamErrors })).rejects.toThrow('Closed');

    expect(upstream().requests).toHaveLength(3);
  });
});
