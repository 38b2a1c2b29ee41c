import { MAX_TIMER_MS } from '../../kernel/index.ts';
import { createAsk } from '../ask.ts';
import {
  BACKOFF_DEFAULTS,
  type Backoff,
  type BackoffArgs,
  type BackoffPlan,
  type Jitter,
} from './options.ts';

/** What a jitter spreads. */
export interface JitterArgs extends Pick<BackoffArgs, 'previousMs' | 'random'> {
  /** The wait that the rule gives, in milliseconds. */
  readonly plannedMs: number;
  /** First wait of the rule, in milliseconds. */
  readonly baseMs: number;
}

/**
 * The formulas of jitter. `none`: the planned wait. `full`: anything up to it. `equal`: half of it and anything up to the
 * other half. `decorrelated`: anything from the base to three times the previous wait, whatever was planned.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const jitters: Readonly<Record<Jitter, (args: JitterArgs) => number>> = Object.freeze({
  none: ({ plannedMs }: JitterArgs) => plannedMs,
  full: ({ plannedMs, random }: JitterArgs) => plannedMs * random(),
  equal: ({ plannedMs, random }: JitterArgs) => plannedMs / 2 + (plannedMs / 2) * random(),
  decorrelated: ({ baseMs, previousMs, random }: JitterArgs) =>
    baseMs + (Math.max(baseMs, previousMs * 3) - baseMs) * random(),
});

// Beyond it a doubled millisecond is longer than any timer; further on, 0 times Infinity would be NaN.
const MAX_DOUBLINGS = 31;

const plannedMs = ({ kind, baseMs, maxMs }: BackoffPlan, attempt: number): number =>
  Math.min(maxMs, kind === 'constant' ? baseMs : baseMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS));

const clamp = (ms: number, minMs: number, maxMs: number): number => Math.min(maxMs, Math.max(minMs, ms));

const isNumber = (given: unknown): given is number => typeof given === 'number' && !Number.isNaN(given);

const customBackoff = (own: Backoff): Backoff => {
  const ask = createAsk('backoff');
  const builtIn = createBackoff(BACKOFF_DEFAULTS);
  return (args) => {
    const ms = ask(() => own(args), isNumber);
    return ms === undefined ? builtIn(args) : clamp(ms, 0, MAX_TIMER_MS);
  };
};

/** The waits of a plan. Whatever rule or function stands behind it gives a duration that a timer can count. */
export const createBackoff = (plan: BackoffPlan | Backoff): Backoff => {
  if (typeof plan === 'function') return customBackoff(plan);
  const { baseMs, minMs, maxMs } = plan;
  const jitter = jitters[plan.jitter];
  return ({ attempt, previousMs, random }) =>
    clamp(jitter({ plannedMs: plannedMs(plan, attempt), baseMs, previousMs, random }), minMs, maxMs);
};
