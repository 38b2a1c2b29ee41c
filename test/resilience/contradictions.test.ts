import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';
import { protect } from '../../src/guard/index.ts';
import { rejectContradictions } from '../../src/resilience/contradictions.ts';
import { CONTRADICTORY, CONTRADICTORY_IN_ONE_PART } from './contradictory.ts';

const site = { where: 'createClient("catalog")' };
const read = (written: object) => () => rejectContradictions(site, written);

describe('written options that contradict each other', () => {
  it.each(CONTRADICTORY)('are refused by both names, with their values: %j', (written, message) => {
    expect(read(written)).toThrow(new RangeError(`${site.where}: option ${message}`));
  });

  it.each(CONTRADICTORY_IN_ONE_PART)('are refused by their own part: %j', (written, message) => {
    const options = { name: 'catalog', baseUrl: 'http://catalog', ...written };

    expect(() => createClient(options)).toThrow(new RangeError(`${site.where}: option ${message}`));
  });

  it('are refused by the factory of a client', () => {
    const options = { name: 'catalog', baseUrl: 'http://catalog', timeout: { attemptMs: 3_000 } };

    expect(() => createClient({ ...options, breaker: { windowMs: 5_000 } })).toThrow(
      /^createClient\("catalog"\): option "breaker.windowMs" \(5000\) must be at least twice/,
    );
  });

  it('are refused by the factory of a protected function', () => {
    const options = { name: 'db', timeout: { totalMs: 100 }, bulkhead: { maxQueueMs: 200 } };

    expect(() => protect(async () => 1, options)).toThrow(
      /^protect\("db"\): option "bulkhead.maxQueueMs" \(200\) must not exceed "timeout.totalMs" \(100\)/,
    );
  });
});

describe('written options that get on with each other', () => {
  it.each<object>([
    { breaker: { windowMs: 6_000 }, timeout: { attemptMs: 3_000 } },
    { breaker: { slowCallMs: 500 }, timeout: { attemptMs: 500, totalMs: 500 } },
    { breaker: { slowCallMs: 501, scope: 'call' }, timeout: { attemptMs: 500 } },
    { breaker: { minimumCalls: 5, failureRateThreshold: false, slowCallMs: 100 } },
    { breaker: { minimumCalls: 5, failureRateThreshold: 0.5 } },
    { breaker: { slowCallRateThreshold: 0.5, slowCallMs: 100 } },
    { breaker: { slowCallMs: false } },
    { breaker: { failureRateThreshold: false, consecutiveFailures: 3 } },
    { hedge: { afterMs: 499 }, timeout: { attemptMs: 500 } },
    { hedge: { afterMs: 499, maxHedges: 2 }, timeout: { totalMs: 1_000 } },
    { hedge: { afterMs: 999 }, timeout: { totalMs: 1_000 } },
    { hedge: { maxHedges: 2 }, bulkhead: { maxConcurrent: 3 } },
    { hedge: { maxHedges: 1 }, retry: { budget: { ratio: 0.1, minPerSecond: 0 } } },
    { hedge: { maxHedges: 1 }, retry: { budget: { ratio: 0, minPerSecond: 1 } } },
    { bulkhead: { maxQueueMs: 500 }, timeout: { totalMs: 500 } },
    { bulkhead: { maxQueueMs: 100, maxQueue: 1 } },
    { bulkhead: { maxQueueMs: 0, maxQueue: 0 } },
    { bulkhead: { maxQueue: 0 } },
    { retry: { backoff: { minMs: 249 }, maxRetries: 2 }, timeout: { totalMs: 500 } },
    { retry: { backoff: { minMs: 499 } }, timeout: { totalMs: 500 } },
    { retry: { backoff: { minMs: 900 }, maxRetries: 0 }, timeout: { totalMs: 500 } },
    { retry: { backoff: { baseMs: 900, jitter: 'none' }, maxRetries: 0 }, timeout: { totalMs: 500 } },
    { retry: { backoff: { baseMs: 499, jitter: 'none' } }, timeout: { totalMs: 500 } },
    { retry: { backoff: { baseMs: 500, jitter: 'full' } }, timeout: { totalMs: 500 } },
    { retry: { backoff: () => 900 }, timeout: { totalMs: 500 } },
    { retry: { maxRetries: 0, budget: { ratio: 0, minPerSecond: 0 } } },
    { retry: { maxRetries: 1, budget: false } },
    { retry: { budget: { ratio: 0, minPerSecond: 0 } } },
    { retry: { maxRetries: 1, budget: { ratio: 0 } } },
    { retry: { maxRetries: 1, budget: { minPerSecond: 0 } } },
    { timeout: false, breaker: { windowMs: 10 } },
    { timeout: { attemptMs: 5_000 }, breaker: false },
    {},
  ])('are taken: %j', (written) => {
    expect(read(written)).not.toThrow();
  });
});

describe('a budget that never holds one attempt', () => {
  it.each<[object, string | undefined]>([
    [{ ratio: 0, minPerSecond: 0.05 }, '"retry.budget.ratio" (0) and "retry.budget.minPerSecond" (0.05)'],
    [{ ratio: 0, windowMs: 99 }, '"retry.budget.ratio" (0) and "retry.budget.windowMs" (99)'],
    [{ ratio: 0, minPerSecond: 0.1 }, undefined],
    [{ ratio: 0, windowMs: 100 }, undefined],
  ])('is refused beside retries: %j', (budget, said) => {
    const read = () => rejectContradictions({ where: 'createClient' }, { retry: { maxRetries: 3, budget } });

    if (said === undefined) expect(read).not.toThrow();
    else
      expect(read).toThrow(
        new RangeError(`createClient: option "retry.maxRetries" (3) is never spent with ${said}`),
      );
  });
});
