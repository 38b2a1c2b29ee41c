import { durationMs, type OptionsSite, readOptions, rejectPair } from '../../kernel/index.ts';
import type { TimeoutLimits } from '../stack-call.ts';

export type { TimeoutLimits };

/** How long a call and each of its attempts may take. */
export interface TimeoutOptions {
  /** The whole call in milliseconds: queue, attempts and the waits between them. @default 10000, or `attemptMs` if that is longer */
  readonly totalMs?: number | undefined;
  /** One attempt, in milliseconds. @default 3000, or `totalMs` if that is shorter */
  readonly attemptMs?: number | undefined;
}

/** What a call may take where nothing is written. */
export const TIMEOUT_DEFAULTS: TimeoutLimits = Object.freeze({ totalMs: 10_000, attemptMs: 3_000 });

const NO_LIMITS: TimeoutLimits = Object.freeze({ totalMs: undefined, attemptMs: undefined });
const checks = { totalMs: durationMs(1), attemptMs: durationMs(1) };

/**
 * Normalises `timeout`; `false` means no limits. What is not written comes from `base` and follows what is.
 *
 * @throws TypeError or RangeError for a bad option; RangeError when both are written and the attempt is the longer
 */
export const readTimeout = (
  site: OptionsSite,
  given: TimeoutOptions | false | undefined,
  base: TimeoutLimits = TIMEOUT_DEFAULTS,
): TimeoutLimits => {
  if (given === false) return NO_LIMITS;
  const written = readOptions<TimeoutLimits>(site, given ?? {}, NO_LIMITS, checks);
  if (written.attemptMs !== undefined && written.totalMs !== undefined && written.attemptMs > written.totalMs)
    rejectPair(site, ['attemptMs', written.attemptMs], ['totalMs', written.totalMs]);
  const totalMs = written.totalMs ?? base.totalMs;
  const attemptMs = written.attemptMs ?? base.attemptMs;
  if (attemptMs === undefined || totalMs === undefined || attemptMs <= totalMs)
    return Object.freeze({ totalMs, attemptMs });
  const both = written.totalMs === undefined ? attemptMs : totalMs;
  return Object.freeze({ totalMs: both, attemptMs: both });
};
