import { describe, expect, it } from '@jest/globals';
import type { BackoffOptions } from '../../src/resilience/index.ts';
import { type RetryOptions, readRetry } from '../../src/resilience/retry/index.ts';

const throttleOf = (options: RetryOptions) => readRetry({ where: 'retry' }, options).throttleBackoff;
const DEFAULTS = { kind: 'exponential', baseMs: 1_000, minMs: 0, maxMs: 20_000, jitter: 'full' };

describe('the back-off after throttling, where none is written', () => {
  it.each<[BackoffOptions, object]>([
    [{}, {}],
    [{ baseMs: 999 }, {}],
    [{ baseMs: 1_000 }, {}],
    [{ baseMs: 1_001 }, { baseMs: 1_001, maxMs: 20_020 }],
    [{ baseMs: 5_000 }, { baseMs: 5_000, maxMs: 100_000 }],
    [{ minMs: 1 }, { minMs: 1 }],
    [
      { minMs: 30_000, maxMs: 40_000 },
      { minMs: 30_000, maxMs: 30_000 },
    ],
    [{ jitter: 'none' }, { jitter: 'none' }],
    [
      { baseMs: 50, minMs: 7, jitter: 'equal' },
      { minMs: 7, jitter: 'equal' },
    ],
    [{ kind: 'constant' }, {}],
  ])('beside %j is %j of its own', (backoff, changed) => {
    expect(throttleOf({ backoff })).toEqual({ ...DEFAULTS, ...changed });
  });

  it('beside a function is as it is alone', () => {
    expect(throttleOf({ backoff: () => 60_000 })).toEqual(DEFAULTS);
  });

  it('fills up one of which something is written', () => {
    const throttleBackoff = { baseMs: 100, jitter: 'none' } as const;

    const plan = throttleOf({ backoff: { baseMs: 5_000, minMs: 50, jitter: 'full' }, throttleBackoff });

    expect(plan).toMatchObject({ baseMs: 100, minMs: 50, jitter: 'none' });
  });
});
