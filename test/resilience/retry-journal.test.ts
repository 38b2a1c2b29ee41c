import { describe, expect, it } from '@jest/globals';
import { CircuitOpenError, NotFoundError } from '../../src/errors/index.ts';
import { type AttemptFailed, createEventHub } from '../../src/events/index.ts';
import { type RetryPolicyOptions, readRetry, retry } from '../../src/resilience/index.ts';
import { sleep } from '../../src/resilience/sleep.ts';
import { manualClock } from '../../src/testing/index.ts';
import { down, retried, stopped } from './retry-support.ts';
import { callOf, errorOf, hanging, type Step } from './support.ts';

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
        'retry: unknown option "maxAttempts"; known are maxRetries, backoff, throttleBackoff, budget, shouldRetry, crossHopGuard',
      ),
    );
  });

  it('reject a negative number of retries', () => {
    expect(() => retry({ maxRetries: -1 })).toThrow(
      new RangeError('retry: option "maxRetries" must be a whole number from 0 to 100, but was -1'),
    );
  });
});
