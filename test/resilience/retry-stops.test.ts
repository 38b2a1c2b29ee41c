import { describe, expect, it } from '@jest/globals';
import {
  BulkheadFullError,
  CircuitOpenError,
  DependencyPausedError,
  isPermanent,
  NotFoundError,
  RejectedError,
  type StopReason,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';
import type { Call } from '../../src/policy/index.ts';
import { type RetryPolicyOptions, readRetry } from '../../src/resilience/index.ts';
import { createRetry } from '../../src/resilience/retry/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { loadCopy } from '../support/copy.ts';
import { down, retried, stopped } from './retry-support.ts';
import { callOf, endOf, type Step, scripted } from './support.ts';

class Shed extends RejectedError {
  constructor() {
    super({ status: 503, code: 'shed' }, 'Shed', {});
  }
}

const late = new UpstreamTimeoutError('Late', { scope: 'total' });

describe('why a call makes no further attempt', () => {
  it.each<[StopReason, number, readonly Step[], RetryPolicyOptions, Partial<Call>]>([
    ['success', 1, ['answer'], {}, {}],
    ['success', 2, [down, 'answer'], {}, {}],
    ['method', 1, [down], {}, { repeatable: false }],
    ['attempts', 3, [down], {}, {}],
    ['attempts', 1, [down], { maxRetries: 0 }, {}],
    ['attempts', 1, [down], { maxRetries: 0 }, { servesRetry: true }],
    ['method', 1, [down], { maxRetries: 0 }, { repeatable: false }],
    ['budget', 1, [down], { budget: { ratio: 0, minPerSecond: 0 } }, {}],
    ['deadline', 1, [down], {}, { deadline: 100 }],
    ['caller-retries', 1, [down], {}, { servesRetry: true }],
    ['method', 1, [down], {}, { servesRetry: true, repeatable: false }],
    ['not-retryable', 1, [new NotFoundError('x')], {}, { servesRetry: true }],
    ['circuit-open', 0, [new CircuitOpenError()], {}, {}],
    ['bulkhead-full', 0, [new BulkheadFullError()], {}, {}],
    ['paused', 0, [new DependencyPausedError()], {}, {}],
    ['paused', 1, [down, new DependencyPausedError()], {}, {}],
    ['not-retryable', 0, [new Shed()], {}, {}],
    ['not-retryable', 1, [down], { shouldRetry: () => false }, {}],
    ['aborted', 0, ['answer'], {}, { signal: AbortSignal.abort('left') }],
    ['deadline', 0, ['answer'], {}, { signal: AbortSignal.abort(late) }],
  ])('%s, after %d attempts', async (reason, attempts, steps, options, given) => {
    const { end } = retried(steps, options);
    const call = callOf(given);

    await end(call);

    expect(stopped(call)).toBe(reason);
    expect(call.journal.snapshot().attempts).toHaveLength(attempts);
  });

  it('is told of a pause by an error of another copy of the package', async () => {
    const copy = await loadCopy();
    const { end } = retried([new copy.DependencyPausedError()]);
    const call = callOf();

    await end(call);

    expect(stopped(call)).toBe('paused');
  });

  it('is not the time where the wait ends just before it is up', async () => {
    const { end, script } = retried([down, 'answer']);

    await end(callOf({ deadline: 101 }));

    expect(script.calls).toHaveLength(2);
  });
});

describe('retry › for a call that serves a retry of its caller', () => {
  it('spends nothing, of the budget neither', async () => {
    const { end, script } = retried([down], { budget: { ratio: 0, minPerSecond: 0.1, windowMs: 10_000 } });
    await end(callOf({ servesRetry: true }));
    const served = script.calls.length;

    await end(callOf());

    expect([served, script.calls.length]).toEqual([1, 3]);
  });

  it('gives the first error as it is', async () => {
    const { end } = retried([down]);

    expect(await end(callOf({ servesRetry: true }))).toEqual({ error: down });
  });

  it('retries all the same with crossHopGuard: false', async () => {
    const { end, script } = retried([down], { crossHopGuard: false });
    const call = callOf({ servesRetry: true });

    await end(call);

    expect([script.calls.length, stopped(call)]).toEqual([3, 'attempts']);
  });
});

describe('retry › the rule that says what stands against repeating', () => {
  const ruled = (why: 'method' | 'body' | undefined, steps: readonly Step[] = [down]) => {
    const seen: object[] = [];
    const clock = manualClock();
    const script = scripted(...steps);
    const plan = readRetry({ where: 'retry' }, { backoff: { baseMs: 0 } });
    const whyNotAgain = (args: object) => {
      seen.push(args);
      return why;
    };
    const run = createRetry<string, string>({
      clock,
      random: () => 0,
      events: undefined,
      plan: () => plan,
      budget: { deposit: () => undefined, withdraw: () => true },
      rules: { whyNotAgain },
    })(script.operation);
    return { seen, script, run };
  };

  it('is asked about the request, the call and the error', async () => {
    const { run, seen } = ruled('method');
    const call = callOf();

    await endOf(run('q', call));

    expect(seen).toEqual([{ request: 'q', call, error: down }]);
  });

  it.each(['method', 'body'] as const)('stops a call by its word: %s', async (why) => {
    const { run, script } = ruled(why);
    const call = callOf();

    await endOf(run('q', call));

    expect([script.calls.length, stopped(call)]).toEqual([1, why]);
  });

  it('lets a call go on that is not known to be repeatable', async () => {
    const { run, script } = ruled(undefined);

    await endOf(run('q', callOf({ repeatable: false })));

    expect(script.calls).toHaveLength(3);
  });

  it('is not asked about an error that is not worth it', async () => {
    const { run, seen } = ruled(undefined, [new NotFoundError('x')]);

    await endOf(run('q', callOf()));

    expect(seen).toEqual([]);
  });
});

describe('retry › the default rule', () => {
  const bug = new TypeError('x is not a function');

  it('repeats no mistake in the code', async () => {
    const { end, script } = retried([bug]);
    const call = callOf();

    expect([isPermanent(bug), await end(call), script.calls.length, stopped(call)]).toEqual([
      true,
      { error: bug },
      1,
      'not-retryable',
    ]);
  });

  it('repeats one where shouldRetry says so', async () => {
    const { end, script } = retried([bug, 'answer'], { shouldRetry: () => true });

    await end(callOf());

    expect(script.calls).toHaveLength(2);
  });

  it('leaves one to the default where shouldRetry says nothing', async () => {
    const { end, script } = retried([bug], { shouldRetry: () => undefined });

    await end(callOf());

    expect(script.calls).toHaveLength(1);
  });

  it('repeats what failed for an unknown reason', async () => {
    const { end, script } = retried([new Error('?'), 'answer']);

    await end(callOf());

    expect(script.calls).toHaveLength(2);
  });
});
