import { durationMs, type OptionsSite, readOptions } from '../../kernel/index.ts';

/** How long a dependency that asked for quiet is left alone. */
export interface PauseOptions {
  /** Longest pause in milliseconds, however long the dependency asks for. @default 60000 */
  readonly maxMs?: number | undefined;
}

/** Normalised `PauseOptions`. */
export type PausePlan = Readonly<Record<keyof PauseOptions, number>>;

/** How long a dependency is left alone where nothing is written. */
export const PAUSE_DEFAULTS: PausePlan = Object.freeze({ maxMs: 60_000 });

const checks = { maxMs: durationMs(1) };

/**
 * Normalises `pause`.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const readPause = (site: OptionsSite, given: PauseOptions | undefined): PausePlan =>
  readOptions<PausePlan>(site, given, PAUSE_DEFAULTS, checks);
