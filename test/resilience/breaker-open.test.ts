import { describe, expect, it } from '@jest/globals';
import { BulkheadFullError, type CircuitOpenError } from '../../src/errors/index.ts';
import type { Random } from '../../src/kernel/index.ts';
import type { BreakerPolicyOptions } from '../../src/resilience/index.ts';
import { guarded, opened } from './breaker-support.ts';

describe('open circuit', () => {
  it('refuses without trying', async () => {
    const { begin, runs } = await opened();

    const end = await begin().end;

    expect([end, runs()]).toMatchObject([{ error: { name: 'CircuitOpenError', status: 503 } }, 1]);
  });

  it('says exactly when it will be tried again', async () => {
    const { begin, clock } = await opened();
    await clock.advance(400);

    expect(await begin().end).toMatchObject({ error: { retryAfterMs: 600, dependency: 'catalog' } });
  });

  it('gives a bounded copy of the last counted failure as the cause of a refusal', async () => {
    const secret = Object.assign(new Error('m'.repeat(1_000)), { code: 'ECONNRESET', body: 'secret' });
    const { begin } = guarded({ minimumCalls: 1 });
    await begin().fail(secret);

    const { error } = (await begin().end) as { error: CircuitOpenError };

    expect({ ...(error.cause as object), message: (error.cause as Error).message, stack: undefined }).toEqual(
      {
        name: 'Error',
        code: 'ECONNRESET',
        message: 'm'.repeat(300),
        stack: undefined,
      },
    );
  });

  it('drops outcomes of calls that began before it opened', async () => {
    const { begin, fail, clock, state, circuit } = guarded({ minimumCalls: 1, openMs: 1_000 });
    const early = begin();
    await fail();
    const { openedAt } = circuit.snapshot();
    await clock.advance(500);

    await early.fail();

    expect([state(), circuit.snapshot().openedAt, circuit.snapshot().retryAfterMs]).toEqual([
      'open',
      openedAt,
      500,
    ]);
  });

  it('becomes half-open with the first call after exactly its open time', async () => {
    const { begin, clock, state } = await opened();
    await clock.advance(999);
    const refused = await begin().end;
    await clock.advance(1);
    const before = state();

    begin();

    expect([refused, before, state()]).toMatchObject([
      { error: { code: 'circuit-open', retryAfterMs: 1 } },
      'open',
      'half-open',
    ]);
  });
});

describe('half-open circuit', () => {
  const halfOpened = async (options: Partial<BreakerPolicyOptions<string>> = {}, random?: Random) => {
    const given = await opened(options, random);
    await given.clock.advance(1_000);
    return given;
  };

  it('closes after as many successful trials as asked for', async () => {
    const { succeed, state } = await halfOpened();
    await succeed(2);
    const before = state();

    await succeed();

    expect([before, state()]).toEqual(['half-open', 'closed']);
  });

  it('starts with an empty window after it closed', async () => {
    const { succeed, circuit } = await halfOpened();

    await succeed(3);

    expect(circuit.snapshot()).toMatchObject({ successes: 0, failures: 0, rate: 0, openedAt: undefined });
  });

  it('admits no more trials at once than asked for', async () => {
    const { begin, runs } = await halfOpened();
    for (let count = 0; count < 3; count += 1) begin();

    const refused = await begin().end;

    expect([refused, runs()]).toMatchObject([{ error: { code: 'circuit-open' } }, 4]);
  });

  it('admits no more trials in all than decide over it', async () => {
    const { begin, succeed, runs } = await halfOpened();
    await succeed();
    for (let count = 0; count < 2; count += 1) begin();

    const refused = await begin().end;

    expect([refused, runs()]).toMatchObject([{ error: { code: 'circuit-open' } }, 4]);
  });

  it('opens again at the first failed trial', async () => {
    const { begin, state } = await halfOpened();

    await begin().fail();

    expect(state()).toBe('open');
  });

  it('opens again above the share of trials that may fail', async () => {
    const { fail, succeed, state } = await halfOpened({ halfOpenCalls: 4, halfOpenFailureRate: 0.25 });
    await fail();
    await succeed();
    const before = state();

    await fail();

    expect([before, state()]).toEqual(['half-open', 'open']);
  });

  it('closes with a share of failed trials that is allowed', async () => {
    const { fail, succeed, state } = await halfOpened({ halfOpenCalls: 4, halfOpenFailureRate: 0.25 });

    await fail();
    await succeed(3);

    expect(state()).toBe('closed');
  });

  it('is not closed by a success that began before it opened', async () => {
    const { begin, fail, clock, state, circuit } = guarded({
      minimumCalls: 1,
      openMs: 1_000,
      halfOpenCalls: 2,
    });
    const early = begin();
    await fail();
    await clock.advance(1_000);
    begin();

    await early.succeed();

    expect([state(), circuit.snapshot().successes]).toEqual(['half-open', 0]);
  });

  it('is not re-opened by a failure that began before it opened', async () => {
    const { begin, fail, clock, state } = guarded({ minimumCalls: 1, openMs: 1_000 });
    const early = begin();
    await fail();
    await clock.advance(1_000);
    begin();

    await early.fail();

    expect(state()).toBe('half-open');
  });

  it('gives the permit of a neutral trial to another', async () => {
    const { begin, state, succeed } = await halfOpened({ halfOpenCalls: 1 });
    await begin().fail(new BulkheadFullError());
    const before = state();

    await succeed();

    expect([before, state()]).toEqual(['half-open', 'closed']);
  });

  it('still counts a trial that ends after its permit has expired', async () => {
    const { begin, clock, state } = await halfOpened({ halfOpenCalls: 1 });
    const slow = begin();
    await clock.advance(50_000);

    await slow.succeed();

    expect(state()).toBe('closed');
  });

  it('gives the permit back when classify throws, and goes by the built-in rule', async () => {
    const { begin, state } = await halfOpened({
      halfOpenCalls: 1,
      classify: ({ error }) => {
        if (error === undefined) throw new Error('bug');
        return undefined;
      },
    });

    const end = await begin().succeed();

    expect([end, state()]).toEqual([{ value: 'answer' }, 'closed']);
  });
});

describe('open time', () => {
  const openTimes = async (options: Partial<BreakerPolicyOptions<string>>, random: Random, count: number) => {
    const { fail, clock, circuit } = await opened(options, random);
    const times: (number | undefined)[] = [];
    for (let probe = 0; probe < count; probe += 1) {
      const { retryAfterMs } = circuit.snapshot();
      times.push(retryAfterMs);
      await clock.advance(retryAfterMs ?? 0);
      await fail();
    }
    return times;
  };

  it('grows with each failed trial, up to its cap', async () => {
    expect(await openTimes({ maxOpenMs: 3_000 }, () => 0, 4)).toEqual([1_000, 2_000, 3_000, 3_000]);
  });

  it('is exact the first time and cut at random from the second one on', async () => {
    expect(await openTimes({}, () => 0.5, 3)).toEqual([1_000, 1_800, 3_600]);
  });

  it('is the first one again after the circuit closed', async () => {
    const { fail, succeed, clock, circuit } = await opened();
    await clock.advance(1_000);
    await fail();
    await clock.advance(2_000);
    await succeed(3);

    await fail();

    expect(circuit.snapshot()).toMatchObject({ state: 'open', retryAfterMs: 1_000 });
  });
});
