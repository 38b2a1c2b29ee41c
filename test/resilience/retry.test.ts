import { describe, expect, it } from '@jest/globals';
import {
  BulkheadFullError,
  CircuitOpenError,
  DependencyPausedError,
  NotFoundError,
  UpstreamResponseError,
} from '../../src/errors/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { down, retried, stopped } from './retry-support.ts';
import { callOf, endOf, errorOf, hanging, type Step } from './support.ts';

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

  it('does not wait for longer than a timer can count, however far the deadline', async () => {
    const asked = new UpstreamResponseError('503', { upstreamStatus: 503, retryAfterMs: 9_999_999_000 });
    const { run, clock } = retried([asked]);
    const call = callOf({ deadline: 1e12 });

    expect([await endOf(run('q', call)), stopped(call), clock.pendingTimers]).toEqual([
      { error: asked },
      'deadline',
      0,
    ]);
  });

  it.each([
    [new NotFoundError('No such product'), 'not-retryable'],
    [new CircuitOpenError(), 'circuit-open'],
    [new BulkheadFullError(), 'bulkhead-full'],
    [new DependencyPausedError(), 'paused'],
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
