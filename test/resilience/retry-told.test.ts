import { describe, expect, it } from '@jest/globals';
import {
  NotFoundError,
  UpstreamConnectionError,
  UpstreamResponseError,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';
import { type AttemptFailed, createEventHub, type RetriesSpent } from '../../src/events/index.ts';
import { MAX_TIMER_MS } from '../../src/kernel/index.ts';
import { readRetry } from '../../src/resilience/index.ts';
import { createRetry, type RetryRules } from '../../src/resilience/retry/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { down, retried, stopped } from './retry-support.ts';
import { callOf, endOf, hanging, type Step, scripted } from './support.ts';

/** A policy of two attempts without waits, whose owner has rules. */
const ruled = (rules: RetryRules<string, string>, ...steps: readonly Step[]) => {
  const events = createEventHub();
  const failed: AttemptFailed[] = [];
  const spent: RetriesSpent[] = [];
  events.subscribe('attempt.failed', (event) => failed.push(event));
  events.subscribe('retries.spent', (event) => spent.push(event));
  const plan = readRetry({ where: 'retry' }, { maxRetries: 1, backoff: { baseMs: 0 } });
  const budget = { deposit: () => undefined, withdraw: () => true };
  const setup = { clock: manualClock(), random: () => 0, events, plan: () => plan, budget, rules };
  const run = createRetry<string, string>(setup)(scripted(...steps).operation);
  return { failed, spent, run };
};

describe('retry › the rules of its owner', () => {
  it('tell the journal the status of each attempt', async () => {
    const { run } = ruled({ statusOf: (settled) => ('error' in settled ? 503 : 200) }, down, 'answer');
    const call = callOf();

    await run('q', call);

    expect(call.journal.snapshot().attempts.map(({ status }) => status)).toEqual([503, 200]);
  });

  it('tell the event of a failed attempt whom it asked for what', async () => {
    const target = { method: 'GET', address: 'catalog:8080' };
    const { run, failed } = ruled({ targetOf: (request) => ({ ...target, address: request }) }, down);

    await endOf(run('catalog:8080', callOf()));

    expect(failed).toMatchObject([
      { dependency: 'catalog', ...target, error: down },
      { dependency: 'catalog', ...target, error: down },
    ]);
    expect(Object.isFrozen(failed[0])).toBe(true);
  });

  it('are asked about the error, the attempt and the request where the plan says nothing', async () => {
    const seen: unknown[] = [];
    const shouldRetry = (args: object): boolean => {
      seen.push(args);
      return false;
    };
    const { run } = ruled({ shouldRetry }, down);
    const call = callOf();

    await endOf(run('q', call));

    expect([seen, stopped(call)]).toEqual([[{ error: down, attempt: 1, request: 'q' }], 'not-retryable']);
  });

  it('keep an expected answer out of retries.spent', async () => {
    const { run, spent } = ruled({ isExpected: (error) => error === down }, down);

    await endOf(run('q', callOf()));

    expect(spent).toEqual([]);
  });
});

describe('retry › the journal of an attempt', () => {
  it('says that its caller left', async () => {
    const { run } = retried([hanging]);
    const caller = new AbortController();
    const call = callOf({ signal: caller.signal });
    const end = endOf(run('q', call));
    await Promise.resolve();

    caller.abort(new Error('left'));
    await end;

    expect(call.journal.snapshot().attempts).toMatchObject([{ code: 'client-closed', reason: 'aborted' }]);
  });

  it('says that the time of the call was up', async () => {
    const { run } = retried([hanging]);
    const timer = new AbortController();
    const call = callOf({ signal: timer.signal });
    const end = endOf(run('q', call));
    await Promise.resolve();

    timer.abort(new UpstreamTimeoutError('Late', { scope: 'total' }));
    await end;

    expect(call.journal.snapshot()).toMatchObject({
      attempts: [{ code: 'dependency-timeout', reason: 'total-timeout' }],
      stopped: 'deadline',
    });
  });

  it('says how it failed by itself, though its caller left', async () => {
    const caller = new AbortController();
    const step: Step = async () => {
      caller.abort(new Error('left'));
      throw down;
    };
    const call = callOf({ signal: caller.signal });

    await endOf(retried([step]).run('q', call));

    expect(call.journal.snapshot()).toMatchObject({
      attempts: [{ code: 'dependency-unavailable', reason: 'status-503' }],
      stopped: 'aborted',
    });
  });

  it.each<[unknown, object]>([
    [new Error('?'), { code: 'unknown', reason: 'Error' }],
    [
      { name: '', code: '' },
      { code: 'unknown', reason: 'unknown' },
    ],
    [undefined, { code: 'unknown', reason: 'unknown' }],
    [new UpstreamConnectionError('Refused'), { code: 'dependency-failed' }],
  ])('has words for whatever was thrown: %p', async (thrown, words) => {
    const { end } = retried([() => Promise.reject(thrown)], { maxRetries: 0 });
    const call = callOf();

    await end(call);

    expect(call.journal.snapshot().attempts).toMatchObject([words]);
  });
});

describe('attempt.failed and retries.spent', () => {
  it('tell of an attempt that the time of the call ended', async () => {
    const { run, failed, spent } = ruled({}, down, hanging);
    const timer = new AbortController();
    const late = new UpstreamTimeoutError('Late', { scope: 'total' });
    const end = endOf(run('q', callOf({ signal: timer.signal })));
    await new Promise((resolve) => setImmediate(resolve));

    timer.abort(late);
    await end;

    expect(failed.map(({ error }) => error)).toEqual([down, late]);
    expect(spent).toMatchObject([{ attempts: 2, stopped: 'deadline', error: late }]);
  });

  it('are silent about a caller who left during the last attempt', async () => {
    const { run, failed, spent } = ruled({}, down, hanging);
    const caller = new AbortController();
    const end = endOf(run('q', callOf({ signal: caller.signal })));
    await new Promise((resolve) => setImmediate(resolve));

    caller.abort(new Error('left'));
    await end;

    expect([failed.map(({ error }) => error), spent]).toEqual([[down], []]);
  });

  it('carry no code that is no text', async () => {
    const error = Object.assign(new Error('down'), { code: 1213 });
    const { run, spent } = ruled({}, error);

    await endOf(run('q', callOf()));

    expect(spent).toMatchObject([{ attempts: 2, stopped: 'attempts', code: undefined, error }]);
  });

  it('say nothing of a business error, though it was retried', async () => {
    const error = new NotFoundError('Not yet', { retryable: true });
    const { run, failed, spent } = ruled({ isExpected: () => false }, error);

    await endOf(run('q', callOf()));

    expect([failed, spent]).toEqual([[], []]);
  });
});

describe('retry › the longest Retry-After that is waited for', () => {
  const waitsFor = async (retryAfterMs: number, deadline?: number) => {
    const { run, clock } = retried([new UpstreamResponseError('503', { upstreamStatus: 503, retryAfterMs })]);
    const call = callOf({ deadline });
    const caller = new AbortController();
    const end = endOf(run('q', { ...call, signal: caller.signal }));
    await clock.advance(0);
    const isWaiting = clock.pendingTimers === 1;
    caller.abort();
    await end;
    return isWaiting;
  };

  it.each([
    [60_000, true],
    [60_001, false],
  ])('is a minute without a deadline: %d ms', async (askedMs, waits) => {
    expect(await waitsFor(askedMs)).toBe(waits);
  });

  it.each([
    [MAX_TIMER_MS, true],
    [MAX_TIMER_MS + 1, false],
  ])('is what a timer can count with one: %d ms', async (askedMs, waits) => {
    expect(await waitsFor(askedMs, 1e12)).toBe(waits);
  });
});
