import { describe, expect, it } from '@jest/globals';
import type { BreakerOptions, BreakerPolicyOptions } from '../../src/resilience/index.ts';
import { guarded, opened, succeedLate } from './breaker-support.ts';

const neutral = ({ error }: { readonly error?: unknown }) => (error === undefined ? 'neutral' : undefined);
const reasons: string[] = [];
const told = (options: Partial<BreakerPolicyOptions<string, string>>) => {
  reasons.length = 0;
  return guarded({ ...options, onStateChange: ({ reason }) => reasons.push(reason) });
};

describe('the rules of a closed circuit', () => {
  it('are looked at after a success too, which may complete the minimum of calls', async () => {
    const { fail, succeed, state } = told({});
    await fail(5);
    await succeed(4);
    const before = state();

    await succeed();

    expect([before, state(), reasons]).toEqual(['closed', 'open', ['failure-rate']]);
  });

  it('are looked at after a success too, where the share grew as older ones left the window', async () => {
    const { fail, succeed, clock, state } = told({ minimumCalls: 4 });
    await succeed(4);
    await clock.advance(5_000);
    await fail(3);
    const before = state();
    await clock.advance(5_000);

    await succeed();

    expect([before, state()]).toEqual(['closed', 'open']);
  });

  it('open at no failure at all, even with a threshold of 0', async () => {
    const { fail, succeed, state } = told({ failureRateThreshold: 0, minimumCalls: 3 });
    await succeed(20);
    const before = state();

    await fail();

    expect([before, state()]).toEqual(['closed', 'open']);
  });

  it('open at all failures with a threshold of 1, and at none less', async () => {
    const { fail, succeed, clock, state } = told({ failureRateThreshold: 1, minimumCalls: 2 });
    await succeed();
    await fail(50);
    const before = state();

    await clock.advance(10_000);
    await fail(2);

    expect([before, state()]).toEqual(['closed', 'open']);
  });

  it('that are switched off do nothing, whatever a window of calls holds', async () => {
    const { fail, state } = told({ failureRateThreshold: false, windowCalls: 5 });

    await fail(50);

    expect(state()).toBe('closed');
  });
});

describe('the share of failures', () => {
  it('counts the successes before the first failure, for as long as they are in the window', async () => {
    const { fail, succeed, clock, state } = told({ failureRateThreshold: 0.9 });
    await succeed(5);
    await clock.advance(4_000);
    await succeed(6);
    await clock.advance(1_000);
    await fail(50);
    await clock.advance(4_999);
    await fail(47);
    const before = state();
    await clock.advance(1);

    await fail();

    expect([before, state()]).toEqual(['closed', 'open']);
  });

  it('begins anew where all failures have left the window', async () => {
    const { fail, succeed, clock, state } = told({});
    await succeed(20);
    await fail(9);
    await clock.advance(10_000);
    await succeed(11);
    await fail(10);
    const before = state();

    await fail();

    expect([before, state()]).toEqual(['closed', 'open']);
  });
});

describe('over the last calls', () => {
  it('the failure rate opens, however long ago they were', async () => {
    const { fail, succeed, clock, state } = told({ windowCalls: 4 });
    await succeed(10);
    await fail();
    await clock.advance(1_000_000);
    const before = state();

    await fail();

    expect([before, state(), reasons]).toEqual(['closed', 'open', ['failure-rate']]);
  });

  it('the failure rate opens with a success as well', async () => {
    const { fail, succeed, state } = told({ windowCalls: 4 });
    await fail(2);
    await succeed();
    const before = state();

    await succeed();

    expect([before, state()]).toEqual(['closed', 'open']);
  });

  it('the failure rate opens at a threshold that was reckoned, and is a hair too high', async () => {
    const { fail, succeed, state } = told({ windowCalls: 10, failureRateThreshold: 0.1 + 0.2 });
    await succeed(7);

    await fail(3);

    expect(state()).toBe('open');
  });

  it('failures that calls have pushed out count no longer', async () => {
    const { fail, succeed, state, circuit } = told({
      windowCalls: 4,
      failureRateThreshold: false,
      failureThreshold: 2,
    });
    await fail();
    await succeed(4);
    await fail();
    const before = [state(), circuit.snapshot().failures];

    await fail();

    expect([before, state(), reasons]).toEqual([['closed', 1], 'open', ['failure-count']]);
  });

  it('a neutral outcome takes no place', async () => {
    const { fail, begin, circuit } = told({ windowCalls: 2, classify: neutral });
    await fail();

    await begin().succeed();

    expect(circuit.snapshot()).toMatchObject({ failures: 1, successes: 0 });
  });

  it('a circuit that closed again starts with none', async () => {
    const { fail, succeed, clock, circuit } = await opened({ windowCalls: 2, minimumCalls: 1 });
    await clock.advance(1_000);
    await succeed(3);

    await succeed();

    expect(circuit.snapshot()).toMatchObject({ state: 'closed', successes: 1, failures: 0 });
    await fail();
    expect(circuit.snapshot().state).toBe('open');
  });
});

