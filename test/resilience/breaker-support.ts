import { UpstreamResponseError } from '../../src/errors/index.ts';
import type { Random } from '../../src/kernel/index.ts';
import type { Policy } from '../../src/policy/index.ts';
import { createBreaker, readBreaker } from '../../src/resilience/breaker/index.ts';
import {
  type BreakerOptions,
  type BreakerPolicyOptions,
  breaker,
  type CircuitBreaker,
  type CircuitState,
} from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, type Deferred, deferred, endOf } from './support.ts';

/** A failure that counts. */
export const down = new UpstreamResponseError('answered 503', { upstreamStatus: 503 });

/** Calls behind a breaker, which the test ends one by one. */
const driven = <Handle extends CircuitBreaker>(circuit: Handle, policy: Policy<string, string>) => {
  let ran = 0;
  const run = policy(async (_request, call) => {
    ran += 1;
    call.journal.stop('success');
    return current.promise;
  });
  let current: Deferred<string> = deferred();
  const begin = (request = 'q') => {
    current = deferred();
    const gate = current;
    // Nobody hears of it where the call was refused.
    gate.promise.catch(() => undefined);
    const end = endOf(run(request, callOf()));
    return {
      succeed: () => {
        gate.resolve('answer');
        return end;
      },
      fail: (error: unknown = down) => {
        gate.reject(error);
        return end;
      },
      end,
    };
  };
  const succeed = async (times = 1, request?: string) => {
    for (let count = 0; count < times; count += 1) await begin(request).succeed();
  };
  const fail = async (times = 1, request?: string) => {
    for (let count = 0; count < times; count += 1) await begin(request).fail();
  };
  const state = (key?: string): CircuitState => circuit.snapshot(key).state;
  return { circuit, begin, succeed, fail, state, runs: () => ran };
};

/** A breaker whose calls the test ends one by one. */
export const guarded = (
  options: Partial<BreakerPolicyOptions<string, string>> = {},
  random: Random = () => 0,
) => {
  const clock = manualClock();
  const circuit = breaker<string, string>({ name: 'catalog', clock, random, ...options });
  return { clock, ...driven(circuit, circuit.policy) };
};

/** The same, with the reasons of its changes. */
export const told = (options: Partial<BreakerPolicyOptions<string, string>>) => {
  const reasons: string[] = [];
  return { reasons, ...guarded({ ...options, onStateChange: ({ reason }) => reasons.push(reason) }) };
};

/** A `classify` for which values count for nothing. */
export const valuesAreNeutral = ({ error }: { readonly error?: unknown }) =>
  error === undefined ? 'neutral' : undefined;

/** A breaker that has just opened for the first time, for 1 000 ms. */
export const opened = async (
  options: Partial<BreakerPolicyOptions<string, string>> = {},
  random?: Random,
) => {
  const given = guarded({ minimumCalls: 1, openMs: 1_000, ...options }, random);
  await given.fail();
  return given;
};

/** A breaker whose plan changes while it runs. */
export const replanned = (options: BreakerOptions<string>) => {
  const clock = manualClock();
  const read = (given: BreakerOptions<string>) => readBreaker({ where: 'test' }, given);
  let plan = read(options);
  const setup = { name: 'catalog', clock, random: () => 0, events: undefined, plan: () => plan };
  const { handle, policy } = createBreaker<string, string>(setup, undefined);
  const change = (given: BreakerOptions<string>): void => {
    plan = read(given);
  };
  return { clock, change, ...driven(handle, policy) };
};

/** Calls that take so long before they succeed. */
export const succeedLate = async (
  { begin, clock }: Pick<ReturnType<typeof replanned>, 'begin' | 'clock'>,
  ms: number,
  times = 1,
) => {
  for (let count = 0; count < times; count += 1) {
    const call = begin();
    await clock.advance(ms);
    await call.succeed();
  }
};
