/** Stops a timer; calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/** How a timer behaves towards the process. */
export interface TimerOptions {
  /** `true` for housekeeping: the timer alone does not keep the process alive. @default false */
  readonly background?: boolean | undefined;
}

/** Time as every part of the package sees it. Tests pass a manual one. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  now(): number;
  /** Milliseconds since the Unix epoch, for time stamps that people or other machines read. */
  wallTime(): number;
  /** Runs `callback` once, `delayMs` from now. */
  setTimer(callback: () => void, delayMs: number, options?: TimerOptions): CancelTimer;
}

/** Longest delay that Node's timers can count, in milliseconds; they fire at once beyond it. */
export const MAX_TIMER_MS = 2_147_483_647;

/** The machine's clock: monotonic `now()`, real timers. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wallTime: () => Date.now(),
  setTimer: (callback: () => void, delayMs: number, options?: TimerOptions) => {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
    if (options?.background) timer.unref();
    return () => clearTimeout(timer);
  },
});
