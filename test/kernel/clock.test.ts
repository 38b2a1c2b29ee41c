import { describe, expect, it } from '@jest/globals';
import { MAX_TIMER_MS, systemClock } from '../../src/kernel/index.ts';

describe('systemClock', () => {
  it('never goes back', () => {
    const first = systemClock.now();
    const second = systemClock.now();

    expect(second).toBeGreaterThanOrEqual(first);
  });

  it('calls back after the delay', async () => {
    const fired = await new Promise<string>((resolve) => {
      systemClock.setTimer(() => resolve('fired'), 1);
    });

    expect(fired).toBe('fired');
  });

  it('does not call back once cancelled, and cancelling again does nothing', async () => {
    const fired: string[] = [];
    const cancel = systemClock.setTimer(() => fired.push('cancelled'), 1);

    cancel();
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.setTimer(resolve, 2);
    });

    expect(fired).toEqual([]);
  });

  it('does not fire at once when the delay is longer than timers can count', async () => {
    const fired: string[] = [];
    const cancel = systemClock.setTimer(() => fired.push('early'), MAX_TIMER_MS + 1);

    await new Promise<void>((resolve) => {
      systemClock.setTimer(resolve, 2);
    });
    cancel();

    expect(fired).toEqual([]);
  });

  it('keeps the process alive, unless the timer is a background one', () => {
    const waiting = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const atFirst = waiting();

    const cancelBackground = systemClock.setTimer(() => undefined, 60_000, { background: true });
    const withBackground = waiting();
    const cancelWork = systemClock.setTimer(() => undefined, 60_000);
    const withWork = waiting();
    cancelBackground();
    cancelWork();

    expect([withBackground, withWork, waiting()]).toEqual([atFirst, atFirst + 1, atFirst]);
  });
});
