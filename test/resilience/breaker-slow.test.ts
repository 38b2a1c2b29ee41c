import { describe, expect, it } from '@jest/globals';
import type { BreakerOptions } from '../../src/resilience/index.ts';
import { opened, succeedLate, told, valuesAreNeutral } from './breaker-support.ts';

describe('slow calls', () => {
  it('open the circuit as their share is reached, though they succeed', async () => {
    const given = told({ slowCallMs: 100, slowCallRateThreshold: 0.5, minimumCalls: 4 });
    await given.succeed(2);
    await succeedLate(given, 100);
    const before = given.state();

    await succeedLate(given, 100);

    expect([before, given.state(), given.reasons]).toEqual(['closed', 'open', ['slow-call-rate']]);
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
    const given = told({ slowCallMs: 100, minimumCalls: 1, classify: valuesAreNeutral });

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

    expect([given.state(), given.reasons]).toEqual(['open', ['slow-call-rate']]);
  });
});

describe('slow trials', () => {
  const halfOpened = async (options: BreakerOptions = {}) => {
    const reasons: string[] = [];
    const onStateChange = ({ reason }: { readonly reason: string }) => reasons.push(reason);
    const given = await opened({ slowCallMs: 100, onStateChange, ...options });
    await given.clock.advance(1_000);
    return { reasons, ...given };
  };

  it('open the circuit again where their share is reached', async () => {
    const given = await halfOpened();
    await succeedLate(given, 100, 2);
    const before = given.circuit.snapshot();

    await succeedLate(given, 100);

    expect([before, given.state(), given.reasons.at(-1)]).toMatchObject([
      { state: 'half-open', slow: 2, successes: 2 },
      'open',
      'slow-call-rate',
    ]);
  });

  it('close it below', async () => {
    const given = await halfOpened();
    await succeedLate(given, 100, 2);

    await given.succeed();

    expect([given.state(), given.reasons.at(-1)]).toEqual(['closed', 'trials-succeeded']);
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

    expect(given.reasons.at(-1)).toBe('trial-failed');
  });
});
