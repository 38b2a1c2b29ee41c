import { describe, expect, it } from '@jest/globals';
import {
  journalOf,
  NotFoundError,
  UpstreamResponseError,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';
import type { Policy } from '../../src/policy/index.ts';
import type { ResilienceOptions } from '../../src/resilience/index.ts';
import { callOf, endOf, errorOf, hanging, type Step, scripted, stackOf } from './support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });

describe('a circuit that counts whole calls', () => {
  const counted = (step: Step, options: ResilienceOptions<string, string> = {}) =>
    stackOf(scripted(step), {
      retry: false,
      timeout: { totalMs: 100, attemptMs: 100 },
      ...options,
      breaker: { scope: 'call' },
    });

  it('counts a call that answers as a success', async () => {
    const { run, breaker } = counted('answer');

    await run('q', callOf());

    expect(breaker?.snapshot()).toMatchObject({ successes: 1, failures: 0 });
  });

  it('counts a call and all its retries as one failure', async () => {
    const { run, breaker } = counted(down, { retry: { maxRetries: 2, backoff: { baseMs: 0 } } });

    await endOf(run('q', callOf()));

    expect(breaker?.snapshot()).toMatchObject({ successes: 0, failures: 1 });
  });

  it('counts a call that took all its time as a failure', async () => {
    const { run, clock, breaker } = counted(hanging);
    const end = errorOf(run('q', callOf()));

    await clock.advance(100);

    expect([await end, breaker?.snapshot()]).toMatchObject([{ scope: 'total' }, { failures: 1 }]);
  });

  it('counts a call that got no answer before the deadline of its request as a failure', async () => {
    const { run, clock, breaker } = counted(hanging);
    const end = errorOf(run('q', callOf({ deadline: 40 })));

    await clock.advance(41);

    expect([await end, breaker?.snapshot()]).toMatchObject([
      { scope: 'deadline' },
      { successes: 0, failures: 1 },
    ]);
  });

  it.each([
    [
      'somebody around it whose own time was up',
      new UpstreamTimeoutError('up', { dependency: 'page', scope: 'total' }),
    ],
    ['a caller who left', new Error('left')],
  ])('counts nothing where it was ended by %s', async (_whom, reason) => {
    const { run, clock, breaker } = counted(hanging);
    const caller = new AbortController();
    const end = errorOf(run('q', callOf({ signal: caller.signal })));
    await clock.advance(0);

    caller.abort(reason);

    expect([await end, breaker?.snapshot()]).toMatchObject([reason, { successes: 0, failures: 0 }]);
  });

  it('leaves the last word to the user', async () => {
    const { run, clock, breaker } = counted(hanging, { classify: () => 'success' });
    const end = endOf(run('q', callOf()));

    await clock.advance(100);
    await end;

    expect(breaker?.snapshot()).toMatchObject({ successes: 1, failures: 0 });
  });

  it('shows its open state to a call that has not begun', async () => {
    const { run, breaker } = counted('answer');
    breaker?.forceOpen();

    expect(await errorOf(run('q', callOf()))).toMatchObject({ code: 'circuit-open' });
  });
});

describe('the journal of a call that stops', () => {
  it.each<[string, Step, string]>([
    ['an error that nobody retries', new NotFoundError('No such product'), 'not-retryable'],
    ['the total time', hanging, 'deadline'],
  ])('names %s', async (_what, step, stopped) => {
    const { run, clock } = stackOf(scripted(step), { timeout: { totalMs: 100 } });
    const call = callOf();
    const end = errorOf(run('q', call));

    await clock.advance(100);

    expect([journalOf(await end), call.journal.snapshot()]).toMatchObject([{ stopped }, { stopped }]);
  });

  it.each([
    ['not-retryable', new Error('the cache is broken')],
    ['deadline', new UpstreamTimeoutError('late', { scope: 'deadline' })],
    ['not-retryable', new UpstreamTimeoutError('slow', { scope: 'attempt' })],
  ])('says %s of an error from before its retries', async (stopped, error) => {
    const cache: Policy<string, string> = () => () => Promise.reject(error);
    const { run } = stackOf(scripted('answer'), {}, { cache });

    expect(journalOf(await errorOf(run('q', callOf())))).toMatchObject({ attempts: [], stopped });
  });

  it('is attached to an error that came before its caller left for another reason', async () => {
    const caller = new AbortController();
    const cache: Policy<string, string> = () => () => {
      caller.abort(new Error('left'));
      return Promise.reject(down);
    };
    const { run } = stackOf(scripted('answer'), {}, { cache });

    const error = await errorOf(run('q', callOf({ signal: caller.signal })));

    expect([error, journalOf(error)]).toMatchObject([down, { stopped: 'aborted' }]);
  });
});
