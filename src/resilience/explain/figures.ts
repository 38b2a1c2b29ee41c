import { type BackoffPlan, createBackoff } from '../backoff/index.ts';
import type { BreakerPlan } from '../breaker/index.ts';
import type { BulkheadPlan } from '../bulkhead/index.ts';
import type { RetryPlan } from '../retry/index.ts';
import type { LivePlans, Resilience } from '../stack/index.ts';
import type { BulkheadFigures, CircuitFigures, Figures } from './explanation.ts';

/** What is explained. */
export interface ExplainSetup {
  /** Name of the client or protected function. */
  readonly name: string;
  readonly resilience: LivePlans & Partial<Pick<Resilience<never>, 'fallback'>>;
  /** Whether the calls may be repeated. */
  readonly repeatable: boolean;
  /** Whether they may be hedged. */
  readonly hedged: boolean;
  /** Whether there are others beside them that may not: it is said in words. @default false */
  readonly othersOnce?: boolean | undefined;
  /** Whether an attempt that provably never reached the dependency is made again all the same. @default false */
  readonly resendsUnsent?: boolean | undefined;
}

const UNLIMITED = Number.POSITIVE_INFINITY;

const NO_HEDGE = Object.freeze({ maxHedges: 0, afterMs: 0 });

const finite = (ms: number): number | undefined => (ms === UNLIMITED ? undefined : ms);

/** What the waits between attempts may be, in milliseconds. */
interface Waits {
  readonly shortest: readonly number[];
  readonly longest: readonly number[];
}

type AnyBackoff = RetryPlan['backoff'];

const waitsAt = (plan: BackoffPlan, chance: number, count: number): readonly number[] => {
  const backoff = createBackoff(plan);
  const waits: number[] = [];
  for (let attempt = 1; attempt <= count; attempt += 1) {
    const previousMs = waits.at(-1) ?? 0;
    waits.push(backoff({ attempt, previousMs, random: () => chance, error: undefined }));
  }
  return waits;
};

/** Each jitter is shortest and longest at the ends of chance; a function may give any wait. */
const waitsOf = (backoff: AnyBackoff, maxRetries: number): Waits => {
  if (typeof backoff === 'function') return { shortest: [], longest: Array(maxRetries).fill(UNLIMITED) };
  return { shortest: waitsAt(backoff, 0, maxRetries), longest: waitsAt(backoff, 1, maxRetries) };
};

/**
 * The longest time until the last attempt of a call has run out, where each takes all of its own. No wait is begun that
 * does not end within the time of the call.
 */
const unansweredMs = ({ shortest, longest }: Waits, attemptMs: number, totalMs: number): number => {
  let least = attemptMs;
  let most = attemptMs;
  for (const [index, longestMs] of longest.entries()) {
    const shortestMs = shortest[index] ?? 0;
    if (least + shortestMs >= totalMs) break;
    least += shortestMs + attemptMs;
    most += longestMs + attemptMs;
  }
  // Where it is over, a wait somewhere between the two leaves the last attempt a moment.
  return Math.min(most, totalMs);
};

const sum = (times: readonly number[]): number => times.reduce((total, time) => total + time, 0);

/** @param hungMs how long what is counted takes where no answer comes */
const circuitFigures = (plan: BreakerPlan<never>, hungMs: number): CircuitFigures => {
  const inWindow = Math.min(
    plan.failureRateThreshold === false ? UNLIMITED : plan.minimumCalls,
    plan.slowCallMs === false ? UNLIMITED : plan.minimumCalls,
    plan.failureThreshold === false ? UNLIMITED : plan.failureThreshold,
  );
  const inARow = plan.consecutiveFailures === false ? UNLIMITED : plan.consecutiveFailures;
  const needsTime = plan.windowCalls === false && inWindow < inARow;
  return Object.freeze({
    scope: plan.scope,
    mode: plan.mode,
    opensAfter: finite(Math.min(inWindow, inARow)),
    withinMs: needsTime ? plan.windowMs : undefined,
    // The time from the first of them to the last.
    neverInSequence: needsTime && inARow === UNLIMITED && (inWindow - 1) * hungMs >= plan.windowMs,
    openMs: plan.openMs,
    longestOpenMs: plan.openGrowth === 1 ? plan.openMs : plan.maxOpenMs,
    trials: plan.halfOpenCalls,
  });
};

