import { describe, expect, it } from '@jest/globals';
import { opened, told, valuesAreNeutral } from './breaker-support.ts';

describe('the rules of a closed circuit', () => {
  it('are looked at after a success too, which may complete the minimum of calls', async () => {
    const { fail, succeed, state, reasons } = told({});
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
    const { fail, state } = told({ failureRateThreshold: false, consecutiveFailures: 51, windowCalls: 5 });

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
    const { fail, succeed, clock, state, reasons } = told({ windowCalls: 4 });
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
    const { fail, succeed, state, circuit, reasons } = told({
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
    const { fail, begin, circuit } = told({ windowCalls: 2, classify: valuesAreNeutral });
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
