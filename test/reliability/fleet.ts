import { UpstreamResponseError } from '../../src/errors/index.ts';
import { createCall } from '../../src/policy/index.ts';
import {
  createStack,
  type ResilienceOptions,
  readResilience,
  type Stack,
} from '../../src/resilience/index.ts';
import { manualClock, seededRandom } from '../../src/testing/index.ts';

type Service = Stack<string, string>;

/** How often work came in each slot of time. */
export interface Counts {
  add(): void;
  /** From `from`, included, to `to`, excluded, in milliseconds. */
  between(from: number, to: number): number;
  /** The most in any `widthMs` from `from` to `to`. */
  peak(from: number, to: number, widthMs: number): number;
}

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });

const createCounts = (now: () => number): Counts => {
  const times: number[] = [];
  const between = (from: number, to: number): number => times.filter((at) => at >= from && at < to).length;
  return {
    add: () => times.push(now()),
    between,
    peak: (from, to, widthMs) => {
      const slots = Array.from({ length: Math.ceil((to - from) / widthMs) }, (_, slot) =>
        between(from + slot * widthMs, from + (slot + 1) * widthMs),
      );
      return Math.max(...slots);
    },
  };
};

/** A dependency that is up or down, and services that call it at a steady rate, on a manual clock. */
export const createWorld = () => {
  const clock = manualClock();
  const state = { up: true };
  const calls = createCounts(clock.now);
  const attempts = createCounts(clock.now);

  /** A service, its chance its own. */
  const service = (seed: number, options: ResilienceOptions<string, string> = {}): Service =>
    createStack<string, string>({
      name: 'catalog',
      resilience: readResilience<string, string>({ where: 'createClient' }, options),
      clock,
      random: seededRandom(seed),
      operation: async () => {
        attempts.add();
        if (!state.up) throw down;
        return 'answer';
      },
    });

  const call = (each: Service): void => {
    calls.add();
    each.run('q', createCall({ name: 'catalog', repeatable: true })).catch(() => undefined);
  };

  /** Lets each service make a call every `everyMs`, for `ms`. */
  const run = async (services: readonly Service[], ms: number, everyMs: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += everyMs) {
      for (const each of services) call(each);
      await clock.advance(everyMs);
    }
  };

  return { state, calls, attempts, service, run };
};
