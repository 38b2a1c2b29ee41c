import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { guarded } from './breaker-support.ts';

describe('a circuit', () => {
  beforeEach(() => {
    // To count the timers of opossum; those of the circuit would be of the manual clock.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('has no timer, whatever its state', async () => {
    const { clock, fail, begin, circuit, state } = guarded({ minimumCalls: 2, openMs: 1_000 });
    const seen: unknown[] = [];
    const look = () => seen.push([state(), jest.getTimerCount() + clock.pendingTimers]);

    await fail();
    look();
    await fail();
    look();
    await clock.advance(1_000);
    begin();
    look();
    circuit.forceOpen();
    look();

    expect(seen).toEqual([
      ['closed', 0],
      ['open', 0],
      ['half-open', 0],
      ['open', 0],
    ]);
  });
});
