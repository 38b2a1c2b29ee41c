import { MAX_TIMER_MS } from '../../kernel/index.ts';
import { type Ask, createAsk } from '../ask.ts';
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
const isChance = (given: unknown): given is number => isNumber(given) && given >= 0 && given <= 1;

/** How the callbacks behind a back-off are asked: what is broken in them is told once for each of these. */
export interface BackoffAsks {
  readonly wait: Ask;
  readonly random: Ask;
}

/** @param name of the option, for the warning */
export const backoffAsks = (name: string): BackoffAsks => ({
  wait: createAsk(name),
  random: createAsk('random'),
});

const customBackoff =
  (own: Backoff, builtIn: Backoff, { wait }: BackoffAsks): Backoff =>
  (args) => {
    const ms = wait(() => own(args), isNumber);
    return ms === undefined ? builtIn(args) : clamp(ms, 0, MAX_TIMER_MS);
  };

const plannedBackoff = (plan: BackoffPlan, asks: BackoffAsks): Backoff => {
  const { baseMs, minMs, maxMs } = plan;
  const jitter = jitters[plan.jitter];
  return ({ attempt, previousMs, random }) => {
    // Where chance is broken, no wait is cut short by it.
    const chance = () => asks.random(random, isChance) ?? 1;
    const args = { plannedMs: plannedMs(plan, attempt), baseMs, previousMs, random: chance };
    return clamp(jitter(args), minMs, maxMs);
  };
};

/**
 * The waits of a plan. Whatever rule or function stands behind it gives a duration that a timer can count.
 *
 * @param defaults what waits where a function gives no number
 */
export const createBackoff = (
  plan: BackoffPlan | Backoff,
  defaults: BackoffPlan = BACKOFF_DEFAULTS,
  asks: BackoffAsks = backoffAsks('backoff'),
): Backoff =>
  typeof plan === 'function'
    ? customBackoff(plan, plannedBackoff(defaults, asks), asks)
    : plannedBackoff(plan, asks);
