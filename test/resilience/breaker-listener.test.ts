import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
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
});
