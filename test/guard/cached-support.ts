import type { CachedOptions } from '../../src/guard/index.ts';
import { cached } from '../../src/guard/index.ts';
import { type ManualClock, manualClock } from '../../src/testing/index.ts';

/** What one call of a scripted function does: throws an Error, runs a function, gives anything else. */
export type Step = unknown;

/** A cached function that does what it is told to, and what is known of its calls. */
export const scripted = (steps: readonly Step[], options: Partial<CachedOptions<[sku: string]>> = {}) => {
  const clock: ManualClock = manualClock();
  const calls: string[] = [];
  const rest = [...steps];
  const fn = async (sku: string): Promise<unknown> => {
    calls.push(sku);
    const step = rest.length > 1 ? rest.shift() : rest[0];
    if (step instanceof Error) throw step;
    return typeof step === 'function' ? step() : step;
  };
  const run = cached(fn, { name: 'stock', key: (sku) => sku, clock, ...options });
  return { clock, calls, run };
};
