import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners, getMaxListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { NotFoundError, UpstreamResponseError } from '../../src/errors/index.ts';
import type { ResilienceOptions } from '../../src/resilience/index.ts';
import { callOf, endOf, hanging, type Step, scripted, stackOf } from '../resilience/support.ts';

const CALLS = 1_000;
const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const fallback = { value: 'fixed' };

const outcomes: readonly (readonly [string, Step, ResilienceOptions<string, string>])[] = [
  ['a success', 'answer', {}],
  ['a business error', new NotFoundError('No such product'), {}],
  ['a failure, with its retries', down, { breaker: false, retry: { budget: false } }],
  ['a failure that opens the circuit', down, {}],
  ['an attempt timeout', hanging, { breaker: false }],
  ['a total timeout', hanging, { timeout: { totalMs: 100 }, breaker: false }],
  ['a full bulkhead', hanging, { bulkhead: { maxConcurrent: 1, maxQueue: 5, maxQueueMs: 50 } }],
  ['a fallback', down, { fallback }],
];

describe('a stack after 1 000 calls', () => {
  it.each(outcomes)('that ended in %s has left no timer and no listener', async (_name, step, options) => {
    const { run, clock } = stackOf(scripted(step), options);
    const { signal } = new AbortController();
    const ends = Array.from({ length: CALLS }, () => endOf(run('q', callOf({ signal }))));

    await clock.advance(60_000);
    await Promise.all(ends);

    expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  });

  it('whose caller left has left no timer and no listener', async () => {
    const { run, clock } = stackOf(scripted(hanging), { bulkhead: { maxConcurrent: 300, maxQueue: 1_000 } });
    const caller = new AbortController();
    const ends = Array.from({ length: CALLS }, () => endOf(run('q', callOf({ signal: caller.signal }))));
    await clock.advance(10);

    caller.abort();
    await Promise.all(ends);

    expect([clock.pendingTimers, getEventListeners(caller.signal, 'abort').length]).toEqual([0, 0]);
  });
});

describe('a stack that one request calls many times at once', () => {
  it('has lifted the number of listeners at which Node 20 warns of a leak', async () => {
    const { run } = stackOf(scripted('answer'));
    const { signal } = new AbortController();

    await Promise.all(Array.from({ length: 20 }, () => run('q', callOf({ signal }))));

    expect(getMaxListeners(signal)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a stack in the context of requests', () => {
  it('runs each attempt in the context of its own caller', async () => {
    const ambient = new AsyncLocalStorage<string>();
    const seen = new Map<string, Set<string | undefined>>();
    const script = scripted(async (request) => {
      seen.set(request, (seen.get(request) ?? new Set()).add(ambient.getStore()));
      throw down;
    });
    const { run, clock } = stackOf(script, { bulkhead: { maxConcurrent: 1 }, breaker: false });
    const names = ['a', 'b', 'c'];
    const ends = names.map((name) => ambient.run(name, () => endOf(run(name, callOf()))));

    await clock.advance(10_000);
    await Promise.all(ends);

    expect([...seen]).toEqual(names.map((name) => [name, new Set([name])]));
  });
});
