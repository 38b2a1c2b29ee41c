import { describe, expect, it } from '@jest/globals';
import { UpstreamResponseError } from '../../src/errors/index.ts';
import { createEventHub, type DependencyPaused } from '../../src/events/index.ts';
import type { StackRules } from '../../src/resilience/index.ts';
import { callOf, endOf, errorOf, scripted, stackOf } from './support.ts';

const quiet = (retryAfterMs: number, upstreamStatus = 429): UpstreamResponseError =>
  new UpstreamResponseError('GET /x of "catalog" was answered 429', { upstreamStatus, retryAfterMs });

describe('a pause in a stack', () => {
  const noRetry = { retry: false } as const;
  const rules: StackRules<string, string> = {
    pauseKeyOf: (request) => request,
    pauseOf: (error, request) => (error === 'quiet' ? { key: request, ms: 5_000 } : undefined),
  };

  it('lets the retry of the very call that was told to wait pass', async () => {
    const { run, clock, script } = (() => {
      const steps = scripted(quiet(3_000), 'answer');
      return {
        script: steps,
        ...stackOf(steps, { retry: { maxRetries: 1, throttleBackoff: { jitter: 'none' } } }),
      };
    })();
    const end = endOf(run('q', callOf()));

    await clock.advance(3_000);

    expect([await end, script.calls.length]).toEqual([{ value: 'answer' }, 2]);
  });

  it('lets the retries of all calls pass that were told the same one after the other', async () => {
    const script = scripted(quiet(3_000), quiet(3_000), 'answer');
    const { run, clock } = stackOf(script, { retry: { maxRetries: 1 } });
    const first = endOf(run('q', callOf()));
    // Sent before anything was heard, and answered later.
    const second = endOf(run('q', callOf()));
    await clock.advance(4_000);

    expect([await first, await second]).toEqual([{ value: 'answer' }, { value: 'answer' }]);
  });

  it('ends a call with the reason `paused`, not retried and not written as an attempt', async () => {
    const script = scripted(quiet(20_000));
    const { run } = stackOf(script);
    await endOf(run('q', callOf()));
    const call = callOf();

    await endOf(run('q', call));

    expect(call.journal.snapshot()).toEqual({ attempts: [], stopped: 'paused' });
  });

  it('is neutral for the breaker, and takes no trial of it', async () => {
    const script = scripted(quiet(20_000));
    const { run, breaker } = stackOf(script, noRetry);
    await endOf(run('q', callOf()));
    await endOf(run('q', callOf()));

    expect(breaker?.snapshot()).toMatchObject({ state: 'closed', successes: 0, failures: 0 });
  });

  it('holds no slot', async () => {
    const { run, bulkhead } = stackOf(scripted(quiet(20_000)), noRetry);
    await endOf(run('q', callOf()));
    await endOf(run('q', callOf()));

    expect(bulkhead?.snapshot().active).toBe(0);
  });

  it('is answered by a fallback', async () => {
    const { run } = stackOf(scripted(quiet(20_000)), { ...noRetry, fallback: { value: 'instead' } });
    await endOf(run('q', callOf()));

    expect(await run('q', callOf())).toBe('instead');
  });

  it('goes by the rules of its owner: whom a request is for, and what asks for quiet', async () => {
    const script = scripted(
      async () => {
        throw 'quiet';
      },
      quiet(5_000),
      'answer',
    );
    const { run } = stackOf(script, noRetry, { rules });
    const refused = ['loud', 'calm', 'calm'].map((request) => () => endOf(run(request, callOf())));

    const ends: unknown[] = [];
    for (const each of refused) ends.push(await each());

    expect([...ends, await errorOf(run('loud', callOf()))]).toMatchObject([
      { error: 'quiet' },
      { error: { upstreamStatus: 429 } },
      { value: 'answer' },
      { name: 'DependencyPausedError' },
    ]);
  });

  it('has the status of an error that is none in no event', async () => {
    const events = createEventHub();
    const told: DependencyPaused[] = [];
    events.subscribe('dependency.paused', (event) => told.push(event));
    const script = scripted(async () => {
      throw 'quiet';
    });
    const { run } = stackOf(script, noRetry, { rules, events });

    await endOf(run('loud', callOf()));

    expect(told).toEqual([{ dependency: 'catalog', key: 'loud', pauseMs: 5_000, status: undefined }]);
  });

  it('can be switched off', async () => {
    const { run } = stackOf(scripted(quiet(20_000), 'answer'), { ...noRetry, pause: false });
    await endOf(run('q', callOf()));

    expect(await run('q', callOf())).toBe('answer');
  });
});
