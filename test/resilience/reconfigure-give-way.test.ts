import { describe, expect, it } from '@jest/globals';
import { settings } from './reconfigure-support.ts';

describe('an option that was written before, and that a later one excludes', () => {
  it.each([
    [{ windowMs: 5_000 }, { windowCalls: 50 }, { windowMs: 10_000, windowCalls: 50 }],
    [{ windowCalls: 50 }, { windowMs: 5_000 }, { windowMs: 5_000, windowCalls: false }],
    [
      { minimumCalls: 20, consecutiveFailures: 5 },
      { failureRateThreshold: false },
      { failureRateThreshold: false, consecutiveFailures: 5 },
    ],
    [
      { slowCallMs: 100, slowCallRateThreshold: 0.5 },
      { slowCallMs: false },
      { slowCallMs: false, slowCallRateThreshold: 1 },
    ],
  ])('gives way: %j before %j', (before, now, inForce) => {
    const { reconfigure, applied } = settings({ breaker: before });

    reconfigure({ breaker: now });

    expect(applied).toMatchObject([{ breaker: inForce }]);
  });

  it('gives way in the bulkhead too: the longest wait, where nobody waits any more', () => {
    const { reconfigure, applied } = settings({ bulkhead: { maxQueueMs: 100, maxConcurrent: 3 } });

    reconfigure({ bulkhead: { maxQueue: 0 } });

    expect(applied).toMatchObject([{ bulkhead: { maxQueue: 0, maxQueueMs: undefined, maxConcurrent: 3 } }]);
  });

  it('leaves the options of other parts as they were', () => {
    const { reconfigure, applied } = settings({
      retry: { maxRetries: 7 },
      breaker: { windowMs: 5_000, openMs: 300 },
    });

    reconfigure({ breaker: { windowCalls: 50 } });

    expect(applied).toMatchObject([{ retry: { maxRetries: 7 }, breaker: { openMs: 300 } }]);
  });

  it('comes back with no later change: it is gone', () => {
    const { reconfigure, applied } = settings({ breaker: { windowMs: 5_000 } });
    reconfigure({ breaker: { windowCalls: 50 } });

    reconfigure({ breaker: { minimumCalls: 5 } });

    expect(applied[1]).toMatchObject({
      breaker: { windowMs: 10_000, windowCalls: 50, minimumCalls: 5 },
    });
  });

  it('does not give way where both are written at once: they contradict each other', () => {
    const { reconfigure } = settings({});

    const both = (): void => reconfigure({ breaker: { windowMs: 5_000, windowCalls: 50 } });

    expect(both).toThrow(/breaker\.windowMs|windowMs/);
  });

  it.each([
    [
      'the smallest count beside a rule for slow calls',
      { minimumCalls: 20 },
      { failureRateThreshold: false, slowCallMs: 50 },
    ],
    [
      'the share of slow calls while they are counted',
      { slowCallRateThreshold: 0.5, slowCallMs: 100 },
      { slowCallMs: 50 },
    ],
  ])('stays where the later one leaves it a meaning: %s', (_what, before, now) => {
    const { reconfigure, applied } = settings({ breaker: before });

    reconfigure({ breaker: now });

    expect(applied).toMatchObject([{ breaker: { ...before, ...now } }]);
  });

  it('stays where a queue is left to wait in', () => {
    const { reconfigure, applied } = settings({ bulkhead: { maxQueueMs: 100 } });

    reconfigure({ bulkhead: { maxQueue: 5 } });

    expect(applied).toMatchObject([{ bulkhead: { maxQueue: 5, maxQueueMs: 100 } }]);
  });
});
