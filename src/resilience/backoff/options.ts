import {
  durationMs,
  MAX_TIMER_MS,
  type OptionsSite,
  oneOf,
  type Random,
  readOptions,
  rejectPair,
} from '../../kernel/index.ts';

/** How chance spreads the waits of many callers: see `backoff.ts` for the formulas. */
export type Jitter = 'none' | 'full' | 'equal' | 'decorrelated';

/** What a wait is computed from. */
export interface BackoffArgs {
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
  /** The wait before that attempt in milliseconds; 0 for the first. */
  readonly previousMs: number;
  /** Source of chance. */
  readonly random: Random;
  /** What the attempt failed with. */
  readonly error: unknown;
}

/** Milliseconds to wait after a failed attempt. Where it throws or gives no number, the default rule waits. */
export type Backoff = (args: BackoffArgs) => number;

/** Waits that are computed by one of the built-in rules. */
export interface BackoffOptions {
  /** `exponential` doubles with each attempt, `constant` does not. @default 'exponential' */
  readonly kind?: 'exponential' | 'constant' | undefined;
  /** First wait before jitter, in milliseconds. @default 100 */
  readonly baseMs?: number | undefined;
  /** No wait is shorter, in milliseconds. @default 0 */
  readonly minMs?: number | undefined;
  /** No wait is longer, in milliseconds. @default 2000, or 20 times `baseMs`, or `minMs`, whichever is the longest */
  readonly maxMs?: number | undefined;
  /** @default 'full' */
  readonly jitter?: Jitter | undefined;
}

/** Normalised `BackoffOptions`. */
export interface BackoffPlan {
  readonly kind: 'exponential' | 'constant';
  readonly baseMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly jitter: Jitter;
}

/** How attempts are spaced where nothing is written. */
export const BACKOFF_DEFAULTS: BackoffPlan = Object.freeze({
  kind: 'exponential',
  baseMs: 100,
  minMs: 0,
  maxMs: 2_000,
  jitter: 'full',
});

/** How attempts are spaced, where nothing is written, after an answer that asks for less. */
export const THROTTLE_BACKOFF_DEFAULTS: BackoffPlan = Object.freeze({
  kind: 'exponential',
  baseMs: 1_000,
  minMs: 0,
  maxMs: 20_000,
  jitter: 'full',
});

const checks = {
  kind: oneOf('exponential', 'constant'),
  baseMs: durationMs(),
  minMs: durationMs(),
  maxMs: durationMs(),
  jitter: oneOf('none', 'full', 'equal', 'decorrelated'),
};

const BASES_IN_MAX = 20;

/** The rule after throttling where none is written: no shorter than `backoff`, and spread as that is. */
export const throttleBackoffFor = (backoff: BackoffPlan | Backoff): BackoffPlan => {
  if (typeof backoff === 'function') return THROTTLE_BACKOFF_DEFAULTS;
  const { minMs, jitter } = backoff;
  const followed = { baseMs: Math.max(THROTTLE_BACKOFF_DEFAULTS.baseMs, backoff.baseMs), minMs, jitter };
  return readBackoff({ where: 'retry' }, followed, THROTTLE_BACKOFF_DEFAULTS);
};

/**
 * Normalises the options of a built-in rule; what is not written comes from `base`.
 *
 * @throws TypeError or RangeError for a bad option, also for a written `maxMs` below a written `minMs` or `baseMs`
 */
export const readBackoff = (
  site: OptionsSite,
  given: BackoffOptions | undefined,
  base: BackoffPlan = BACKOFF_DEFAULTS,
): BackoffPlan => {
  const plan = readOptions<BackoffPlan>(site, given ?? {}, base, checks);
  for (const key of ['minMs', 'baseMs'] as const) {
    if (given?.maxMs !== undefined && given[key] !== undefined && given[key] > given.maxMs)
      rejectPair(site, [key, given[key]], ['maxMs', given.maxMs]);
  }
  if (given?.maxMs !== undefined) return Object.freeze({ ...plan, minMs: Math.min(plan.minMs, plan.maxMs) });
  const maxMs = Math.min(MAX_TIMER_MS, Math.max(plan.maxMs, plan.baseMs * BASES_IN_MAX, plan.minMs));
  return Object.freeze({ ...plan, maxMs });
};
