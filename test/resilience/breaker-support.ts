import { UpstreamResponseError } from '../../src/errors/index.ts';
import type { Random } from '../../src/kernel/index.ts';
import { type BreakerPolicyOptions, breaker, type CircuitState } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, type Deferred, deferred, endOf } from './support.ts';

/** A failure that counts. */
export const down = new UpstreamResponseError('answered 503', { upstreamStatus: 503 });

/** A breaker whose calls the test ends one by one. */
export const guarded = (options: Partial<BreakerPolicyOptions<string>> = {}, random: Random = () => 0) => {
  const clock = manualClock();
  const circuit = breaker<string, string>({ name: 'catalog', clock, random, ...options });
  let ran = 0;
  const run = circuit.policy(async (_request, call) => {
    ran += 1;
    call.journal.stop('success');
    return current.promise;
  });
  let current: Deferred<string> = deferred();
  const begin = () => {
    current = deferred();
    const gate = current;
    const end = endOf(run('q', callOf()));
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
  const succeed = async (times = 1) => {
    for (let count = 0; count < times; count += 1) await begin().succeed();
  };
  const fail = async (times = 1) => {
    for (let count = 0; count < times; count += 1) await begin().fail();
  };
  const state = (): CircuitState => circuit.snapshot().state;
  return { clock, circuit, begin, succeed, fail, state, runs: () => ran };
};

/** A breaker that has just opened for the first time, for 1 000 ms. */
export const opened = async (options: Partial<BreakerPolicyOptions<string>> = {}, random?: Random) => {
  const given = guarded({ minimumCalls: 1, openMs: 1_000, ...options }, random);
  await given.fail();
  return given;
};
