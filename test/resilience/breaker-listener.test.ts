import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEventHub } from '../../src/events/index.ts';
import type { StateChange } from '../../src/resilience/index.ts';
import { guarded } from './breaker-support.ts';

describe('onStateChange', () => {
  const { emitWarning } = process;
  let warnings: unknown[] = [];

  beforeEach(() => {
    warnings = [];
    process.emitWarning = (text: unknown, options?: unknown) => {
      warnings.push([text, options]);
    };
  });

  afterEach(() => {
    process.emitWarning = emitWarning;
  });

  const toldTo = async (onStateChange: (change: StateChange) => unknown) => {
    // A listener may give anything back.
    const { fail } = guarded({ minimumCalls: 1, onStateChange: onStateChange as () => void });
    await fail();
  };

  it('is told by a frozen object', async () => {
    const changes: StateChange[] = [];

    await toldTo((change) => changes.push(change));

    expect(changes.map((change) => Object.isFrozen(change))).toEqual([true]);
  });

  it.each([[undefined], [7], [{}], [Promise.resolve()]])(
    'may give %p back without a warning',
    async (given) => {
      await toldTo(() => given);

      expect(warnings).toEqual([]);
    },
  );

  it.each<[string, unknown]>([
    ['no pager', new Error('no pager')],
    ['A value that is no Error was thrown: 7', 7],
  ])('that throws is told of by a warning with a code: %s', async (text, thrown) => {
    await toldTo(() => {
      throw thrown;
    });

    expect(warnings).toEqual([[`onStateChange threw: ${text}`, { code: 'BREAKWATER_LISTENER' }]]);
  });

  it('hears of changes in their order, also where a subscriber makes one within another', async () => {
    const events = createEventHub();
    const seen: string[] = [];
    const { fail, circuit, state } = guarded({
      ...{ minimumCalls: 1, key: (request: string) => request, events },
      onStateChange: ({ key, to }) => seen.push(`${key} ${to}`),
    });
    events.subscribe('circuit.opened', ({ key }) => {
      if (key !== 'a') return;
      circuit.forceOpen('b');
      circuit.forceClose('a');
      seen.push(`now ${state('a')}`);
    });
    for (const name of ['circuit.opened', 'circuit.closed'] as const)
      events.subscribe(name, ({ key, to }) => seen.push(`event ${key} ${to}`));

    await fail(1, 'a');

    expect(seen).toEqual([
      ...['now closed', 'event a open', 'a open'],
      ...['event b open', 'b open'],
      ...['event a closed', 'a closed'],
    ]);
  });

  it('and others that answer each other without end are cut short, and a warning tells', async () => {
    let changes = 0;
    const { fail, circuit } = guarded({
      minimumCalls: 1,
      onStateChange: ({ to }) => {
        changes += 1;
        if (to === 'open') circuit.forceClose();
        else circuit.forceOpen();
      },
    });

    await fail();
    const first = changes;
    circuit.forceOpen();

    expect([first, changes]).toEqual([101, 202]);
    const text = 'Listeners move the circuits of catalog without end: some changes were not told';
    expect(warnings).toEqual([
      [text, { code: 'BREAKWATER_LISTENER' }],
      [text, { code: 'BREAKWATER_LISTENER' }],
    ]);
  });

  it('is told by a hub of the app after one that threw', async () => {
    const hub = createEventHub();
    let isBroken = true;
    const events = {
      ...hub,
      wants: () => {
        if (isBroken) throw new Error('bug of a hub');
        return false;
      },
    };
    const seen: string[] = [];
    const { circuit } = guarded({ events, onStateChange: ({ to }) => seen.push(to) });
    expect(() => circuit.forceOpen()).toThrow('bug of a hub');
    isBroken = false;

    circuit.forceClose();

    expect(seen).toEqual(['closed']);
  });
});
