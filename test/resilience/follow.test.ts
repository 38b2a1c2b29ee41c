import { describe, expect, it } from '@jest/globals';
import { readClientOptions } from '../../src/client/read-options.ts';
import { type ResilienceOptions, readResilience } from '../../src/resilience/index.ts';
import { limitsFor } from '../../src/resilience/stack/follow.ts';

const read = (options: object) =>
  // Options of one part, as a caller without types writes them.
  readResilience({ where: 'createClient' }, options as ResilienceOptions<unknown, unknown>);

describe('a default', () => {
  it('of the total time follows a written attempt', () => {
    expect(read({ timeout: { attemptMs: 20_000 } }).timeout).toEqual({ totalMs: 20_000, attemptMs: 20_000 });
  });

  it('of the attempt follows a written total time', () => {
    expect(read({ timeout: { totalMs: 2_000 } }).timeout).toEqual({ totalMs: 2_000, attemptMs: 2_000 });
  });

  it.each([
    [5_000, 10_000],
    [5_001, 10_002],
    [20_000, 40_000],
    [2_000_000_000, 2_147_483_647],
  ])("of the breaker's window follows a written attempt of %d ms", (attemptMs, windowMs) => {
    expect(read({ timeout: { attemptMs } }).breaker).toMatchObject({ windowMs });
  });

  it('of the attempt stays beside a written window', () => {
    const { timeout, breaker } = read({ breaker: { windowMs: 1_000 } });

    expect(timeout.attemptMs).toBe(3_000);
    expect(breaker).toMatchObject({ windowMs: 1_000 });
  });

  it("of the breaker's window stays where no limit is in force", () => {
    expect(read({ timeout: false }).breaker).toMatchObject({ windowMs: 10_000 });
  });

  it.each<[object, number, number]>([
    [{}, 3_000, 10_000],
    [{ hedge: { afterMs: 1_500 } }, 3_000, 10_000],
    [{ hedge: { afterMs: 1_501 } }, 3_002, 10_000],
    [{ hedge: { afterMs: 4_999, maxHedges: 2 } }, 9_998, 10_000],
    [{ hedge: { afterMs: 5_000, maxHedges: 2 } }, 10_000, 20_000],
    [{ breaker: { slowCallMs: 4_000 } }, 4_000, 10_000],
    [{ breaker: { slowCallMs: 4_000, scope: 'call' } }, 3_000, 10_000],
    [{ breaker: { slowCallMs: 12_000, scope: 'call' } }, 3_000, 15_000],
    [{ bulkhead: { maxQueueMs: 9_999 } }, 3_000, 10_000],
    [{ bulkhead: { maxQueueMs: 10_000 } }, 3_000, 13_000],
    [{ bulkhead: { maxQueueMs: 10_000 }, timeout: { attemptMs: 500 } }, 3_000, 10_500],
    [{ retry: { backoff: { minMs: 11_000 } } }, 3_000, 14_000],
    [{ retry: { backoff: { minMs: 4_000 }, maxRetries: 3 } }, 3_000, 15_000],
    [{ retry: { throttleBackoff: { minMs: 11_000 } } }, 3_000, 14_000],
    [{ bulkhead: { maxQueueMs: 2_147_483_647 } }, 3_000, 2_147_483_647],
    [{ hedge: { afterMs: 2_000_000_000 } }, 2_147_483_647, 2_147_483_647],
  ])('of a limit leaves room for %j', (written, attemptMs, totalMs) => {
    expect(limitsFor(written)).toEqual({ attemptMs, totalMs });
  });

  it.each<[object, object, number]>([
    [{}, { attemptMs: 1_001 }, 1_000],
    [{}, { attemptMs: 1_000 }, 500],
    [{}, { totalMs: 600 }, 300],
    [{ maxHedges: 9 }, {}, 1_000],
    [{ maxHedges: 10 }, {}, 10_000 / 11],
    [{ maxHedges: 3 }, { totalMs: 3_000 }, 750],
    [{ afterMs: 50 }, { attemptMs: 400 }, 50],
    [{ afterMs: 2_147_483_647 }, {}, 2_147_483_647],
  ])('of a hedge (%j) follows %j', (hedge, timeout, afterMs) => {
    expect(read({ hedge, timeout }).hedge).toMatchObject({ afterMs });
  });

  it('that follows is frozen, as every other is', () => {
    const { breaker, hedge } = read({ timeout: { attemptMs: 8_000 }, hedge: { maxHedges: 10 } });

    expect([breaker, hedge]).toMatchObject([{ windowMs: 16_000 }, { maxHedges: 10 }]);
    expect([breaker, hedge].map(Object.isFrozen)).toEqual([true, true]);
  });

  it('of a hedge stays where no limit is in force', () => {
    expect(read({ hedge: {}, timeout: false }).hedge).toMatchObject({ afterMs: 1_000 });
  });

  it.each<[object, number, number]>([
    [{ connectMs: 5_000 }, 5_000, 5_000],
    [{ attemptMs: 400 }, 400, 400],
    [{ totalMs: 300 }, 300, 300],
    [{ connectMs: 200, attemptMs: 400 }, 200, 400],
    [{}, 1_000, 3_000],
  ])('of the connection and the attempt follow %j', (timeout, connectMs, attemptMs) => {
    const settings = readClientOptions({ name: 'catalog', baseUrl: 'http://catalog', timeout });

    expect([settings.connectMs, settings.resilience.timeout.attemptMs]).toEqual([connectMs, attemptMs]);
  });
});
