import { type Clock, describeValue } from '../kernel/index.ts';
import { rest, turn } from './rest.ts';

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /**
   * Moves time on by `ms`. Timers fire in order of their time, each with the clock at that time, and everything that
   * follows from one (promises, further timers) happens before the next.
   *
   * @throws TypeError or RangeError for an `ms` that is no finite number of at least 0
   */
  advance(ms: number): Promise<void>;
  /** Moves time to the next timer and fires it. @returns whether there was one */
  advanceToNextTimer(): Promise<boolean>;
  /**
   * Resolves as soon as a timer is waiting: at once, or when the code under test sets one after I/O. With `withinMs` it
   * leaves out timers that are due later. A client's own time limits are timers too: wait for the request to arrive, which
   * ends that of the connection, then for a timer within the back-off, which is shorter than that of the attempt.
   *
   * @throws RangeError for a `withinMs` that is no number of at least 0
   * @example
   * await upstream.nextRequest();
   * await clock.waitForTimer({ withinMs: 1_000 });
   * await clock.advance(1_000);
   */
  waitForTimer(options?: { readonly withinMs?: number | undefined }): Promise<void>;
  /**
   * Moves from one timer to the next until `promise` is settled, and lets sockets of this process come to rest before each
   * move: a whole call with its retries, its time limits and what is due in between takes the time that `now()` then shows,
   * and no other. A fake upstream whose answers take time needs this clock too. Where no timer is left it waits for one.
   *
   * @returns what the promise resolves to; rejects as it does
   * @example
   * await clock.runUntil(client.get('/products').json());
   * clock.now(); // 3000: the waits between three attempts
   */
  runUntil<T>(promise: PromiseLike<T>): Promise<T>;
  /** How many timers are waiting. Zero after a test means that nothing was leaked. */
  readonly pendingTimers: number;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

const check = (what: string, expects: string, value: number, isAllowed: (value: number) => boolean): void => {
  if (isAllowed(value)) return;
  const kind = typeof value === 'number' ? RangeError : TypeError;
  throw new kind(`${what} must be ${expects}, but was ${describeValue(value)}`);
};

/**
 * A clock for tests.
 *
 * @param startMs reading of `now()` at the start, in milliseconds
 * @throws TypeError or RangeError for a `startMs` that is no finite number
 */
export const manualClock = (startMs = 0): ManualClock => {
  check('manualClock: "startMs"', 'a finite number', startMs, Number.isFinite);
  const timers = new Set<Timer>();
  let watchers: { readonly withinMs: number; readonly resolve: () => void }[] = [];
  let time = startMs;
  let order = 0;

  const nextUntil = (limit: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= limit).sort((a, b) => a.at - b.at || a.order - b.order)[0];

  const tellWatchers = (): void => {
    const isDone = ({ withinMs }: { readonly withinMs: number }): boolean =>
      nextUntil(time + withinMs) !== undefined;
    const done = watchers.filter(isDone);
    watchers = watchers.filter((each) => !done.includes(each));
    for (const { resolve } of done) resolve();
  };

  const fire = async (timer: Timer): Promise<void> => {
    timers.delete(timer);
    time = Math.max(time, timer.at);
    timer.callback();
    await turn();
  };

  const advanceTo = async (end: number): Promise<void> => {
    await turn();
    for (let timer = nextUntil(end); timer !== undefined; timer = nextUntil(end)) await fire(timer);
    time = end;
    // What was far away may be near now.
    tellWatchers();
    await turn();
  };

  const waitForTimer = async (withinMs: number): Promise<void> => {
    await new Promise<void>((resolve) => {
      watchers.push({ withinMs, resolve });
      tellWatchers();
    });
  };

  return {
    now: () => time,
    wallTime: () => 1_700_000_000_000 + time,
    setTimer: (callback, delayMs) => {
      order += 1;
      const timer = { at: time + Math.max(0, delayMs), order, callback };
      timers.add(timer);
      tellWatchers();
      return () => {
        timers.delete(timer);
      };
    },
    advance: async (ms) => {
      check('advance: "ms"', 'a finite number of at least 0', ms, () => Number.isFinite(ms) && ms >= 0);
      await advanceTo(time + ms);
    },
    advanceToNextTimer: async () => {
      await turn();
      const timer = nextUntil(Number.POSITIVE_INFINITY);
      if (timer === undefined) return false;
      await fire(timer);
      return true;
    },
    waitForTimer: async ({ withinMs = Number.POSITIVE_INFINITY } = {}) => {
      check('waitForTimer: "withinMs"', 'a number of at least 0', withinMs, () => withinMs >= 0);
      await waitForTimer(withinMs);
    },
    runUntil: async (promise) => {
      let settled = false;
      const mark = (): void => {
        settled = true;
      };
      const ended = promise.then(mark, mark);
      for (await rest(); !settled; await rest()) {
        const timer = nextUntil(Number.POSITIVE_INFINITY);
        if (timer === undefined) await Promise.race([ended, waitForTimer(Number.POSITIVE_INFINITY)]);
        else await advanceTo(Math.max(time, timer.at));
      }
      return promise;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
};