describe('slow calls', () => {
  it('open the circuit as their share is reached, though they succeed', async () => {
    const given = told({ slowCallMs: 100, slowCallRateThreshold: 0.5, minimumCalls: 4 });
    await given.succeed(2);
    await succeedLate(given, 100);
    const before = given.state();

    await succeedLate(given, 100);

    expect([before, given.state(), reasons]).toEqual(['closed', 'open', ['slow-call-rate']]);
  });

  it.each([
    [99, 0, 'closed'],
    [100, 1, 'open'],
  ])('of %d ms count as %d from 100 ms on', async (ms, slow, state) => {
    const given = told({ slowCallMs: 100, minimumCalls: 1 });

    await succeedLate(given, ms);

    expect(given.circuit.snapshot()).toMatchObject({ slow, state });
  });

  it('need all to be slow unless a smaller share is written', async () => {
    const given = told({ slowCallMs: 100, minimumCalls: 2 });
    await given.succeed();

    await succeedLate(given, 100, 20);

    expect(given.state()).toBe('closed');
  });

  it('say nothing below the minimum of calls', async () => {
    const given = told({ slowCallMs: 100 });
    await succeedLate(given, 100, 9);
    const before = given.state();

    await succeedLate(given, 100);

    expect([before, given.state()]).toEqual(['closed', 'open']);
  });

  it('count among failures too', async () => {
    const { begin, clock, circuit } = told({ slowCallMs: 100 });
    const call = begin();
    await clock.advance(100);

    await call.fail();

    expect(circuit.snapshot()).toMatchObject({ failures: 1, slow: 1, rate: 1 });
  });

  it('count for nothing where the outcome does', async () => {
    const given = told({ slowCallMs: 100, minimumCalls: 1, classify: neutral });

    await succeedLate(given, 100);

    expect(given.circuit.snapshot()).toMatchObject({ slow: 0, state: 'closed' });
  });

  it('are none where slowCallMs is off', async () => {
    const given = told({ minimumCalls: 1 });

    await succeedLate(given, 60_000);

    expect(given.circuit.snapshot()).toMatchObject({ slow: 0, state: 'closed' });
  });

  it('open no circuit without any, even with a threshold of 0', async () => {
    const given = told({ slowCallMs: 100, slowCallRateThreshold: 0, minimumCalls: 1 });
    await given.succeed(5);
    const before = given.state();

    await succeedLate(given, 100);

    expect([before, given.state()]).toEqual(['closed', 'open']);
  });

  it('are counted over the last calls as well', async () => {
    const given = told({ slowCallMs: 100, windowCalls: 2 });
    await given.succeed(5);

    await succeedLate(given, 100, 2);

    expect([given.state(), reasons]).toEqual(['open', ['slow-call-rate']]);
  });
});

describe('slow trials', () => {
  const halfOpened = async (options: BreakerOptions = {}) => {
    reasons.length = 0;
    const onStateChange = ({ reason }: { readonly reason: string }) => reasons.push(reason);
    const given = await opened({ slowCallMs: 100, onStateChange, ...options });
    await given.clock.advance(1_000);
    return given;
  };

  it('open the circuit again where their share is reached', async () => {
    const given = await halfOpened();
    await succeedLate(given, 100, 2);
    const before = given.circuit.snapshot();

    await succeedLate(given, 100);

    expect([before, given.state(), reasons.at(-1)]).toMatchObject([
      { state: 'half-open', slow: 2, successes: 2 },
      'open',
      'slow-call-rate',
    ]);
  });

  it('close it below', async () => {
    const given = await halfOpened();
    await succeedLate(given, 100, 2);

    await given.succeed();

    expect([given.state(), reasons.at(-1)]).toEqual(['closed', 'trials-succeeded']);
  });

  it('open it at once where no other trial could change the share', async () => {
    const given = await halfOpened({ halfOpenCalls: 4, slowCallRateThreshold: 0.5 });
    await succeedLate(given, 100);
    const before = given.state();

    await succeedLate(given, 100);

    expect([before, given.state()]).toEqual(['half-open', 'open']);
  });

  it('that fail are failed trials', async () => {
    const given = await halfOpened({ slowCallRateThreshold: 0.1 });
    const trial = given.begin();
    await given.clock.advance(100);

    await trial.fail();

    expect(reasons.at(-1)).toBe('trial-failed');
  });
});
