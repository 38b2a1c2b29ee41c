import { createReader, type Kept } from '../../src/cache/index.ts';
import type { Random } from '../../src/kernel/index.ts';
import { manualClock, seededRandom } from '../../src/testing/index.ts';

/** How a reader under test is set up. */
export interface ReaderTest {
  readonly coolDownMs?: number | false;
  readonly earlyRefresh?: number | false;
  readonly random?: Random;
}

/** What is kept: fresh for a second, 200 ms more while it is renewed, 500 ms more where asking fails. */
export const KEPT = {
  value: 'kept',
  key: 'digest',
  initialAgeMs: 0,
  lifetimeMs: 1_000,
  usableMs: 1_000,
  staleIfErrorMs: 500,
  staleWhileRevalidateMs: 200,
  loadMs: 100,
};

/** The failure that a stale value may stand in for. */
export const DOWN = new Error('down');

/** A reader, with something that it finds kept and something that it asks. */
export const readerOf = ({
  coolDownMs = false,
  earlyRefresh = false,
  random = seededRandom(1),
}: ReaderTest = {}) => {
  const clock = manualClock();
  const reader = createReader<string>({ clock, random, coolDownMs, earlyRefresh });
  const storedAt = clock.wallTime();
  const counts = { asked: 0, refreshed: 0 };
  const state: {
    kept: Kept<string> | undefined;
    answer: () => Promise<string>;
    renewed: () => Promise<unknown>;
  } = {
    kept: { ...KEPT, storedAt },
    answer: async () => 'asked',
    renewed: async () => undefined,
  };
  return {
    clock,
    state,
    counts,
    storedAt,
    /** Keeps something else, as if it had been stored at the start. */
    keep: (change: Partial<Kept<string>> | undefined): void => {
      state.kept = change && { ...KEPT, storedAt, ...change };
    },
    fail: (error: unknown = DOWN): void => {
      state.answer = () => Promise.reject(error);
    },
    failRenewal: (error: unknown = DOWN): void => {
      state.renewed = () => Promise.reject(error);
    },
    read: (key = 'tea') =>
      reader.read<string>({
        key,
        recall: async () => state.kept,
        ask: () => {
          counts.asked += 1;
          return state.answer();
        },
        refresh: () => {
          counts.refreshed += 1;
          return state.renewed();
        },
        staleReasonOf: (error) => (error === DOWN ? 'network' : undefined),
      }),
  };
};
