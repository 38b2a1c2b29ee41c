import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { linkSignals, raceSignal } from '../../src/kernel/index.ts';
import { sleep } from '../../src/resilience/sleep.ts';
import { manualClock } from '../../src/testing/index.ts';

const listeners = (...signals: readonly AbortSignal[]): readonly number[] =>
  signals.map((signal) => getEventListeners(signal, 'abort').length);

describe('sleep', () => {
  it('ends when its time is up, not earlier', async () => {
    const clock = manualClock();
    let awake = false;
    const nap = sleep(100, { clock }).then(() => {
      awake = true;
    });

    await clock.advance(99);
    const before = awake;
    await clock.advance(1);
    await nap;

    expect([before, awake]).toEqual([false, true]);
  });

  it('leaves no listener and no timer when its time is up', async () => {
    const clock = manualClock();
    const { signal } = new AbortController();
    const nap = sleep(100, { clock, signal });

    await clock.advance(100);
    await nap;

    expect([...listeners(signal), clock.pendingTimers]).toEqual([0, 0]);
  });

  it('rejects with the very reason when aborted, and leaves no listener and no timer', async () => {
    const clock = manualClock();
    const controller = new AbortController();
    const reason = new Error('the caller left');
    const nap = sleep(100, { clock, signal: controller.signal });

    controller.abort(reason);

    await expect(nap).rejects.toBe(reason);
    expect([...listeners(controller.signal), clock.pendingTimers]).toEqual([0, 0]);
  });

  it('does not begin when the signal is aborted already', async () => {
    const clock = manualClock();

    const nap = sleep(100, { clock, signal: AbortSignal.abort('gone') });

    await expect(nap).rejects.toBe('gone');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('raceSignal', () => {
  it('resolves as the work does and leaves no listener', async () => {
    const { signal } = new AbortController();

    const value = await raceSignal(Promise.resolve('done'), signal);

    expect([value, ...listeners(signal)]).toEqual(['done', 0]);
  });

  it('rejects as the work does and leaves no listener', async () => {
    const { signal } = new AbortController();
    const failure = new Error('broken');

    const race = raceSignal(Promise.reject(failure), signal);

    await expect(race).rejects.toBe(failure);
    expect(listeners(signal)).toEqual([0]);
  });

  it('rejects with the very reason when aborted first, and a later failure of the work harms nobody', async () => {
    const controller = new AbortController();
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const race = raceSignal(work, controller.signal);

    controller.abort('gone');
    fail(new Error('too late'));

    await expect(race).rejects.toBe('gone');
    expect(listeners(controller.signal)).toEqual([0]);
  });

  it('rejects at once when aborted already, though the work fails too', async () => {
    const race = raceSignal(Promise.reject(new Error('broken')), AbortSignal.abort('gone'));

    await expect(race).rejects.toBe('gone');
  });
});

describe('linkSignals', () => {
  it('follows whichever parent aborts first, with its reason', () => {
    const first = new AbortController();
    const second = new AbortController();
    const linked = linkSignals(first.signal, undefined, second.signal);

    second.abort('second');
    first.abort('first');

    expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, 'second']);
  });

  it('is aborted from the start when a parent is', () => {
    const linked = linkSignals(new AbortController().signal, AbortSignal.abort('gone'));

    expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, 'gone']);
  });

  it('aborts alone without touching its parents', () => {
    const parent = new AbortController();
    const linked = linkSignals(parent.signal);

    linked.abort('mine');

    expect([linked.signal.reason, parent.signal.aborted]).toEqual(['mine', false]);
  });

  it('listens once to each parent until it is disposed of', () => {
    const first = new AbortController();
    const second = new AbortController();

    const linked = linkSignals(first.signal, second.signal);
    const during = listeners(first.signal, second.signal);
    linked.dispose();
    linked.dispose();

    expect([during, listeners(first.signal, second.signal)]).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  it('leaves no listener on a parent when another was aborted already', () => {
    const parent = new AbortController();

    const linked = linkSignals(parent.signal, AbortSignal.abort('gone'));
    linked.dispose();

    expect(listeners(parent.signal)).toEqual([0]);
  });

  it('follows nobody any more after it was disposed of', () => {
    const parent = new AbortController();
    const linked = linkSignals(parent.signal);

    linked.dispose();
    parent.abort('gone');

    expect(linked.signal.aborted).toBe(false);
  });
});
