import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  type CircuitChanged,
  createEventHub,
  EVENT_NAMES,
  type EventMap,
  type EventName,
  type StaleServed,
} from '../../src/events/index.ts';
import { durationMs, integer, readOptions } from '../../src/kernel/index.ts';
import {
  type Call,
  compose,
  createCall,
  type Operation,
  type Policy,
  type Settled,
} from '../../src/policy/index.ts';

describe('the types of the hub', () => {
  it('give each subscriber the payload of its name', () => {
    const hub = createEventHub();

    hub.subscribe('stale.served', (event) => expectTypeOf(event).toEqualTypeOf<StaleServed>());
    hub.subscribe('circuit.opened', (event) => expectTypeOf(event).toEqualTypeOf<CircuitChanged>());

    expectTypeOf(hub.publish<'stale.served'>)
      .parameter(1)
      .toEqualTypeOf<StaleServed>();
    // @ts-expect-error there is no such event
    expect(() => hub.subscribe('stale.serve', () => undefined)).toThrow(TypeError);
  });

  it('name every event of the map in the list', () => {
    expectTypeOf<EventName>().toEqualTypeOf<keyof EventMap>();
    const listed: Record<EventName, true> = {
      'request.failed': true,
      'request.late': true,
      'attempt.failed': true,
      'attempt.hedged': true,
      'retries.spent': true,
      'dependency.paused': true,
      'circuit.opened': true,
      'circuit.half-open': true,
      'circuit.closed': true,
      'fallback.served': true,
      'stale.served': true,
      'call.completed': true,
      'client.reconfigured': true,
    };

    expect([...EVENT_NAMES].sort()).toEqual(Object.keys(listed).sort());
  });
});

describe('the types of policies', () => {
  it('keep what a policy thinks of its request and answer', async () => {
    const policy: Policy<{ id: string }, number> = (next) => (request, call) => next(request, call);

    const operation = compose(policy, policy)(async ({ id }) => id.length);

    expectTypeOf(operation).toEqualTypeOf<Operation<{ id: string }, number>>();
    expect(await operation({ id: 'abc' }, createCall({ name: 'x' }))).toBe(3);
  });

  it('do not compose policies that think differently', () => {
    const texts: Policy<string, string> = (next) => next;
    const numbers: Policy<string, number> = (next) => next;

    // @ts-expect-error the answers are of two kinds
    const stack = compose(texts, numbers);

    expect(stack).toBeDefined();
  });

  it('let a call be read, not written, and tell a value from an error', () => {
    expectTypeOf<Call>().toEqualTypeOf<Readonly<Call>>();
    expectTypeOf<{ value: 1; error: Error }>().not.toExtend<Settled<number>>();
    expect(Object.keys(createCall({ name: 'x' }))).toContain('journal');
  });
});

describe('the types of options', () => {
  it('want a check for each option, optional ones too', () => {
    interface Options {
      readonly maxRetries: number;
      readonly waitMs?: number;
    }
    const read = () =>
      readOptions<Options>(
        { where: 'retry()' },
        {},
        { maxRetries: 2 },
        { maxRetries: integer(0), waitMs: durationMs() },
      );

    // @ts-expect-error the check of waitMs is missing
    readOptions<Options>({ where: 'retry()' }, {}, { maxRetries: 2 }, { maxRetries: integer(0) });

    expectTypeOf(read).returns.toEqualTypeOf<Readonly<Options>>();
    expect(read()).toEqual({ maxRetries: 2 });
  });
});
