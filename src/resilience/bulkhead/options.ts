import { durationMs, integer, type OptionsSite, readOptions } from '../../kernel/index.ts';

/** How many calls may be under way at once. */
export interface BulkheadOptions {
  /** Most calls under way. @default 100 */
  readonly maxConcurrent?: number | undefined;
  /** Most calls waiting for a slot. @default 200 */
  readonly maxQueue?: number | undefined;
  /** Longest wait for a slot, in milliseconds. @default no limit but the call's deadline */
  readonly maxQueueMs?: number | undefined;
}

/** Normalised `BulkheadOptions`. */
export interface BulkheadPlan {
  readonly maxConcurrent: number;
  readonly maxQueue: number;
  readonly maxQueueMs: number | undefined;
}

/** How many calls may be under way where nothing is written. */
export const BULKHEAD_DEFAULTS: BulkheadPlan = Object.freeze({
  maxConcurrent: 100,
  maxQueue: 200,
  maxQueueMs: undefined,
});

const checks = { maxConcurrent: integer(1), maxQueue: integer(0), maxQueueMs: durationMs() };

/**
 * Normalises `bulkhead`.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const readBulkhead = (site: OptionsSite, given: BulkheadOptions | undefined): BulkheadPlan =>
  readOptions<BulkheadPlan>(site, given, BULKHEAD_DEFAULTS, checks);
