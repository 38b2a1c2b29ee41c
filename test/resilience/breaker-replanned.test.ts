import { describe, expect, it } from '@jest/globals';
import type { BreakerOptions } from '../../src/resilience/index.ts';
import { replanned } from './breaker-support.ts';

describe('a plan that changes', () => {
  it.each<[BreakerOptions, BreakerOptions]>([
    [{ minimumCalls: 100 }, { minimumCalls: 5 }],
    [{ failureRateThreshold: 1 }, { failureRateThreshold: 0.5 }],
    [{ failureRateThreshold: false, consecutiveFailures: 99 }, { failureRateThreshold: 0.5 }],
    [
      { failureRateThreshold: false, consecutiveFailures: 99 },
      { failureRateThreshold: false, failureThreshold: 5 },
    ],
    [
      { failureRateThreshold: false, consecutiveFailures: 99 },
      { failureRateThreshold: false, consecutiveFailures: 5 },
    ],
  ])('from %j to %j: is held against what was counted before', async (first, next) => {
    const { succeed, fail, change, state } = replanned(first);
    await succeed(5);
    await fail(4);
    change(next);
    const before = state();

    await fail();

    expect([before, state()]).toEqual(['closed', 'open']);
  });

  it('raises the minimum of calls as well', async () => {
    const { fail, change, state } = replanned({ minimumCalls: 5 });
    await fail(4);
    change({ minimumCalls: 20 });

    await fail(15);
    const before = state();
    await fail();

    expect([before, state()]).toEqual(['closed', 'open']);
  });

  it('holds in half-open: how many trials, and how many of them may fail', async () => {
    const { circuit, clock, change, fail, succeed, state } = replanned({ minimumCalls: 1, halfOpenCalls: 1 });
    await fail();
    await clock.advance(5_000);
    change({ halfOpenCalls: 4, halfOpenFailureRate: 0.5 });

    await succeed(2);
    await fail();
    const before = state();
    await fail();

    expect([before, state(), circuit.snapshot().mode]).toEqual(['half-open', 'closed', 'enforce']);
  });

  it('holds for the next opening, and leaves the one that is', async () => {
    const { circuit, clock, change, fail } = replanned({ minimumCalls: 1, openMs: 1_000, openJitter: 0 });
    await fail();
    change({ minimumCalls: 1, openMs: 7_000, openJitter: 0 });
    const { retryAfterMs } = circuit.snapshot();
    await clock.advance(1_000);

    await fail();

    expect([retryAfterMs, circuit.snapshot().retryAfterMs]).toEqual([1_000, 14_000]);
  });

  it('switches modes, and counts no call that ends while it is disabled', async () => {
    const { change, fail, begin, circuit } = replanned({ minimumCalls: 1 });
    const early = begin();
    change({ minimumCalls: 1, mode: 'disabled' });
    await early.fail();
    const disabled = circuit.snapshot();
    change({ minimumCalls: 1, mode: 'observe' });

    await fail(2);

    expect([disabled, circuit.snapshot()]).toMatchObject([
      { mode: 'disabled', failures: 0 },
      { mode: 'observe', state: 'open' },
    ]);
  });

  it('says nothing of a wait while it is disabled, as nobody is refused', async () => {
    const { change, fail, circuit } = replanned({ minimumCalls: 1 });
    await fail();

    change({ mode: 'disabled' });

    expect(circuit.snapshot()).toMatchObject({ state: 'open', retryAfterMs: undefined });
  });

  it('keeps the counts of another stretch of time', async () => {
    const { change, fail, clock, circuit } = replanned({ windowMs: 10_000 });
    await fail(4);
    change({ windowMs: 60_000 });

    await clock.advance(59_999);
    const before = circuit.snapshot().failures;
    await clock.advance(1);

    expect([before, circuit.snapshot().failures]).toEqual([4, 0]);
  });

  it('keeps opossum in step with it', async () => {
    const { change, fail, succeed, clock, state } = replanned({ windowMs: 10_000 });
    await succeed(50);
    change({ windowMs: 1_000 });
    await clock.advance(1_000);

    await fail(10);

    expect(state()).toBe('open');
  });

  it('keeps the latest calls of another number', async () => {
    const { change, fail, succeed, circuit } = replanned({ windowCalls: 10 });
    await fail(3);
    await succeed(2);

    change({ windowCalls: 3 });

    expect(circuit.snapshot()).toMatchObject({ successes: 2, failures: 1 });
  });

  it.each<[BreakerOptions, BreakerOptions]>([
    [{ windowCalls: 10 }, { windowMs: 10_000 }],
    [{ windowMs: 10_000 }, { windowCalls: 10 }],
  ])('from %j to %j: begins a new window, and keeps failures in a row', async (first, next) => {
    const row = { failureRateThreshold: false, consecutiveFailures: 3 } as const;
    const { change, fail, circuit, state } = replanned({ ...row, ...first });
    await fail(2);
    change({ ...row, ...next });
    const { failures } = circuit.snapshot();

    await fail();

    expect([failures, state()]).toEqual([0, 'open']);
  });

  it('changes the key: circuits that are no longer asked stay as they are', async () => {
    const { change, fail, succeed, state } = replanned({ minimumCalls: 1, key: (request) => request });
    await fail(1, 'a');

    change({ minimumCalls: 1 });
    await succeed(1, 'a');

    expect([state('a'), state()]).toEqual(['open', 'closed']);
  });

  it('takes keys away with the next one that comes', async () => {
    const key = (request: string) => request;
    const { change, succeed, circuit } = replanned({ key });
    for (const request of ['a', 'b', 'c']) await succeed(1, request);
    change({ key, maxKeys: 2 });

    await succeed(1, 'd');

    expect(circuit.snapshots().map((each) => each.key)).toEqual(['catalog', 'c', 'd']);
  });
});
