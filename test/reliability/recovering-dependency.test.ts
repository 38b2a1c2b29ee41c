import { describe, expect, it } from '@jest/globals';
import { isUpstreamError } from '../../src/errors/index.ts';
import type { UpstreamRequest, UpstreamStep } from '../../src/testing/index.ts';
import { DOUBLING, failureOf, type Scene, scene } from './support.ts';

const timeout = { totalMs: 60_000, attemptMs: 3_000 };

/** Plays `steps`, and notes when each request came. */
const noteArrivals = ({ upstream, clock }: Scene, steps: readonly UpstreamStep[]): number[] => {
  const arrivals: number[] = [];
  upstream.respondWith(() => {
    arrivals.push(clock.now());
    return steps[Math.min(arrivals.length, steps.length) - 1] ?? 'hang';
  });
  return arrivals;
};

/** An upstream that does what it is asked to, and then fails to say so. */
const orderBook = ({ upstream }: Scene, fault: UpstreamStep, faults: number) => {
  const orders = new Map<string, number>();
  let failures = 0;
  upstream.respondWith(({ headers, body }: UpstreamRequest) => {
    const key = String(headers['idempotency-key'] ?? `none-${orders.size}`);
    if (!orders.has(key)) orders.set(key, JSON.parse(body).pieces);
    failures += 1;
    return failures <= faults ? fault : { status: 201, json: { accepted: true } };
  });
  return orders;
};

describe('a dependency that answers 503 three times and then 200', () => {
  it('is asked four times, after 1 000, 2 000 and 4 000 ms, and its answer is the answer', async () => {
    const built = await scene({ timeout, retry: { maxRetries: 3, backoff: DOUBLING } });
    const arrivals = noteArrivals(built, [503, 503, 503, { json: { id: 1 } }]);

    const answer = await built.clock.runUntil(built.client.get('/x'));

    expect(arrivals).toEqual([0, 1_000, 3_000, 7_000]);
    expect([answer.source, await answer.json()]).toEqual(['live', { id: 1 }]);
    expect(answer.journal.attempts.map(({ status, waitMs }) => [status, waitMs])).toEqual([
      [503, 0],
      [503, 1_000],
      [503, 2_000],
      [200, 4_000],
    ]);
    expect(answer.journal.stopped).toBe('success');
    await built.close();
  });

  it('is not asked once more than the limit of attempts allows', async () => {
    const built = await scene({ timeout, retry: { maxRetries: 2, backoff: DOUBLING } });
    const arrivals = noteArrivals(built, [503, 503, 503, 200]);

    const error = await built.clock.runUntil(failureOf(built.client.get('/x')));

    expect(arrivals).toEqual([0, 1_000, 3_000]);
    expect(error).toMatchObject({ status: 503, upstreamStatus: 503, journal: { stopped: 'attempts' } });
    await built.close();
  });

  it('is asked again over one connection', async () => {
    const built = await scene({ timeout, retry: { maxRetries: 3, backoff: DOUBLING } });
    noteArrivals(built, [503, 503, 503, 200]);

    await built.clock.runUntil(built.client.get('/x'));

    expect(built.upstream.connections).toBe(1);
    await built.close();
  });
});

describe.each<UpstreamStep>([503, 'reset', 'reset-mid-body', 'truncate', 'hang'])(
  'an order whose answer is lost by %j',
  (fault) => {
    it('is sent once where nothing says that it may be sent twice', async () => {
      const built = await scene({ timeout, retry: { maxRetries: 3, backoff: DOUBLING } });
      const orders = orderBook(built, fault, 1);

      const error = await built.clock.runUntil(
        failureOf(built.client.post('/orders', { json: { pieces: 3 } })),
      );

      expect(isUpstreamError(error)).toBe(true);
      expect(error).toHaveProperty('journal.stopped', 'method');
      expect([...orders.values()]).toEqual([3]);
      await built.close();
    });

    it('is sent again under the same idempotency key where it has one, and taken once', async () => {
      const built = await scene({ timeout, retry: { maxRetries: 3, backoff: DOUBLING } });
      const orders = orderBook(built, fault, 2);
      const order = { json: { pieces: 3 }, idempotencyKey: true } as const;

      const answer = await built.clock.runUntil(built.client.post('/orders', order));

      expect([answer.status, answer.journal.attempts.length]).toEqual([201, 3]);
      expect([...orders.values()]).toEqual([3]);
      await built.close();
    });
  },
);
