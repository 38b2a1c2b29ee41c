import { durationMs, integer, type OptionsSite, readOptions } from '../../kernel/index.ts';

/** When a second attempt is started beside one that has not answered yet. */
export interface HedgeOptions {
  /** How long an answer is waited for before each extra attempt, in milliseconds: best the p95 of the dependency. @default 1000 */
  readonly afterMs?: number | undefined;
  /** Most extra attempts beside one, 1 to 10. @default 1 */
  readonly maxHedges?: number | undefined;
}

/** Normalised `HedgeOptions`. */
export type HedgePlan = Readonly<Record<keyof HedgeOptions, number>>;

/** When a hedge is started where hedging is on and nothing else is written. */
export const HEDGE_DEFAULTS: HedgePlan = Object.freeze({ afterMs: 1_000, maxHedges: 1 });

const checks = { afterMs: durationMs(), maxHedges: integer(1, 10) };

/**
 * Normalises `hedge`.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const readHedge = (site: OptionsSite, given: HedgeOptions | undefined): HedgePlan =>
  readOptions<HedgePlan>(site, given, HEDGE_DEFAULTS, checks);
