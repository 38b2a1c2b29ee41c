import { describe, expect, it } from '@jest/globals';
import { type CircuitChanged, createEventHub } from '../../src/events/index.ts';
import type { BreakerPolicyOptions } from '../../src/resilience/index.ts';
import { down, guarded, opened } from './breaker-support.ts';

const watched = async (options: Partial<BreakerPolicyOptions<string, string>> = {}) => {
  const events = createEventHub();
  const seen: CircuitChanged[] = [];
  const given = await opened({ ...options, events });
  for (const name of ['circuit.opened', 'circuit.half-open', 'circuit.closed'] as const)
    events.subscribe(name, (event) => seen.push(event));
  return { seen, ...given };
};

describe('disable', () => {
  it('lets every call pass, counts none and says so', async () => {
    const { circuit, begin } = await opened();

    circuit.disable();
    const ends = [await begin().fail(), await begin().fail(), await begin().succeed()];

    expect(ends).toEqual([{ error: down }, { error: down }, { value: 'answer' }]);
    expect(circuit.snapshot()).toMatchObject({
      ...{ state: 'closed', mode: 'disabled', successes: 0, failures: 0 },
      ...{ retryAfterMs: undefined, openedAt: undefined },
    });
  });

  it('is told of as the end of an open circuit', async () => {
    const { seen, circuit, clock } = await watched();
    await clock.advance(300);

    circuit.disable();

    expect(seen).toMatchObject([{ from: 'open', to: 'closed', reason: 'disabled', openForMs: 300 }]);
  });

  it('drops the outcomes of calls that were under way', async () => {
    const { circuit, begin } = guarded({ minimumCalls: 1 });
    const early = begin();
    circuit.disable();
    circuit.forceClose();

    await early.fail();

    expect(circuit.snapshot()).toMatchObject({ state: 'closed', mode: 'enforce', failures: 0 });
  });

  it.each(['forceClose', 'reset'] as const)(
    'ends with %s, from where the rules apply again',
    async (command) => {
      const { circuit, fail, state } = guarded({ minimumCalls: 1 });
      circuit.disable();
      await fail(5);
      circuit[command]();
      const before = circuit.snapshot();

      await fail();

      expect([before, state()]).toMatchObject([{ mode: 'enforce', state: 'closed', failures: 0 }, 'open']);
    },
  );

  it('ends with forceOpen, which refuses', async () => {
    const { circuit, begin } = guarded();
    circuit.disable();

    circuit.forceOpen();

    expect(await begin().end).toMatchObject({ error: { code: 'circuit-open' } });
    expect(circuit.snapshot().mode).toBe('enforce');
  });
});

describe('commands', () => {
  const perRequest = { key: (request: string) => request, minimumCalls: 1 } as const;
  const statesOf = ({ circuit }: ReturnType<typeof guarded>) =>
    circuit.snapshots().map(({ key, state, mode }) => `${key} ${state} ${mode}`);

  it('with a key are for its circuit alone, which comes up with them', async () => {
    const given = guarded(perRequest);
    await given.succeed(1, 'a');

    given.circuit.forceOpen('b');
    given.circuit.disable('a');

    expect(statesOf(given)).toEqual(['catalog closed enforce', 'b open enforce', 'a closed disabled']);
  });

  it('with a key are for its circuit, however long the key', async () => {
    const given = guarded(perRequest);
    const long = 't'.repeat(300);
    given.circuit.forceOpen(long);

    const end = await given.begin(long).end;

    expect([end, given.state(long), given.circuit.snapshots().length]).toMatchObject([
      { error: { code: 'circuit-open' } },
      'open',
      2,
    ]);
  });

  it('with the name are for the own circuit, and for that of such a key where requests have keys', async () => {
    const keyed = guarded(perRequest);
    const plain = guarded();
    for (const { circuit } of [keyed, plain]) circuit.forceOpen('catalog');

    const end = await keyed.begin('catalog').end;

    expect(end).toMatchObject({ error: { code: 'circuit-open' } });
    expect([statesOf(keyed), statesOf(plain)]).toEqual([
      ['catalog open enforce', 'catalog open enforce'],
      ['catalog open enforce'],
    ]);
    expect([plain.state('catalog'), guarded(perRequest).state('catalog')]).toEqual(['open', 'closed']);
  });

  it.each(['forceOpen', 'forceClose', 'disable', 'reset', 'snapshot'] as const)(
    '%s refuses a key that no circuit can have',
    (command) => {
      const { circuit } = guarded(perRequest);

      expect(() => circuit[command]('')).toThrow(
        new TypeError(`${command}: option "key" must be a text that is not empty, but was ""`),
      );
      expect(circuit.snapshots().map(({ state, mode }) => [state, mode])).toEqual([['closed', 'enforce']]);
    },
  );

  it('without one are for all, and those to come', async () => {
    const given = guarded(perRequest);
    await given.succeed(1, 'a');
    given.circuit.forceOpen();

    const refused = [await given.begin('a').end, await given.begin('b').end];

    expect(refused).toMatchObject([{ error: { code: 'circuit-open' } }, { error: { code: 'circuit-open' } }]);
    expect(statesOf(given)).toEqual(['catalog open enforce', 'a open enforce', 'b open enforce']);
  });

  it('to those to come end too', async () => {
    const given = guarded(perRequest);
    given.circuit.disable();
    await given.fail(1, 'a');
    const disabled = statesOf(given);
    given.circuit.reset();

    await given.fail(1, 'b');

    expect([disabled, statesOf(given)]).toEqual([
      ['catalog closed disabled', 'a closed disabled'],
      ['catalog closed enforce', 'a closed enforce', 'b open enforce'],
    ]);
  });

  it('leave exceptions room', async () => {
    const given = guarded(perRequest);
    given.circuit.forceOpen();
    given.circuit.forceClose('a');

    await given.succeed(1, 'a');

    expect([given.state('a'), given.state('b'), given.runs()]).toEqual(['closed', 'open', 1]);
  });

  it('publish nothing for a circuit that comes up open, and how long it was when it ends', async () => {
    const { seen, circuit, begin, clock } = await watched(perRequest);
    circuit.forceOpen();
    seen.length = 0;
    await begin('new').end;
    await clock.advance(50);

    circuit.forceClose('new');

    expect(seen).toMatchObject([{ key: 'new', from: 'open', to: 'closed', reason: 'forced', openForMs: 50 }]);
  });

  it('reset one last error with its key, all without', async () => {
    const given = guarded(perRequest);
    for (const key of ['a', 'b']) await given.fail(1, key);

    given.circuit.reset('a');
    const one = given.circuit.snapshots().map(({ lastError }) => lastError?.message);
    given.circuit.reset();

    expect([one, given.circuit.snapshots().map(({ lastError }) => lastError)]).toEqual([
      [undefined, 'answered 503', undefined],
      [undefined, undefined, undefined],
    ]);
  });

  it('force nothing upon calls where the breaker only observes', async () => {
    const { circuit, begin } = guarded({ mode: 'observe' });

    circuit.forceOpen();

    expect(await begin().succeed()).toEqual({ value: 'answer' });
  });
});

describe('a listener that gives commands itself', () => {
  it('is obeyed: a trial that it forbids is not made', async () => {
    const { circuit, clock, begin, runs, state } = await opened({
      onStateChange: ({ to }) => {
        if (to === 'half-open') circuit.forceOpen();
      },
    });
    await clock.advance(1_000);

    const end = await begin().end;

    expect([end, runs(), state()]).toMatchObject([{ error: { code: 'circuit-open' } }, 1, 'open']);
  });
});
