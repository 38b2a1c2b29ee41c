import { describe, expect, it, jest } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';
import { sleep } from '../../src/resilience/sleep.ts';
import { fakeUpstream, manualClock } from '../../src/testing/index.ts';

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

  describe('waiting for a timer', () => {
    const watch = (work: Promise<void>): { done: boolean } => {
      const watched = { done: false };
      work.then(
        () => {
          watched.done = true;
        },
        () => undefined,
      );
      return watched;
    };

    it('ends with any timer, unless it is told within which time', async () => {
      const clock = manualClock();
      const any = watch(clock.waitForTimer());
      const near = watch(clock.waitForTimer({ withinMs: 100 }));

      clock.setTimer(() => undefined, 3_000);
      await clock.advance(0);

      expect([any.done, near.done]).toEqual([true, false]);
    });

    it('ends at once where a timer is due in time, or when one is set', async () => {
      const clock = manualClock();
      const later = clock.waitForTimer({ withinMs: 100 });
      clock.setTimer(() => undefined, 100);

      await later;
      await clock.waitForTimer({ withinMs: 100 });

      expect(clock.pendingTimers).toBe(1);
    });

    it('ends when a timer that was far away has come near', async () => {
      const clock = manualClock();
      clock.setTimer(() => undefined, 3_000);
      const near = watch(clock.waitForTimer({ withinMs: 100 }));

      await clock.advance(2_900);

      expect(near.done).toBe(true);
    });

    it.each([-1, Number.NaN])('is refused within %p ms', async (withinMs) => {
      await expect(manualClock().waitForTimer({ withinMs })).rejects.toThrow(RangeError);
    });

    it("finds a client's wait among its time limits", async () => {
      const clock = manualClock();
      const upstream = await fakeUpstream();
      upstream.script([{ retryAfter: 2 }, { json: { id: 1 } }]);
      const retry = { backoff: { jitter: 'none' } } as const;
      const client = createClient({ name: 'catalog', baseUrl: upstream.url, clock, retry });
      const call = client.get('/x').json();

      await upstream.nextRequest();
      await clock.waitForTimer({ withinMs: 2_000 });
      await clock.advance(2_000);

      expect([await call, clock.now(), clock.pendingTimers]).toEqual([{ id: 1 }, 2_000, 0]);
      await client.close();
      await upstream.close();
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('does not start at %p', (startMs) => {
    expect(() => manualClock(startMs)).toThrow(RangeError);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -100])(
    'does not advance by %p, and stays as it was',
    async (ms) => {
      const clock = manualClock(5);

      await expect(clock.advance(ms)).rejects.toThrow(RangeError);
      expect(clock.now()).toBe(5);
    },
  );
});
