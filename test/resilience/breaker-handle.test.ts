import { describe, expect, it } from '@jest/globals';
import { type CircuitChanged, createEventHub } from '../../src/events/index.ts';
import type { BreakerSnapshot } from '../../src/resilience/index.ts';
import { down, guarded, opened } from './breaker-support.ts';

describe('modes', () => {
  it('observe: refuses nothing, and changes its state as it would', async () => {
    const { fail, runs, state, begin } = guarded({ mode: 'observe', minimumCalls: 1 });
    await fail();

    const end = await begin().succeed();

    expect([end, runs(), state()]).toEqual([{ value: 'answer' }, 2, 'open']);
  });

  it('disabled: counts nothing', async () => {
    const { fail, circuit } = guarded({ mode: 'disabled', minimumCalls: 1 });

    await fail(20);

    expect(circuit.snapshot()).toMatchObject({ state: 'closed', mode: 'disabled', failures: 0 });
  });
});

describe('handle', () => {
  it('shows the circuit as a frozen snapshot', async () => {
    const { succeed, fail, circuit } = guarded();
    await succeed(3);
    await fail(1);

    const snapshot: BreakerSnapshot = circuit.snapshot();

    expect([Object.isFrozen(snapshot), snapshot]).toEqual([
      true,
      {
        key: 'catalog',
        state: 'closed',
        mode: 'enforce',
        successes: 3,
        failures: 1,
        slow: 0,
        rate: 0.25,
        openedAt: undefined,
        retryAfterMs: undefined,
        lastError: { name: 'UpstreamResponseError', message: 'answered 503', code: 'dependency-unavailable' },
      },
    ]);
  });

  it('shows when the circuit opened, on the wall clock', async () => {
    const { clock, circuit } = await opened();

    expect(circuit.snapshot().openedAt).toBe(clock.wallTime());
  });

  it('forceOpen refuses until told otherwise, however long', async () => {
    const { circuit, clock, begin } = guarded({ openMs: 1_000 });
    circuit.forceOpen();
    await clock.advance(1_000_000);

    expect(await begin().end).toMatchObject({ error: { code: 'circuit-open', retryAfterMs: 1_000 } });
  });

  it('forceClose lets calls pass at once and counts them from nothing', async () => {
    const { circuit, begin, fail, state } = await opened({ minimumCalls: 2 });
    await fail();
    circuit.forceClose();

    const end = await begin().fail();

    expect([end, state(), circuit.snapshot().failures]).toEqual([{ error: down }, 'closed', 1]);
  });

  it('reset forgets the last error too', async () => {
    const { circuit } = await opened();

    circuit.reset();

    expect(circuit.snapshot()).toMatchObject({ state: 'closed', failures: 0, lastError: undefined });
  });
});

describe('changes of state', () => {
  const watched = async () => {
    const events = createEventHub();
    const seen: CircuitChanged[] = [];
    for (const name of ['circuit.opened', 'circuit.half-open', 'circuit.closed'] as const)
      events.subscribe(name, (event) => seen.push(event));
    return { seen, ...(await opened({ events })) };
  };

  it('are published with their reasons', async () => {
    const { seen, clock, fail, succeed } = await watched();
    await clock.advance(1_000);
    await fail();
    await clock.advance(2_000);
    await succeed(3);

    expect(seen.map(({ from, to, reason, openMs }) => [from, to, reason, openMs])).toEqual([
      ['closed', 'open', 'failure-rate', 1_000],
      ['open', 'half-open', 'open-time-passed', undefined],
      ['half-open', 'open', 'trial-failed', 2_000],
      ['open', 'half-open', 'open-time-passed', undefined],
      ['half-open', 'closed', 'trials-succeeded', undefined],
    ]);
  });

  it('are not published where nothing changed', async () => {
    const { seen, circuit } = await watched();

    circuit.forceOpen();

    expect(seen.length).toBe(1);
  });

  it.each([
    ['failure-count', { failureThreshold: 1 }],
    ['consecutive-failures', { consecutiveFailures: 1 }],
  ] as const)('name the rule %s', async (reason, rule) => {
    const seen: unknown[] = [];
    const { fail } = guarded({ ...rule, onStateChange: (change) => seen.push(change) });

    await fail();

    expect(seen).toEqual([{ from: 'closed', to: 'open', reason, name: 'catalog', key: 'catalog' }]);
  });

  it('warns of an async onStateChange that rejects, instead of ending the process', async () => {
    const { emitWarning } = process;
    const warned = new Promise((resolve) => {
      process.emitWarning = resolve;
    });
    const { fail, state } = guarded({
      minimumCalls: 1,
      onStateChange: async () => {
        throw new Error('no pager');
      },
    });

    await fail();
    const warning = await warned;
    process.emitWarning = emitWarning;

    expect([state(), warning]).toEqual(['open', 'onStateChange threw: no pager']);
  });

  it('reach onStateChange, whose own failure changes nothing', async () => {
    const { begin } = guarded({
      minimumCalls: 1,
      onStateChange: () => {
        throw new Error('bug');
      },
    });
    const { emitWarning } = process;
    const warnings: unknown[] = [];
    process.emitWarning = (warning: unknown) => {
      warnings.push(warning);
    };

    const end = await begin().fail();
    process.emitWarning = emitWarning;

    expect([end, warnings]).toEqual([{ error: down }, ['onStateChange threw: bug']]);
  });
});
