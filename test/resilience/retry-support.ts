import { type StopReason, UpstreamResponseError } from '../../src/errors/index.ts';
import type { Call } from '../../src/policy/index.ts';
import { type RetryPolicyOptions, retry } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { endOf, type Step, scripted } from './support.ts';

/** A failure that is worth a retry. */
export const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const steady = { kind: 'constant', baseMs: 100, jitter: 'none' } as const;

/** A retry policy around a script, with waits of 100 ms. */
export const retried = (steps: readonly Step[], options: RetryPolicyOptions = {}) => {
  const clock = manualClock();
  const script = scripted(...steps);
  const run = retry<string, string>({ backoff: steady, clock, ...options })(script.operation);
  const end = async (call: Call) => {
    const work = endOf(run('q', call));
    await clock.advance(10_000);
    return work;
  };
  return { clock, script, run, end };
};
/** Why a call ended. */
export const stopped = (call: Call): StopReason | undefined => call.journal.snapshot().stopped;
