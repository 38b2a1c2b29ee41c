import { describe, expect, it } from '@jest/globals';
import { type CircuitChanged, createEventHub } from '../../src/events/index.ts';
import { guarded } from './breaker-support.ts';

describe('the events of a circuit', () => {
  it('say what was counted as it opened, and how long it was open in all', async () => {
    const events = createEventHub();
    const told: CircuitChanged[] = [];
    for (const name of ['circuit.opened', 'circuit.half-open', 'circuit.closed'] as const)
      events.subscribe(name, (event) => told.push(event));
    const { clock, succeed, fail } = guarded({
      events,
      minimumCalls: 4,
      openMs: 1_000,
      openGrowth: 1,
      openJitter: 0,
      halfOpenCalls: 1,
    });

    await succeed(1);
    await fail(3);
    await clock.advance(1_000);
    await fail();
    await clock.advance(1_500);
    await succeed();

    expect(told.map(({ to, rate, failures, openForMs }) => [to, rate, failures, openForMs])).toEqual([
      ['open', 0.75, 3, undefined],
      ['half-open', undefined, undefined, 1_000],
      ['open', 1, 1, 1_000],
      ['half-open', undefined, undefined, 2_500],
      ['closed', undefined, undefined, 2_500],
    ]);
    expect(told.every((event) => Object.isFrozen(event))).toBe(true);
  });

  it('begin anew with each opening', async () => {
    const events = createEventHub();
    const closed: unknown[] = [];
    events.subscribe('circuit.closed', ({ openForMs }) => closed.push(openForMs));
    const { clock, circuit } = guarded({ events });

    for (const ms of [300, 20]) {
      circuit.forceOpen();
      await clock.advance(ms);
      circuit.forceClose();
      await clock.advance(1_000);
    }

    expect(closed).toEqual([300, 20]);
  });
});
