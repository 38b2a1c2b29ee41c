import { describe, expect, it } from '@jest/globals';
import { createEventHub, type EventHub } from '../../src/events/index.ts';
import type { Clock, Random } from '../../src/kernel/index.ts';
import { type PolicyParts, retry } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, endOf, scripted } from './support.ts';

const down = new Error('down');

/** A call that fails once and waits for its retry. */
const retrying = (parts: PolicyParts) => {
  const policy = retry<string, string>({ maxRetries: 1, backoff: { baseMs: 100 }, ...parts });
  const call = callOf();
  const end = endOf(policy(scripted(down, 'answer').operation)('q', call));
  return { call, end };
};

describe('the parts that a policy is given', () => {
  it('are the clock that it waits by', async () => {
    const clock = manualClock();
    const { call, end } = retrying({ clock, random: () => 1 });
    await clock.advance(99);
    const before = call.journal.snapshot().attempts.length;

    await clock.advance(1);

    expect([before, await end]).toEqual([1, { value: 'answer' }]);
  });

  it('are the chance that it asks', async () => {
    const clock = manualClock();
    const { call, end } = retrying({ clock, random: () => 0.25 });

    await clock.advance(100);
    await end;

    expect(call.journal.snapshot().attempts.map(({ waitMs }) => waitMs)).toEqual([0, 25]);
  });

  it('are the hub that it tells', async () => {
    const events = createEventHub();
    const told: unknown[] = [];
    events.subscribe('attempt.failed', ({ error }) => told.push(error));
    const clock = manualClock();
    const { end } = retrying({ clock, random: () => 0, events });

    await end;

    expect(told).toEqual([down]);
  });

  it.each<[keyof PolicyParts, PolicyParts, string]>([
    // What a caller without types can write.
    ['clock', { clock: { now: () => 0 } as Clock }, 'a clock'],
    ['random', { random: 0.5 as unknown as Random }, 'a function'],
    ['events', { events: {} as EventHub }, 'a hub made by createEventHub()'],
  ])('are refused where they are none: %s', (key, parts, expects) => {
    expect(() => retry(parts)).toThrow(`retry: option "${key}" must be ${expects}, but was `);
  });
});
