import { describe, expect, it } from '@jest/globals';
import {
  BulkheadFullError,
  CircuitOpenError,
  DependencyPausedError,
  NotFoundError,
  type StopReason,
  UpstreamResponseError,
} from '../../src/errors/index.ts';
import { type AttemptFailed, createEventHub } from '../../src/events/index.ts';
import { sleep } from '../../src/kernel/index.ts';
import type { Call } from '../../src/policy/index.ts';
import { type RetryPolicyOptions, readRetry, retry } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, endOf, errorOf, hanging, type Step, scripted } from './support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const steady = { kind: 'constant', baseMs: 100, jitter: 'none' } as const;

const retried = (steps: readonly Step[], options: RetryPolicyOptions = {}) => {
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
const stopped = (call: Call): StopReason | undefined => call.journal.snapshot().stopped;

describe('retry', () => {
  it('tries again until an attempt succeeds', async () => {
    const { end, script } = retried([down, down, 'answer']);

    expect([await end(callOf()), script.calls.length]).toEqual([{ value: 'answer' }, 3]);
  });

  it('gives the last error, unchanged, when the attempts are spent', async () => {
    const last = new Error('last');
    const { end, script } = retried([down, down, last]);
    const call = callOf();

    expect([await end(call), script.calls.length, stopped(call)]).toEqual([{ error: last }, 3, 'attempts']);
  });

  it('numbers the attempts', async () => {
    const { end, script } = retried([down, down, 'answer']);

    await end(callOf());

    expect(script.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it('waits as long as the back-off says', async () => {
    const startedAt: number[] = [];
    const clock = manualClock();
    const step: Step = async () => {
      startedAt.push(clock.now());
      throw down;
    };
    const { run } = retried([step], { clock, backoff: { baseMs: 1_000, jitter: 'none' } });
    const work = errorOf(run('q', callOf()));

    await clock.advance(3_000);

    expect([await work, startedAt]).toEqual([down, [0, 1_000, 3_000]]);
  });

  it('tells a custom back-off which attempt failed, how, and what was waited before', async () => {
    const seen: unknown[] = [];
    const backoff = ({
      attempt,
      error,
      previousMs,
    }: {
      attempt: number;
      error: unknown;
      previousMs: number;
    }) => {
      seen.push([attempt, error, previousMs]);
      return attempt * 10;
    };
    const { end } = retried([down], { backoff });

    await end(callOf());

    expect(seen).toEqual([
      [1, down, 0],
      [2, down, 10],
    ]);
  });

  it('waits at least as long as the error asks for', async () => {
    const asked = new UpstreamResponseError('503', { upstreamStatus: 503, retryAfterMs: 700 });
    const { end } = retried([asked, 'answer']);
    const call = callOf();

    await end(call);

    expect(call.journal.snapshot().attempts.map(({ waitMs }) => waitMs)).toEqual([0, 700]);
  });

  it('waits for its back-off where the error asks for less', async () => {
    const asked = new UpstreamResponseError('503', { upstreamStatus: 503, retryAfterMs: 1 });
    const { end } = retried([asked, 'answer']);
    const call = callOf();

    await end(call);

    expect(call.journal.snapshot().attempts[1]?.waitMs).toBe(100);
  });

  it('fails at once where the wait that is asked for does not fit the time left', async () => {
    const asked = new UpstreamResponseError('503', { upstreamStatus: 503, retryAfterMs: 500 });
    const { run, clock, script } = retried([asked]);
    const call = callOf({ deadline: 500 });

    const end = await endOf(run('q', call));

    expect([end, stopped(call), script.calls.length, clock.pendingTimers]).toEqual([
      { error: asked },
      'deadline',
      1,
      0,
    ]);
  });

  it('does not wait for hours where there is no deadline', async () => {
    const asked = new UpstreamResponseError('503', { upstreamStatus: 503, retryAfterMs: 3_600_000 });
    const { run } = retried([asked]);
    const call = callOf();

    expect([await endOf(run('q', call)), stopped(call)]).toEqual([{ error: asked }, 'deadline']);
  });

  it.each([
    [new NotFoundError('No such product'), 'not-retryable'],
    [new CircuitOpenError(), 'circuit-open'],
    [new BulkheadFullError(), 'bulkhead-full'],
    [new DependencyPausedError(), 'not-retryable'],
  ] as const)('never repeats a call that ended in %p', async (error, reason) => {
    const { end, script } = retried([error], { shouldRetry: () => true });
    const call = callOf();

    expect([await end(call), script.calls.length, stopped(call)]).toEqual([{ error }, 1, reason]);
  });

  it('never repeats a call that is not repeatable', async () => {
    const { end, script } = retried([down], { shouldRetry: () => true });
    const call = callOf({ repeatable: false });

    expect([await end(call), script.calls.length, stopped(call)]).toEqual([{ error: down }, 1, 'method']);
  });

  it('asks shouldRetry about the error and the attempt', async () => {
    const seen: unknown[] = [];
    const shouldRetry = (args: { error: unknown; attempt: number }) => {
      seen.push(args);
      return args.attempt < 2;
    };
    const { end } = retried([down], { shouldRetry, maxRetries: 5 });
    const call = callOf();

    await end(call);

    expect([seen, stopped(call)]).toEqual([
      [
        { error: down, attempt: 1 },
        { error: down, attempt: 2 },
      ],
      'not-retryable',
    ]);
  });

  it('rejects with what shouldRetry throws', async () => {
    const bug = new Error('bug');
    const { end } = retried([down], {
      shouldRetry: () => {
        throw bug;
      },
    });

    expect(await end(callOf())).toEqual({ error: bug });
  });

  it("rejects with the caller's own reason when the caller leaves during a wait", async () => {
    const { run, clock } = retried([down]);
    const caller = new AbortController();
    const reason = new Error('left');
    const call = callOf({ signal: caller.signal });
    const end = errorOf(run('q', call));
    await clock.advance(50);

    caller.abort(reason);

    expect([await end, stopped(call), clock.pendingTimers]).toEqual([reason, 'aborted', 0]);
  });

  it("rejects with the caller's own reason when the caller leaves during an attempt", async () => {
    const { run, script, clock } = retried([hanging]);
    const caller = new AbortController();
    const reason = new Error('left');
    const call = callOf({ signal: caller.signal });
    const end = errorOf(run('q', call));
    await clock.advance(0);

    caller.abort(reason);

    expect([await end, stopped(call), script.calls.length]).toEqual([reason, 'aborted', 1]);
  });

  it('does not start for a caller who has left', async () => {
    const { run, script } = retried(['answer']);
    const call = callOf({ signal: AbortSignal.abort('left') });

    expect([await endOf(run('q', call)), stopped(call), script.calls.length]).toEqual([
      { error: 'left' },
      'aborted',
      0,
    ]);
  });
});

describe('retry budget of a policy', () => {
  const budget = { ratio: 0, minPerSecond: 0.01, windowMs: 100_000 };

  it('is shared by all calls: once empty, the last error reaches the caller unchanged', async () => {
    const { end, script } = retried([down], { budget, maxRetries: 1 });
    await end(callOf());
    const call = callOf();

    expect([await end(call), stopped(call), script.calls.length]).toEqual([{ error: down }, 'budget', 3]);
  });

  it('stops a retry that it cannot pay', async () => {
    const { end, script } = retried([down], { budget, maxRetries: 5 });
    const call = callOf();

    await end(call);

    expect([stopped(call), script.calls.length]).toEqual(['budget', 2]);
  });

  it('is not asked for a retry that would not be made', async () => {
    const { end, script } = retried([down, down, down, 'answer'], { budget, maxRetries: 1 });
    await end(callOf({ repeatable: false }));

    await end(callOf());

    expect(script.calls.length).toBe(3);
  });

  it('is left out by false', async () => {
    const { end, script } = retried([down], { budget: false, maxRetries: 100 });

    await end(callOf());

    expect(script.calls.length).toBe(101);
  });
});

describe('journal of a retried call', () => {
  it('tells of each attempt: how it ended, how long it took, what was waited', async () => {
    const clock = manualClock();
    const slow: Step = async () => {
      await sleep(30, { clock });
      throw down;
    };
    const { run } = retried([slow, 'answer'], { clock });
    const call = callOf();
    const work = run('q', call);

    await clock.advance(200);
    await work;

    expect(call.journal.snapshot()).toEqual({
      attempts: [
        {
          number: 1,
          status: undefined,
          code: 'dependency-unavailable',
          durationMs: 30,
          waitMs: 0,
          reason: 'status-503',
        },
        { number: 2, status: undefined, code: undefined, durationMs: 0, waitMs: 100, reason: undefined },
      ],
      stopped: 'success',
    });
  });

  it('names unknown errors by their name and code', async () => {
    const refused = Object.assign(new TypeError('no'), { code: 'ECONNREFUSED' });
    const { end } = retried([refused], { maxRetries: 0 });
    const call = callOf();

    await end(call);

    expect(call.journal.snapshot().attempts).toMatchObject([{ code: 'ECONNREFUSED', reason: 'TypeError' }]);
  });

  it('stays short whatever was thrown', async () => {
    const step: Step = () => Promise.reject({ code: 'x'.repeat(1_000), name: 7 });
    const { end } = retried([step], { maxRetries: 0 });
    const call = callOf();

    await end(call);

    expect(call.journal.snapshot().attempts).toMatchObject([{ code: 'x'.repeat(64), reason: 'unknown' }]);
  });

  it('does not count a refusal as an attempt', async () => {
    const { end } = retried([down, new CircuitOpenError()]);
    const call = callOf();

    await end(call);

    expect(call.journal.snapshot()).toMatchObject({ attempts: [{ number: 1 }], stopped: 'circuit-open' });
  });
});

describe('attempt.failed', () => {
  const watched = (steps: readonly Step[]) => {
    const events = createEventHub();
    const seen: AttemptFailed[] = [];
    events.subscribe('attempt.failed', (event) => seen.push(event));
    return { seen, ...retried(steps, { events }) };
  };

  it('tells of each failed attempt and of the wait that follows', async () => {
    const { end, seen } = watched([down]);

    await end(callOf());

    expect(
      seen.map(({ attempt, nextWaitMs, maxAttempts }) => [attempt.number, nextWaitMs, maxAttempts]),
    ).toEqual([
      [1, 100, 3],
      [2, 100, 3],
      [3, undefined, 3],
    ]);
  });

  it.each([new NotFoundError('No such product'), new CircuitOpenError()])(
    'is not published for %p',
    async (error) => {
      const { end, seen } = watched([error]);

      await end(callOf());

      expect(seen).toEqual([]);
    },
  );

  it('is not published for a caller who leaves', async () => {
    const { run, seen, clock } = watched([hanging]);
    const caller = new AbortController();
    const end = errorOf(run('q', callOf({ signal: caller.signal })));
    await clock.advance(0);

    caller.abort();
    await end;

    expect(seen).toEqual([]);
  });
});

describe('retry options', () => {
  const site = { where: 'createClient', path: 'retry' };

  it("let a call change what it writes and keep its client's rest", () => {
    const base = readRetry(site, { maxRetries: 4, backoff: { baseMs: 7 } });

    const plan = readRetry(site, { backoff: { jitter: 'none' } }, base);

    expect(plan).toMatchObject({ maxRetries: 4, backoff: { baseMs: 7, jitter: 'none' } });
  });

  it('are no retries for false', () => {
    expect(readRetry(site, false).maxRetries).toBe(0);
  });

  it('are frozen', () => {
    const plan = readRetry(site, { backoff: {}, budget: {} });

    expect([plan, plan.backoff, plan.budget].map((part) => Object.isFrozen(part))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('reject what is unknown, naming factory and option', () => {
    // What a caller without types can write.
    const options = { maxAttempts: 3 } as RetryPolicyOptions;

    expect(() => retry(options)).toThrow(
      new TypeError(
        'retry: unknown option "maxAttempts"; known are maxRetries, backoff, budget, shouldRetry',
      ),
    );
  });

  it('reject a negative number of retries', () => {
    expect(() => retry({ maxRetries: -1 })).toThrow(
      new RangeError('retry: option "maxRetries" must be a whole number from 0 to 100, but was -1'),
    );
  });
});
