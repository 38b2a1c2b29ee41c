import { describe, expect, it } from '@jest/globals';
import { CircuitOpenError, NotFoundError, UpstreamTimeoutError } from '../../src/errors/index.ts';
import { createEventHub, type RetriesSpent } from '../../src/events/index.ts';
import type { RetryPolicyOptions } from '../../src/resilience/index.ts';
import { down, retried } from './retry-support.ts';
import { callOf, endOf, type Step } from './support.ts';

const told = (options: RetryPolicyOptions, ...steps: readonly Step[]) => {
  const events = createEventHub();
  const spent: RetriesSpent[] = [];
  events.subscribe('retries.spent', (event) => spent.push(event));
  return { ...retried(steps, { events, ...options }), spent };
};

describe('retries.spent', () => {
  it('tells once of a call that failed after its retries, frozen', async () => {
    const { end, spent } = told({ maxRetries: 2 }, down);

    await end(callOf());

    expect(spent).toEqual([
      {
        dependency: 'catalog',
        attempts: 3,
        stopped: 'attempts',
        durationMs: 200,
        code: 'dependency-unavailable',
        error: down,
      },
    ]);
    expect(Object.isFrozen(spent[0])).toBe(true);
  });

  it('tells of a call that the empty budget kept from its first retry', async () => {
    const budget = { ratio: 0, minPerSecond: 0.01, windowMs: 100_000 };
    const { end, spent } = told({ maxRetries: 2, budget }, down);
    await end(callOf());

    await end(callOf());

    expect(spent.map(({ attempts, stopped }) => [attempts, stopped])).toEqual([
      [2, 'budget'],
      [1, 'budget'],
    ]);
  });

  it('counts the attempts that were made where the last one was refused', async () => {
    const open = new CircuitOpenError('open', { dependency: 'catalog', retryAfterMs: 1 });
    const { end, spent } = told({ maxRetries: 3 }, down, down, open);

    await end(callOf());

    expect(spent).toMatchObject([{ attempts: 2, stopped: 'circuit-open', error: open }]);
  });

  it('tells of a call whose time does not last for its next retry', async () => {
    const { clock, end, spent } = told({ maxRetries: 5 }, down);

    await end(callOf({ deadline: clock.now() + 150 }));

    expect(spent).toMatchObject([{ attempts: 2, stopped: 'deadline' }]);
  });

  it('tells of a call whose time ends while it waits for its next retry', async () => {
    const { clock, run, spent } = told({ maxRetries: 5 }, down);
    const timer = new AbortController();
    const work = endOf(run('q', callOf({ signal: timer.signal })));
    await clock.advance(150);

    timer.abort(new UpstreamTimeoutError('late', { dependency: 'catalog', scope: 'total' }));

    await work;
    expect(spent).toMatchObject([{ attempts: 2, stopped: 'deadline', code: 'dependency-timeout' }]);
  });

  it.each<[string, RetryPolicyOptions, readonly Step[]]>([
    ['succeeded in the end', { maxRetries: 2 }, [down, down, 'answer']],
    ['was not to be retried', { maxRetries: 0 }, [down]],
    ['ended in a business error', { maxRetries: 2 }, [down, new NotFoundError('none')]],
  ])('is silent about a call that %s', async (_what, options, steps) => {
    const { end, spent } = told(options, ...steps);

    await end(callOf());

    expect(spent).toEqual([]);
  });

  it('is silent about a caller who left', async () => {
    const { end, spent } = told({ maxRetries: 2 }, down);
    const caller = new AbortController();
    const work = end(callOf({ signal: caller.signal }));
    caller.abort(new Error('left'));

    await work;

    expect(spent).toEqual([]);
  });
});
