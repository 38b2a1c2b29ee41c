import {
  anyOf,
  type Check,
  durationMs,
  func,
  integer,
  nestedSite,
  type OptionsSite,
  oneOf,
  orFalse,
  ratio,
  readOptions,
  rejectOption,
  rejectPair,
} from '../../kernel/index.ts';

/** State of a circuit. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** What a breaker does with its verdict: refuses calls, only reports what it would have done, or nothing at all. */
export type BreakerMode = 'enforce' | 'observe' | 'disabled';

/** A change of state, as `onStateChange` is told of it. */
export interface StateChange {
  readonly from: CircuitState;
  readonly to: CircuitState;
  /**
   * The rule: `failure-rate`, `failure-count`, `consecutive-failures`, `slow-call-rate`, `trial-failed`, `open-time-passed`,
   * `trials-succeeded`; or what an operator did: `forced`, `disabled`, `reset`; or `evicted`, where `maxKeys` was reached.
   */
  readonly reason: string;
  /** Name of the client or protected function. */
  readonly name: string;
  /** Key of the circuit within it. */
  readonly key: string;
}

/** What has a circuit of its own: the client, each host, or what a function tells of a request. */
export type BreakerKey<Req = unknown> = 'client' | 'host' | KeyFunction<Req>['keyOf'];

/** A method, so that one that says what it reads does not decide what the requests are. */
interface KeyFunction<Req> {
  keyOf(request: Req): string | undefined;
}

/** When a circuit opens, for how long, and what closes it again. Rules are OR-ed; `false` removes one. */
export interface BreakerOptions<Req = unknown> {
  /** Share of failures among the calls of the window that opens the circuit, 0 to 1, reached or passed. @default 0.5 */
  readonly failureRateThreshold?: number | false | undefined;
  /** Calls in the window below which the rates say nothing. @default 10, or `windowCalls` if that is less */
  readonly minimumCalls?: number | undefined;
  /** Failures in the window that open the circuit, however many the calls. @default false */
  readonly failureThreshold?: number | false | undefined;
  /** Failures in a row that open the circuit. @default false */
  readonly consecutiveFailures?: number | false | undefined;
  /** Time over which calls are counted, in milliseconds. @default 10000 */
  readonly windowMs?: number | undefined;
  /** How many of the last calls are counted, instead of those of the last `windowMs`. @default false */
  readonly windowCalls?: number | false | undefined;
  /** How long a call takes at least that counts as slow, failed or not, in milliseconds. @default false */
  readonly slowCallMs?: number | false | undefined;
  /** Share of slow calls that opens the circuit, 0 to 1, reached or passed. @default 1 */
  readonly slowCallRateThreshold?: number | undefined;
  /** How long the circuit stays open the first time, in milliseconds, exactly. @default 5000 */
  readonly openMs?: number | undefined;
  /** Factor by which the open time grows with each failed trial, 1 to 10. @default 2 */
  readonly openGrowth?: number | undefined;
  /** Longest open time, in milliseconds. @default 60000, or `openMs` if that is longer */
  readonly maxOpenMs?: number | undefined;
  /** Share by which an open time is cut at random, from the second one on, so that fleets do not try in step. @default 0.2 */
  readonly openJitter?: number | undefined;
  /** Trials that decide over a half-open circuit, and the most under way at once, 1 to 1000. @default 3 */
  readonly halfOpenCalls?: number | undefined;
  /** Share of those trials that may fail, 0 to less than 1; above it the circuit opens again. @default 0 */
  readonly halfOpenFailureRate?: number | undefined;
  /** @default 'enforce' */
  readonly mode?: BreakerMode | undefined;
  /** What is counted: each attempt, or the whole call with its retries. @default 'attempt' */
  readonly scope?: 'attempt' | 'call' | undefined;
  /**
   * What has a circuit of its own. A function that throws, or tells no text, leaves a request to the client's own circuit.
   *
   * @default 'client'
   */
  readonly key?: BreakerKey<Req> | undefined;
  /** Most circuits beside the client's own; beyond it, those that let calls pass go first. @default 1000 */
  readonly maxKeys?: number | undefined;
  /** Told of each change of state, within the call that caused it. */
  readonly onStateChange?: ((change: StateChange) => void) | undefined;
}

/** Normalised `BreakerOptions`. */
export interface BreakerPlan<Req = unknown> extends Required<Omit<BreakerOptions<Req>, 'onStateChange'>> {
  readonly onStateChange: ((change: StateChange) => void) | undefined;
}

/** What one circuit needs of a plan. */
export type CircuitPlan = Omit<BreakerPlan, 'key'>;

