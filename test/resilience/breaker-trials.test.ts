import { describe, expect, it } from '@jest/globals';
import type { BreakerOptions, BreakerPolicyOptions, ResilienceOptions } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { opened, replanned, succeedLate } from './breaker-support.ts';
import { callOf, endOf, scripted, stackOf } from './support.ts';

const halfOpened = async (options: Partial<BreakerPolicyOptions<string, string>> = {}) => {
  const given = await opened(options);
  await given.clock.advance(1_000);
  return given;
};

describe('a trial', () => {
  it('says when to ask again, as after an opening, and nothing where there is room', async () => {
    const { clock, begin, circuit } = await halfOpened({ halfOpenCalls: 2 });
    begin();
    await clock.advance(100);
    const free = circuit.snapshot().retryAfterMs;
    begin();
    await clock.advance(300);

    const end = await begin().end;

    expect([free, circuit.snapshot().retryAfterMs, end]).toMatchObject([
      0,
      1_000,
      { error: { retryAfterMs: 1_000 } },
    ]);
  });

  it('holds its place beyond openMs: no more than halfOpenCalls are ever under way', async () => {
    const { clock, begin, runs } = await halfOpened({ halfOpenCalls: 3 });

    for (let count = 0; count < 100; count += 1) {
      void begin().end;
      await clock.advance(299);
    }

    expect(runs()).toBe(1 + 3);
  });

  it('that hung makes room after 30 s, to the millisecond', async () => {
    const { clock, begin, circuit, runs } = await halfOpened({ halfOpenCalls: 1 });
    begin();
    await clock.advance(29_999);
    await begin().end;
    const before = [circuit.snapshot().retryAfterMs, runs()];
    await clock.advance(1);
    const after = circuit.snapshot().retryAfterMs;

    begin();

    expect([before, after, runs()]).toEqual([[1, 2], 0, 3]);
  });

  it('that hung makes room after openMs where that is longer', async () => {
    const { clock, begin, circuit } = await halfOpened({ halfOpenCalls: 1, openMs: 40_000 });
    await clock.advance(39_000);
    begin();
    await clock.advance(39_999);
    const before = circuit.snapshot().retryAfterMs;
    await clock.advance(1);

    expect([before, circuit.snapshot().retryAfterMs]).toEqual([1, 0]);
  });

  it('may fail exactly as often as the share allows, where that has no exact binary fraction', async () => {
    const { fail, succeed, state } = await halfOpened({ halfOpenCalls: 100, halfOpenFailureRate: 0.29 });
    await fail(29);
    const before = state();

    await succeed(71);

    expect([before, state()]).toEqual(['half-open', 'closed']);
  });
});

describe('trials of a stack', () => {
  /** How long a trial that hangs keeps its place. */
  const heldMs = async (options: ResilienceOptions<string, string>, timeoutMs?: number) => {
    const never = () => new Promise<string>(() => undefined);
    const script = scripted(new Error('down'), never);
    const rules =
      timeoutMs === undefined ? {} : { timeoutOf: () => ({ attemptMs: timeoutMs, totalMs: timeoutMs }) };
    const breaker = { minimumCalls: 1, openMs: 1_000, halfOpenCalls: 1, openJitter: 0, ...options.breaker };
    const clock = manualClock();
    // No timer fires: its trials hang whatever their limits.
    const stuck = { ...clock, setTimer: () => () => undefined };
    const all = { retry: false, ...options, breaker } as const;
    const { run, breaker: circuit } = stackOf(script, all, { clock: stuck, rules });
    await endOf(run('q', callOf()));
    await clock.advance(1_000);
    void endOf(run('q', callOf()));
    await clock.advance(0);
    for (let ms = 0; ms < 100_000; ms += 500) {
      if (circuit?.snapshot().retryAfterMs === 0) return ms;
      await clock.advance(500);
    }
    return Number.POSITIVE_INFINITY;
  };

  it.each<[ResilienceOptions<string, string>, number | undefined, number]>([
    [{}, undefined, 33_000],
    [{ timeout: { attemptMs: 7_000 } }, undefined, 37_000],
    [{ timeout: { attemptMs: 7_000 } }, 8_000, 38_000],
    [{ timeout: false }, undefined, 30_000],
    [{ breaker: { scope: 'call' } }, undefined, 40_000],
  ])('keep their place 30 s longer than they may last: %j', async (options, timeoutMs, ms) => {
    expect(await heldMs(options, timeoutMs)).toBe(ms);
  });
});

describe('a half-open circuit whose plan changes', () => {
  const halfOpen = async (options: BreakerOptions<string>) => {
    const plan = { minimumCalls: 1, slowCallMs: 100, openJitter: 0, ...options };
    const given = replanned(plan);
    await given.fail();
    await given.clock.advance(5_000);
    const change = (next: BreakerOptions<string>) => given.change({ ...plan, ...next });
    return { ...given, change };
  };

  it('closes with the next call where fewer trials are asked for, and enough have succeeded', async () => {
    const { succeed, change, state, circuit, begin, runs } = await halfOpen({ halfOpenCalls: 3 });
    await succeed(2);
    void begin().end;
    change({ halfOpenCalls: 2 });
    const before = [state(), circuit.snapshot().retryAfterMs];

    void begin().end;

    expect([before, state(), runs()]).toEqual([['half-open', 0], 'closed', 5]);
  });

  it('opens with the next call where fewer may fail than did', async () => {
    const { fail, change, state, begin } = await halfOpen({ halfOpenCalls: 4, halfOpenFailureRate: 0.5 });
    await fail(1);
    change({ halfOpenCalls: 4, halfOpenFailureRate: 0 });

    const end = await begin().end;

    expect([end, state()]).toMatchObject([{ error: { code: 'circuit-open', retryAfterMs: 10_000 } }, 'open']);
  });

  it.each([
    ['failed', async ({ fail }: ReturnType<typeof replanned>) => fail(1)],
    ['slow', async (given: ReturnType<typeof replanned>) => succeedLate(given, 100)],
  ])('takes the share of %s ones of all that are done, where these are more', async (_what, act) => {
    const given = await halfOpen({ halfOpenCalls: 4, halfOpenFailureRate: 0.4, slowCallRateThreshold: 0.4 });
    await act(given);
    await given.succeed(2);
    given.change({ halfOpenCalls: 2, halfOpenFailureRate: 0.4, slowCallRateThreshold: 0.4 });

    await given.succeed();

    expect(given.state()).toBe('closed');
  });
});
