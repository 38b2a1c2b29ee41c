import { type Call, compose, type Policy } from '../../src/policy/index.ts';
import { breaker, bulkhead, fallback, hedge, retry, timeout } from '../../src/resilience/index.ts';
import { sleep } from '../../src/resilience/sleep.ts';
import { type ManualClock, manualClock } from '../../src/testing/index.ts';
import { callOf, endOf, type Step, scripted } from '../resilience/support.ts';

/** The policies that the orders are made of, by their names. */
export interface Parts {
  /** Two retries, 100 ms apart. */
  readonly retry: Policy<string, string>;
  /** 150 ms. */
  readonly timeout: Policy<string, string>;
  /** 150 ms for the whole of what stands inside. */
  readonly total: Policy<string, string>;
  /** Opens at the third failure in a row. */
  readonly breaker: Policy<string, string>;
  /** One slot, no queue. */
  readonly bulkhead: Policy<string, string>;
  /** One slot, and a queue. */
  readonly queue: Policy<string, string>;
  /** A second attempt after 50 ms. */
  readonly hedge: Policy<string, string>;
  /** Answers "instead". */
  readonly fallback: Policy<string, string>;
}

const partsOf = (clock: ManualClock): Parts => ({
  retry: retry({ backoff: { kind: 'constant', baseMs: 100, jitter: 'none' }, budget: false, clock }),
  timeout: timeout({ ms: 150, clock }),
  total: timeout({ ms: 150, scope: 'total', clock }),
  breaker: breaker<string, string>({ name: 'catalog', consecutiveFailures: 3, clock }).policy,
  bulkhead: bulkhead({ maxConcurrent: 1, maxQueue: 0, clock }),
  queue: bulkhead({ maxConcurrent: 1, maxQueue: 10, clock }),
  hedge: hedge({ afterMs: 50, budget: false, clock }),
  fallback: fallback<string, string>({ value: 'instead' }, { clock }),
});

/** What calls came to. */
export interface Observed {
  /** How each call ended: its value, or the code or message of its error. */
  readonly ends: readonly unknown[];
  /** Attempts in the journal of each call. */
  readonly attempts: readonly number[];
  /** How often the operation ran, for all of them together. */
  readonly executions: number;
}

const shortly = (end: unknown): unknown => {
  // endOf() gives one of the two.
  const { value, error } = end as {
    readonly value?: unknown;
    readonly error?: { code?: string; message: string };
  };
  return error === undefined ? value : (error.code ?? error.message);
};

/** The step of an operation that takes its time. */
export const SLOW = 'takes 100 ms';

/** The step that its text says. */
const slowly =
  (clock: ManualClock): Step =>
  async (_request, { signal }) => {
    await sleep(100, { clock, signal });
    return SLOW;
  };

/** Composes parts, the first listed outermost, and makes calls: together, or each when the one before has ended. */
export const observe = async (
  order: readonly (keyof Parts)[],
  { steps, calls = 1, together = false }: { steps: readonly Step[]; calls?: number; together?: boolean },
): Promise<Observed> => {
  const clock = manualClock();
  const parts = partsOf(clock);
  const script = scripted(...steps.map((step) => (step === SLOW ? slowly(clock) : step)));
  const run = compose(...order.map((name) => parts[name]))(script.operation);
  const made: readonly Call[] = Array.from({ length: calls }, () => callOf());
  const ends: Promise<unknown>[] = [];
  for (const call of made) {
    ends.push(endOf(run('q', call)));
    await clock.advance(together ? 0 : 2_000);
  }
  await clock.advance(2_000);
  return {
    ends: (await Promise.all(ends)).map(shortly),
    attempts: made.map(({ journal }) => journal.snapshot().attempts.length),
    executions: script.calls.length,
  };
};
