import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import type { BulkheadOptions } from '../../src/resilience/index.ts';
import { bulkhead, readResilience } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { gated } from './hedge-support.ts';
import { callOf, deferred, endOf, errorOf, stackOf } from './support.ts';

const site = { where: 'createClient' };

/** A stack whose bulkhead may be changed, around an operation that the test ends. */
const stacked = (limits: BulkheadOptions) => {
  const { started, operation } = gated();
  const stack = stackOf({ operation, calls: [] }, { bulkhead: limits, retry: false });
  const change = (bulkheadOptions: BulkheadOptions): void => {
    const { timeout, retry, breaker, bulkhead: limit } = readResilience(site, { bulkhead: bulkheadOptions });
    stack.reconfigure({ timeout, retry, breaker, bulkhead: limit });
  };
  const runMany = (count: number) => Array.from({ length: count }, () => endOf(stack.run('q', callOf())));
  return { started, change, runMany, ...stack };
};

describe('a bulkhead whose limits change', () => {
  it('shows what it holds', async () => {
    const { runMany, clock, bulkhead: slots } = stacked({ maxConcurrent: 2, maxQueue: 5 });
    runMany(3);
    await clock.advance(0);

    const snapshot = slots?.snapshot();

    expect(snapshot).toEqual({ active: 2, queued: 1, maxConcurrent: 2, maxQueue: 5 });
    expect([snapshot, slots].every(Object.isFrozen)).toBe(true);
  });

  it('lets in at once, in their order, those for whom there is room now', async () => {
    const { runMany, clock, change, started, bulkhead: slots } = stacked({ maxConcurrent: 1 });
    runMany(4);
    await clock.advance(0);

    change({ maxConcurrent: 3 });
    await clock.advance(0);

    expect([started.length, slots?.snapshot()]).toMatchObject([
      3,
      { active: 3, queued: 1, maxConcurrent: 3 },
    ]);
  });

  it('cancels nobody when its limit is lowered, and lets in the next only when there is room', async () => {
    const { runMany, clock, change, started } = stacked({ maxConcurrent: 3 });
    runMany(4);
    await clock.advance(0);
    change({ maxConcurrent: 1 });
    const aborted = started.map(({ call }) => call.signal.aborted);
    const counts: number[] = [];

    for (const { gate } of started.slice()) {
      gate.resolve('done');
      await clock.advance(0);
      counts.push(started.length);
    }

    expect([aborted, counts]).toEqual([
      [false, false, false],
      [3, 3, 4],
    ]);
  });

  it('refuses by the size of the queue as it is now', async () => {
    const { runMany, run, clock, change } = stacked({ maxConcurrent: 1, maxQueue: 2 });
    runMany(3);
    await clock.advance(0);

    change({ maxConcurrent: 1, maxQueue: 0 });

    expect(await errorOf(run('q', callOf()))).toMatchObject({
      code: 'bulkhead-full',
      message: 'The bulkhead of catalog is full: 1 calls under way, up to 0 waiting',
    });
  });

  it('refuses at once without a queue', async () => {
    const { runMany, clock, run, bulkhead: slots } = stacked({ maxConcurrent: 1, maxQueue: 0 });
    runMany(1);
    await clock.advance(0);

    const error = await errorOf(run('q', callOf()));

    expect([error, slots?.snapshot()]).toMatchObject([{ code: 'bulkhead-full' }, { active: 1, queued: 0 }]);
  });

  it('counts as nothing for the breaker when it refuses', async () => {
    const { runMany, clock, run, breaker } = stacked({ maxConcurrent: 1, maxQueue: 0 });
    runMany(1);
    await clock.advance(0);

    for (let call = 0; call < 20; call += 1) await endOf(run('q', callOf()));

    expect(breaker?.snapshot()).toMatchObject({ state: 'closed', successes: 0, failures: 0 });
  });
});

describe('one who waits for a slot', () => {
  it('and leaves in the very moment it is let in keeps no slot and does not run', async () => {
    const work = deferred();
    const ran: string[] = [];
    const guard = bulkhead<string, string>({ maxConcurrent: 1, clock: manualClock() });
    const run = guard(async (request, call) => {
      ran.push(request);
      call.hold(work.promise);
      return 'told early';
    });
    const caller = new AbortController();
    const reason = new Error('left');
    await run('a', callOf());
    const waiting = errorOf(run('b', callOf({ signal: caller.signal })));
    // Runs right after the slot was handed over, and before the one who got it goes on.
    const left = work.promise.then(() => {
      const { queued } = guard.snapshot();
      caller.abort(reason);
      return queued;
    });

    work.resolve('ended');

    expect([await left, await waiting, ran, guard.snapshot()]).toMatchObject([
      0,
      reason,
      ['a'],
      { active: 0, queued: 0 },
    ]);
  });

  it('runs in the context of its own caller, also when a change of the limit lets it in', async () => {
    const ambient = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const stack = stackOf(
      {
        operation: (request) => {
          seen.push([request, ambient.getStore()]);
          return deferred().promise;
        },
        calls: [],
      },
      { bulkhead: { maxConcurrent: 1 }, retry: false },
    );
    for (const request of ['a', 'b']) ambient.run(request, () => void endOf(stack.run(request, callOf())));
    await stack.clock.advance(0);

    ambient.run('operator', () =>
      stack.reconfigure(readResilience(site, { bulkhead: { maxConcurrent: 2 } })),
    );
    await stack.clock.advance(0);

    expect(seen).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('is told in the context of its own caller that its wait was too long', async () => {
    const ambient = new AsyncLocalStorage<string>();
    const clock = manualClock();
    const run = bulkhead<string, string>({ maxConcurrent: 1, maxQueueMs: 50, clock })(
      () => deferred().promise,
    );
    void run('a', callOf());
    const seen = ambient.run('request 2', async () => {
      const error = await errorOf(run('b', callOf()));
      return [ambient.getStore(), error];
    });

    await ambient.run('whoever moves the clock', () => clock.advance(50));

    expect(await seen).toMatchObject(['request 2', { code: 'bulkhead-full' }]);
  });
});

describe('bulkhead() alone', () => {
  it('is a policy that shows its bulkhead', async () => {
    const policy = bulkhead<string, string>({ maxConcurrent: 3, maxQueue: 7 });
    const gate = deferred();
    void policy(() => gate.promise)('q', callOf());
    await Promise.resolve();

    expect(policy.snapshot()).toEqual({ active: 1, queued: 0, maxConcurrent: 3, maxQueue: 7 });
  });
});
