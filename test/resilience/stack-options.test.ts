import { describe, expect, it } from '@jest/globals';
import { BREAKER_DEFAULTS, type ResilienceOptions, readResilience } from '../../src/resilience/index.ts';

describe('readResilience', () => {
  const site = { where: 'createClient' };

  it('gives the documented defaults', () => {
    expect(readResilience(site, undefined)).toEqual({
      timeout: { totalMs: 10_000, attemptMs: 3_000 },
      retry: {
        maxRetries: 2,
        backoff: { kind: 'exponential', baseMs: 100, minMs: 0, maxMs: 2_000, jitter: 'full' },
        throttleBackoff: { kind: 'exponential', baseMs: 1_000, minMs: 0, maxMs: 20_000, jitter: 'full' },
        budget: { ratio: 0.2, minPerSecond: 10, windowMs: 10_000 },
        shouldRetry: undefined,
        crossHopGuard: true,
      },
      breaker: BREAKER_DEFAULTS,
      bulkhead: { maxConcurrent: 100, maxQueue: 200, maxQueueMs: undefined },
      hedge: false,
      pause: { maxMs: 60_000 },
      fallback: undefined,
      classify: undefined,
    });
  });

  it('leaves retries out where the factory does so by default', () => {
    expect(readResilience(site, {}, { retry: false }).retry.maxRetries).toBe(0);
  });

  it('gives the usual retries to whoever asks for them there', () => {
    expect(readResilience(site, { retry: {} }, { retry: false }).retry.maxRetries).toBe(2);
  });

  it('switches parts off', () => {
    const read = readResilience(site, {
      timeout: false,
      retry: false,
      breaker: false,
      bulkhead: false,
      hedge: false,
      pause: false,
      fallback: false,
    });

    expect(read).toMatchObject({
      timeout: { totalMs: undefined, attemptMs: undefined },
      retry: { maxRetries: 0 },
      breaker: false,
      bulkhead: false,
      hedge: false,
      pause: false,
      fallback: undefined,
    });
  });

  it('is frozen', () => {
    expect(Object.isFrozen(readResilience(site, {}))).toBe(true);
  });

  it('knows no hosts where the factory says so', () => {
    const byHost = { breaker: { key: 'host' } } as const;

    expect(readResilience(site, byHost).breaker).toMatchObject({ key: 'host' });
    expect(() => readResilience(site, byHost, { hosts: false })).toThrow('option "breaker.key" must be');
  });

  it('takes parts that may do everything as they may by default', () => {
    const read = readResilience(site, { breaker: {}, bulkhead: {}, pause: {}, hedge: {}, timeout: {} });

    expect(read).toEqual({
      ...readResilience(site, undefined),
      hedge: { afterMs: 1_000, maxHedges: 1 },
    });
  });

  it.each([
    [{ timeout: 5 }, 'createClient: option "timeout" must be false or an object, but was 5'],
    [
      { timeout: { totalMs: 1, attemptMs: 2 } },
      'createClient: option "timeout.attemptMs" (2) must not exceed "timeout.totalMs" (1)',
    ],
    [
      { retry: { backoff: { baseMs: '1s' } } },
      'createClient: option "retry.backoff.baseMs" must be a number of milliseconds from 0 to 2147483647, but was "1s"',
    ],
    [
      { breaker: { volumeThreshold: 5 } },
      'createClient: unknown option "volumeThreshold" in "breaker"; known are failureRateThreshold, minimumCalls, ',
    ],
    [{ retry: 5 }, 'createClient: option "retry" must be false or an object, but was 5'],
    [{ retry: { retries: 5 } }, 'createClient: unknown option "retries" in "retry"'],
    [{ breaker: true }, 'createClient: option "breaker" must be false or an object, but was true'],
    [{ bulkhead: 5 }, 'createClient: option "bulkhead" must be false or an object, but was 5'],
    [{ bulkhead: { max: 5 } }, 'createClient: unknown option "max" in "bulkhead"'],
    [{ hedge: 5 }, 'createClient: option "hedge" must be false or an object, but was 5'],
    [{ hedge: { delayMs: 5 } }, 'createClient: unknown option "delayMs" in "hedge"'],
    [{ pause: 5 }, 'createClient: option "pause" must be false or an object, but was 5'],
    [{ pause: { ms: 5 } }, 'createClient: unknown option "ms" in "pause"'],
    [{ retries: 5 }, 'createClient: unknown option "retries"; known are timeout, retry, breaker, bulkhead, '],
    [
      { fallback: 'cached' },
      'createClient: option "fallback" must be false or a function or an object, but was "cached"',
    ],
    [{ fallback: { values: 5 } }, 'createClient: unknown option "values" in "fallback"'],
    [{ fallback: {} }, 'createClient: option "fallback" must have either "use" or "value"'],
    [{ classify: true }, 'createClient: option "classify" must be a function, but was true'],
  ])('rejects %j', (options, message) => {
    // What a caller without types can write.
    const given = options as ResilienceOptions<string, string>;

    expect(() => readResilience(site, given)).toThrow(message);
  });
});