/** When a circuit opens and closes where nothing is written. */
export const BREAKER_DEFAULTS: BreakerPlan = Object.freeze({
  failureRateThreshold: 0.5,
  minimumCalls: 10,
  failureThreshold: false,
  consecutiveFailures: false,
  windowMs: 10_000,
  windowCalls: false,
  slowCallMs: false,
  slowCallRateThreshold: 1,
  openMs: 5_000,
  openGrowth: 2,
  maxOpenMs: 60_000,
  openJitter: 0.2,
  halfOpenCalls: 3,
  halfOpenFailureRate: 0,
  mode: 'enforce',
  scope: 'attempt',
  key: 'client',
  maxKeys: 1_000,
  onStateChange: undefined,
});

const growth: Check = {
  expects: 'a number from 1 to 10',
  type: (value) => typeof value === 'number' && !Number.isNaN(value),
  range: (value) => Number(value) >= 1 && Number(value) <= 10,
};

// If all of them may fail, a circuit closes whatever its trials say.
const shareBelowAll: Check = {
  ...ratio,
  expects: 'a number from 0 to less than 1',
  range: (value) => Number(value) >= 0 && Number(value) < 1,
};

const checks = {
  failureRateThreshold: orFalse(ratio),
  minimumCalls: integer(1),
  failureThreshold: orFalse(integer(1)),
  consecutiveFailures: orFalse(integer(1)),
  windowMs: durationMs(10),
  windowCalls: orFalse(integer(1, 100_000)),
  slowCallMs: orFalse(durationMs(1)),
  slowCallRateThreshold: ratio,
  openMs: durationMs(1),
  openGrowth: growth,
  maxOpenMs: durationMs(1),
  openJitter: ratio,
  halfOpenCalls: integer(1, 1_000),
  halfOpenFailureRate: shareBelowAll,
  mode: oneOf('enforce', 'observe', 'disabled'),
  scope: oneOf('attempt', 'call'),
  key: anyOf(oneOf('client', 'host'), func),
  maxKeys: integer(1, 100_000),
  onStateChange: func,
};

/**
 * Normalises `breaker`. A default that contradicts what is written follows it.
 *
 * @param hosts whether requests have a host
 * @throws TypeError or RangeError for a bad option; RangeError for two written ones that contradict each other
 */
export const readBreaker = <Req>(
  site: OptionsSite,
  given: BreakerOptions<Req> | undefined,
  hosts = true,
): BreakerPlan<Req> => {
  const plan = readOptions<BreakerPlan<Req>>(site, given, BREAKER_DEFAULTS, checks);
  if (plan.key === 'host' && !hosts)
    rejectOption(site, 'key', '"client" or a function, as its requests have no host', plan.key);
  const written = given ?? {};
  rejectContradictions(site, written);
  rejectNoRule(site, plan);
  const { openMs, maxOpenMs, minimumCalls, windowCalls } = plan;
  return Object.freeze({
    ...plan,
    openMs: written.openMs === undefined ? Math.min(openMs, maxOpenMs) : openMs,
    maxOpenMs: written.maxOpenMs === undefined ? Math.max(openMs, maxOpenMs) : maxOpenMs,
    minimumCalls: windowCalls === false ? minimumCalls : Math.min(minimumCalls, windowCalls),
  });
};

const rejectContradictions = (site: OptionsSite, written: BreakerOptions<never>): void => {
  rejectAbove(site, written, 'openMs', 'maxOpenMs');
  rejectAbove(site, written, 'minimumCalls', 'windowCalls');
  rejectAbove(site, written, 'failureThreshold', 'windowCalls');
  const { windowMs, windowCalls } = written;
  if (windowMs === undefined || typeof windowCalls !== 'number') return;
  const [time, calls] = [nestedSite(site, 'windowMs').path, nestedSite(site, 'windowCalls').path];
  throw new RangeError(
    `${site.where}: option "${time}" (${windowMs}) and "${calls}" (${windowCalls}) must not both be written`,
  );
};

const rejectNoRule = (site: OptionsSite, plan: BreakerPlan<never>): void => {
  const rules = [plan.failureRateThreshold, plan.failureThreshold, plan.consecutiveFailures, plan.slowCallMs];
  if (plan.mode === 'disabled' || rules.some((rule) => rule !== false)) return;
  const [rate, mode] = [nestedSite(site, 'failureRateThreshold').path, nestedSite(site, 'mode').path];
  const off = site.path === undefined ? '' : ` or ${site.path}: false`;
  throw new RangeError(
    `${site.where}: option "${rate}" (false) leaves no rule that opens the circuit: write another one, "${mode}" 'disabled'${off}`,
  );
};

type Amount = 'openMs' | 'maxOpenMs' | 'minimumCalls' | 'failureThreshold' | 'windowCalls';

const rejectAbove = (
  site: OptionsSite,
  written: Pick<BreakerOptions, Amount>,
  key: Amount,
  limitKey: Amount,
): void => {
  const [value, limit] = [written[key], written[limitKey]];
  if (typeof value === 'number' && typeof limit === 'number' && value > limit)
    rejectPair(site, [key, value], [limitKey, limit]);
};
