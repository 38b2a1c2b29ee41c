import { describe, expect, it, jest } from '@jest/globals';
import { sleep } from '../../src/kernel/index.ts';
import { manualClock } from '../../src/testing/index.ts';

describe('manualClock', () => {
  it('stands still until it is advanced', () => {
    const clock = manualClock();

    expect([clock.now(), clock.now()]).toEqual([0, 0]);
  });

  it('fires timers in order of their time, each at its time', async () => {
    const clock = manualClock();
    const fired: [string, number][] = [];
    clock.setTimer(() => fired.push(['late', clock.now()]), 20);
    clock.setTimer(() => fired.push(['early', clock.now()]), 10);

    await clock.advance(30);

    expect(fired).toEqual([
      ['early', 10],
      ['late', 20],
    ]);
  });

  it("moves on under a test runner's fake timers", async () => {
    jest.useFakeTimers();
    const clock = manualClock();
    let fired = 0;
    clock.setTimer(() => {
      fired += 1;
    }, 10);

    try {
      await clock.advance(10);
    } finally {
      jest.useRealTimers();
    }

    expect(fired).toBe(1);
  });

  it('fires a timer that is set while it advances', async () => {
    const clock = manualClock();
    const work = (async () => {
      await sleep(10, { clock });
      await sleep(10, { clock });
      return clock.now();
    })();

    await clock.advance(25);

    expect(await work).toBe(20);
  });

  it('does not fire a cancelled timer and counts it no longer', async () => {
    const clock = manualClock();
    let fired = 0;
    const cancel = clock.setTimer(() => {
      fired += 1;
    }, 10);

    cancel();
    await clock.advance(20);

    expect([fired, clock.pendingTimers]).toEqual([0, 0]);
  });
});
