import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Call } from '../../src/policy/index.ts';
import { type BulkheadPolicyOptions, bulkhead } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, type Deferred, deferred, endOf, errorOf } from './support.ts';

/** A bulkhead around an operation whose runs the test ends one by one. */
const guarded = (options: BulkheadPolicyOptions = {}) => {
  const clock = manualClock();
  const started: { readonly request: string; readonly call: Call; readonly gate: Deferred<string> }[] = [];
  const run = bulkhead<string, string>({ clock, ...options })((request, call) => {
    const gate = deferred();
    started.push({ request, call, gate });
    return gate.promise;
  });
  const requests = () => started.map(({ request }) => request);
  const turn = () => clock.advance(0);
  return { clock, run, started, requests, turn };
};

describe('bulkhead', () => {
  it('lets no more calls run than allowed', async () => {
    const { run, requests, turn } = guarded({ maxConcurrent: 2 });

    for (const name of ['a', 'b', 'c']) void run(name, callOf());
    await turn();

    expect(requests()).toEqual(['a', 'b']);
  });

  it('lets those who wait run in the order they came', async () => {
    const { run, requests, started, turn } = guarded({ maxConcurrent: 1 });
    for (const name of ['a', 'b', 'c']) void run(name, callOf());
    await turn();

    started[0]?.gate.resolve('done');
    await turn();
    started[1]?.gate.resolve('done');
    await turn();

    expect(requests()).toEqual(['a', 'b', 'c']);
  });

  it('gives a slot back when the work fails', async () => {
    const { run, requests, started, turn } = guarded({ maxConcurrent: 1 });
    const first = endOf(run('a', callOf()));
    void run('b', callOf());
    await turn();

    started[0]?.gate.reject(new Error('down'));
    await first;
    await turn();

    expect(requests()).toEqual(['a', 'b']);
  });

  it('refuses at once when the queue is full', async () => {
    const { run, requests, turn } = guarded({ maxConcurrent: 1, maxQueue: 1 });
    for (const name of ['a', 'b']) void run(name, callOf());
    await turn();

    const error = await errorOf(run('c', callOf()));

    expect([error, requests()]).toMatchObject([
      { name: 'BulkheadFullError', dependency: 'catalog', retryAfterMs: 1_000, status: 503 },
      ['a'],
    ]);
  });

  it('refuses one who has waited too long, and keeps the slot for the next', async () => {
    const { run, clock, requests, started, turn } = guarded({ maxConcurrent: 1, maxQueueMs: 50 });
    void run('a', callOf());
    const late = errorOf(run('b', callOf()));
    await clock.advance(50);
    void run('c', callOf());

    started[0]?.gate.resolve('done');
    await turn();

    expect([await late, requests()]).toMatchObject([{ code: 'bulkhead-full' }, ['a', 'c']]);
  });

  it("rejects one who waits with the caller's own reason, promptly", async () => {
    const { run, requests, started, turn } = guarded({ maxConcurrent: 1 });
    const caller = new AbortController();
    const reason = new Error('left');
    void run('a', callOf());
    const end = errorOf(run('b', callOf({ signal: caller.signal })));
    await turn();

    caller.abort(reason);
    const error = await end;
    started[0]?.gate.resolve('done');
    await turn();

    expect([error, requests()]).toEqual([reason, ['a']]);
  });

  it('makes room in the queue when one who waits leaves', async () => {
    const { run, requests, started, turn } = guarded({ maxConcurrent: 1, maxQueue: 1 });
    const caller = new AbortController();
    void run('a', callOf());
    const left = endOf(run('b', callOf({ signal: caller.signal })));
    await turn();
    caller.abort();
    await left;

    void run('c', callOf());
    started[0]?.gate.resolve('done');
    await turn();

    expect(requests()).toEqual(['a', 'c']);
  });

  it('holds a slot until work that goes on has truly ended', async () => {
    const { run, requests, started, turn } = guarded({ maxConcurrent: 1 });
    const work = deferred();
    void run('a', callOf());
    void run('b', callOf());
    await turn();
    started[0]?.call.hold(work.promise);
    started[0]?.gate.resolve('answered early');
    await turn();
    const whileHeld = requests();

    work.reject(new Error('ended'));
    await turn();

    expect([whileHeld, requests()]).toEqual([['a'], ['a', 'b']]);
  });

  it('does not give a slot back twice for work that is told of too late', async () => {
    const { run, requests, started, turn } = guarded({ maxConcurrent: 1 });
    const first = run('a', callOf());
    await turn();
    started[0]?.gate.resolve('done');
    await first;

    started[0]?.call.hold(Promise.resolve());
    await turn();
    for (const name of ['b', 'c']) void run(name, callOf());
    await turn();

    expect(requests()).toEqual(['a', 'b']);
  });

  it("tells the caller's own hold of work that goes on", async () => {
    const held: unknown[] = [];
    const { run, started, turn } = guarded();
    const work = Promise.resolve('late');
    void run('a', callOf({ hold: (each) => held.push(each) }));
    await turn();

    started[0]?.call.hold(work);

    expect(held).toEqual([work]);
  });

  it("runs those who waited in their own caller's context", async () => {
    const ambient = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const gate = deferred();
    const run = bulkhead<string, string>({ maxConcurrent: 1, clock: manualClock() })(async (request) => {
      seen.push([request, ambient.getStore()]);
      return gate.promise;
    });
    const first = ambient.run('request 1', () => run('a', callOf()));
    const second = ambient.run('request 2', () => run('b', callOf()));

    gate.resolve('done');
    await Promise.all([first, second]);

    expect(seen).toEqual([
      ['a', 'request 1'],
      ['b', 'request 2'],
    ]);
  });

  it('leaves no timer and no listener behind, however a wait ends', async () => {
    const { run, clock, started, turn } = guarded({ maxConcurrent: 1, maxQueue: 2, maxQueueMs: 50 });
    const caller = new AbortController();
    const { signal } = caller;
    const admitted = endOf(run('a', callOf({ signal })));
    const timedOut = endOf(run('b', callOf({ signal })));
    await clock.advance(50);
    await timedOut;
    const next = endOf(run('c', callOf({ signal })));
    started[0]?.gate.resolve('done');
    await admitted;
    await turn();
    started[1]?.gate.resolve('done');
    await next;

    expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  });

  it.each([
    ['has room', { maxConcurrent: 2 }],
    ['is full', { maxConcurrent: 1 }],
    ['has a full queue', { maxConcurrent: 1, maxQueue: 0 }],
  ])('tells one who left before its own reason where it %s', async (_what, options) => {
    const { run, requests, turn } = guarded(options);
    const reason = new Error('left');
    void run('a', callOf());
    await turn();

    const error = await errorOf(run('b', callOf({ signal: AbortSignal.abort(reason) })));

    expect([error, requests()]).toEqual([reason, ['a']]);
  });

  it('leaves no timer and no listener behind for one who leaves the queue', async () => {
    const { run, clock, turn } = guarded({ maxConcurrent: 1, maxQueueMs: 50 });
    const caller = new AbortController();
    void run('a', callOf());
    const left = endOf(run('b', callOf({ signal: caller.signal })));
    await turn();

    caller.abort();
    await left;

    expect([clock.pendingTimers, getEventListeners(caller.signal, 'abort').length]).toEqual([0, 0]);
  });

  it('lets one wait as long as it likes without a maxQueueMs, and sets no timer', async () => {
    const { run, clock, requests, started, turn } = guarded({ maxConcurrent: 1 });
    for (const name of ['a', 'b']) void run(name, callOf());
    await clock.advance(86_400_000);
    const timers = clock.pendingTimers;

    started[0]?.gate.resolve('done');
    await turn();

    expect([timers, requests()]).toEqual([0, ['a', 'b']]);
  });

  it('lets one wait just below maxQueueMs', async () => {
    const { run, clock, requests, started, turn } = guarded({ maxConcurrent: 1, maxQueueMs: 50 });
    for (const name of ['a', 'b']) void run(name, callOf());
    await clock.advance(49);

    started[0]?.gate.resolve('done');
    await turn();

    expect([clock.pendingTimers, requests()]).toEqual([0, ['a', 'b']]);
  });
});
