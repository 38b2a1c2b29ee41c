import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { BulkheadFullError } from '../../src/errors/index.ts';
import { hedge } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { gated, hedged } from './hedge-support.ts';
import { callOf, endOf, errorOf } from './support.ts';

const slow = new Error('slow and broken');
const late = new Error('late and broken');

describe('hedge', () => {
  it('starts a second attempt when there is no answer for afterMs, and not before', async () => {
    const { run, clock, started } = hedged();
    void run('q', callOf());

    await clock.advance(99);
    const before = started.length;
    await clock.advance(1);

    expect([before, started.length]).toEqual([1, 2]);
  });

  it('waits one second and starts one more by default', async () => {
    const { run, clock, started } = hedged({ afterMs: undefined });
    void run('q', callOf());

    await clock.advance(999);
    const before = started.length;
    await clock.advance(10_000);

    expect([before, started.length]).toEqual([1, 2]);
  });

  it('starts up to maxHedges, each afterMs after the one before', async () => {
    const { run, clock, started } = hedged({ maxHedges: 3 });
    void run('q', callOf());
    const counts: number[] = [];

    for (let time = 0; time < 5; time += 1) {
      await clock.advance(100);
      counts.push(started.length);
    }

    expect(counts).toEqual([2, 3, 4, 4, 4]);
  });

  it('starts both at once with afterMs: 0', async () => {
    const { run, clock, started } = hedged({ afterMs: 0 });
    void run('q', callOf());

    await clock.advance(0);

    expect(started.length).toBe(2);
  });

  it('starts none for an attempt that answered in time', async () => {
    const { run, clock, started } = hedged();
    const end = endOf(run('q', callOf()));
    await clock.advance(99);

    started[0]?.gate.resolve('in time');
    await clock.advance(10_000);

    expect([await end, started.length, clock.pendingTimers]).toEqual([{ value: 'in time' }, 1, 0]);
  });

  it.each([
    ['the attempt', 0, 1],
    ['the hedge', 1, 0],
  ])('takes the answer of %s if that is first, and aborts the other one', async (_who, first, other) => {
    const { run, clock, started } = hedged();
    const end = endOf(run('q', callOf()));
    await clock.advance(100);

    started[first]?.gate.resolve('first');
    await clock.advance(0);

    const signals = started.map(({ call }) => call.signal);
    expect(await end).toEqual({ value: 'first' });
    expect([signals[first]?.aborted, signals[other]?.aborted]).toEqual([false, true]);
    expect(signals[other]?.reason).toMatchObject({ name: 'AbortError', code: 'hedge-lost' });
  });

  it('surfaces a failure before afterMs at once', async () => {
    const { run, clock, started } = hedged();
    const end = errorOf(run('q', callOf()));
    await clock.advance(99);

    started[0]?.gate.reject(slow);

    expect([await end, started.length, clock.pendingTimers]).toEqual([slow, 1, 0]);
  });

  it('waits for the others when one fails', async () => {
    const { run, clock, started } = hedged();
    const end = endOf(run('q', callOf()));
    await clock.advance(100);

    started[0]?.gate.reject(slow);
    await clock.advance(0);
    started[1]?.gate.resolve('saved');

    expect(await end).toEqual({ value: 'saved' });
  });

  it.each([
    ['the attempt', 0, 1],
    ['the hedge', 1, 0],
  ])('rejects with the error that came first when all fail: %s', async (_who, first, second) => {
    const { run, clock, started } = hedged();
    const end = errorOf(run('q', callOf()));
    await clock.advance(100);

    started[first]?.gate.reject(slow);
    await clock.advance(0);
    started[second]?.gate.reject(late);

    expect(await end).toBe(slow);
  });

  it('starts a further hedge although the attempt failed meanwhile', async () => {
    const { run, clock, started } = hedged({ maxHedges: 2 });
    const end = endOf(run('q', callOf()));
    await clock.advance(100);
    started[0]?.gate.reject(slow);

    await clock.advance(100);
    started[2]?.gate.resolve('third');

    expect([await end, started.length]).toEqual([{ value: 'third' }, 3]);
  });

  it('does not take a refused hedge for an outcome', async () => {
    const { run, clock, started } = hedged();
    const end = endOf(run('q', callOf()));
    await clock.advance(100);

    started[1]?.gate.reject(new BulkheadFullError());
    await clock.advance(500);
    started[0]?.gate.resolve('answered');

    expect(await end).toEqual({ value: 'answered' });
  });

  it('rejects with the failure of the attempt and not with the refusal of its hedge', async () => {
    const { run, clock, started } = hedged();
    const end = errorOf(run('q', callOf()));
    await clock.advance(100);

    started[1]?.gate.reject(new BulkheadFullError());
    await clock.advance(0);
    started[0]?.gate.reject(slow);

    expect(await end).toBe(slow);
  });

  it('rejects with the first refusal where there is nothing else', async () => {
    const { run, clock, started } = hedged();
    const refusals = [new BulkheadFullError('first'), new BulkheadFullError('second')];
    const end = errorOf(run('q', callOf()));
    await clock.advance(100);

    started[1]?.gate.reject(refusals[0]);
    await clock.advance(0);
    started[0]?.gate.reject(refusals[1]);

    expect(await end).toBe(refusals[0]);
  });

  it.each([
    ['that may not be repeated', { repeatable: false }],
    ['whose caller is itself trying again', { servesRetry: true }],
  ])('makes a call %s once', async (_which, given) => {
    const { run, clock, started } = hedged();
    void run('q', callOf(given));

    await clock.advance(10_000);

    expect([started.length, clock.pendingTimers]).toEqual([1, 0]);
  });

  it("passes a caller's reason to every attempt, and starts no further one", async () => {
    const { run, clock, started } = hedged({ maxHedges: 5 });
    const caller = new AbortController();
    const reason = new Error('left');
    const end = errorOf(run('q', callOf({ signal: caller.signal })));
    await clock.advance(100);

    caller.abort(reason);
    await clock.advance(10_000);

    expect([await end, started.map(({ call }) => call.signal.reason)]).toEqual([reason, [reason, reason]]);
  });

  it('starts none for a caller who left although the work is deaf to it', async () => {
    const { run, clock, started } = hedged({}, { deaf: true });
    const caller = new AbortController();
    void endOf(run('q', callOf({ signal: caller.signal })));
    await clock.advance(50);

    caller.abort();
    await clock.advance(10_000);

    expect([started.length, clock.pendingTimers]).toEqual([1, 0]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'leaves nothing running when the answer comes %d microtasks before the hedge',
    async (ticks) => {
      let fire: () => void = () => undefined;
      const setTimer = (callback: () => void) => {
        fire = callback;
        return () => undefined;
      };
      const { started, operation } = gated();
      const run = hedge<string, string>({ clock: { now: () => 0, wallTime: () => 0, setTimer } })(operation);
      const end = endOf(run('q', callOf()));
      started[0]?.gate.resolve('answer');
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();

      fire();
      await end;
      for (let tick = 0; tick < 20; tick += 1) await Promise.resolve();

      expect(started.slice(1).every(({ call }) => call.signal.aborted)).toBe(true);
    },
  );

  it('leaves no timer and no listener behind, however it ends', async () => {
    const { run, clock, started } = hedged({ maxHedges: 3 });
    const { signal } = new AbortController();
    const ends = ['won', 'failed', 'fast'].map(() => endOf(run('q', callOf({ signal }))));
    started[2]?.gate.resolve('fast');
    await clock.advance(100);
    started[0]?.gate.resolve('won');
    started[1]?.gate.reject(slow);
    await clock.advance(0);
    started[4]?.gate.reject(slow);

    await Promise.all(ends);

    expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  });

  it('turns what an operation throws at once into a rejection', async () => {
    const run = hedge<string, string>({ clock: manualClock() })(() => {
      throw slow;
    });

    expect(await errorOf(run('q', callOf()))).toBe(slow);
  });

  it("runs the hedge in its own caller's context", async () => {
    const ambient = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const clock = manualClock();
    const run = hedge<string, string>({ afterMs: 100, clock })((request) => {
      seen.push([request, ambient.getStore()]);
      return new Promise(() => undefined);
    });
    ambient.run('request 1', () => void run('a', callOf()));
    ambient.run('request 2', () => void run('b', callOf()));

    await ambient.run('whoever moves the clock', () => clock.advance(100));

    expect(seen).toEqual([
      ['a', 'request 1'],
      ['b', 'request 2'],
      ['a', 'request 1'],
      ['b', 'request 2'],
    ]);
  });
});