const bulkheadFigures = (plan: BulkheadPlan, totalMs: number): BulkheadFigures => {
  const { maxConcurrent, maxQueue, maxQueueMs = UNLIMITED } = plan;
  return Object.freeze({ maxConcurrent, maxQueue, maxQueueMs: finite(Math.min(maxQueueMs, totalMs)) });
};

const loadOf = ({ budget }: RetryPlan, extraPerCall: number) => {
  if (extraPerCall === 0) return { extraLoadRatio: 0, extraLoadPerSecond: 0 };
  if (budget === false) return { extraLoadRatio: extraPerCall, extraLoadPerSecond: 0 };
  return {
    extraLoadRatio: Math.min(budget.ratio, extraPerCall),
    extraLoadPerSecond: budget.minPerSecond,
  };
};

/** Each wait may be that of a throttled attempt. */
const longestWaitsMs = ({ throttleBackoff, maxRetries }: RetryPlan, { longest }: Waits): number => {
  const throttled = waitsOf(throttleBackoff, maxRetries).longest;
  return sum(longest.map((ms, index) => Math.max(ms, throttled[index] ?? 0)));
};

/** Longest times of one call. */
const timesOf = (setup: ExplainSetup, hedgesMs: number, totalMs: number) => {
  const { resilience, repeatable, resendsUnsent = false } = setup;
  const { retry, bulkhead } = resilience;
  // The last hedge has all of its own time.
  const attemptMs = (resilience.timeout.attemptMs ?? UNLIMITED) + hedgesMs;
  const noQueue = bulkhead === false || bulkhead.maxQueue === 0;
  const queueMs = noQueue ? 0 : (bulkhead.maxQueueMs ?? UNLIMITED);
  const waits = waitsOf(retry.backoff, retry.maxRetries);
  // What never left was not throttled.
  const unsentWaitMs = resendsUnsent ? sum(waits.longest) : 0;
  const waitMs = repeatable ? longestWaitsMs(retry, waits) : unsentWaitMs;
  const unsentMs = resendsUnsent ? retry.maxRetries * (queueMs + attemptMs) + unsentWaitMs : 0;
  // A value is ready; a function has the time of a call once more.
  const fallbackMs = (resilience.fallback?.isFixed ?? true) ? 0 : totalMs;
  // Whoever may be retried may be asked to wait, as long as the call lasts.
  const isAsked = repeatable && retry.maxRetries > 0;
  return {
    worstCaseMs: finite(Math.min(totalMs, isAsked ? UNLIMITED : queueMs + attemptMs + unsentMs) + fallbackMs),
    fallbackMs: finite(fallbackMs),
    unansweredMs: finite(repeatable ? unansweredMs(waits, attemptMs, totalMs) : Math.min(attemptMs, totalMs)),
    worstCaseWaitMs: finite(Math.min(totalMs, waitMs)),
  };
};

/** What the settings come to in the worst case. */
export const figuresOf = (setup: ExplainSetup): Figures => {
  const { name, resilience, repeatable, hedged } = setup;
  const { retry, breaker, bulkhead, hedge } = resilience;
  const totalMs = resilience.timeout.totalMs ?? UNLIMITED;
  const maxRetries = repeatable ? retry.maxRetries : 0;
  const { maxHedges, afterMs } = repeatable && hedged && hedge !== false ? hedge : NO_HEDGE;
  const maxAttempts = (1 + maxRetries) * (1 + maxHedges);
  const times = timesOf(setup, maxHedges * afterMs, totalMs);
  const attemptMs = Math.min(resilience.timeout.attemptMs ?? UNLIMITED, totalMs);
  const hungMs = (scope: 'attempt' | 'call') =>
    scope === 'attempt' ? attemptMs : (times.unansweredMs ?? UNLIMITED);
  return Object.freeze({
    name,
    maxAttempts,
    maxRetries,
    maxHedges,
    ...times,
    ...loadOf(retry, maxAttempts - 1),
    breaker: breaker === false ? undefined : circuitFigures(breaker, hungMs(breaker.scope)),
    bulkhead: bulkhead === false ? undefined : bulkheadFigures(bulkhead, totalMs),
  });
};
