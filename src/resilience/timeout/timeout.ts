import { isUpstreamError, UpstreamTimeoutError } from '../../errors/index.ts';
import { type Clock, func, oneOf, readOptions, readSafely, rejectOption } from '../../kernel/index.ts';
import type { Call, Policy } from '../../policy/index.ts';
import { createAsk } from '../ask.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, worldChecks } from '../parts.ts';
import { abortOf, changeCall } from '../stack-call.ts';
import { neverThrows, start } from '../start.ts';
import { immediately } from '../turn.ts';
import { Race, RaceToTheEnd } from './race.ts';

/** Milliseconds allowed for a request; `undefined` for no limit of its own. */
export type TimeoutLimit<Req> = (args: { readonly request: Req; readonly call: Call }) => number | undefined;

/** Options of `timeout()`. */
export interface TimeoutPolicyOptions<Req> extends Pick<PolicyParts, 'clock'> {
  /**
   * Time allowed in milliseconds, or a function that gives it for each call: `undefined` for no limit. One that throws, or
   * gives something else, sets none; a process warning tells.
   */
  readonly ms: number | TimeoutLimit<Req>;
  /**
   * `total` stands outside the retries: it sets the call's deadline, or keeps to the one it finds if that is nearer.
   * `attempt` stands innermost: it ends one attempt, whose work is told to `call.hold` if it goes on. @default 'attempt'
   */
  readonly scope?: 'attempt' | 'total' | undefined;
}

/** An attempt that had this share of its time and got no answer failed by itself, whoever ended it. */
const FULL_SHARE = 0.9;

/** How much one answer moves what answers usually take. */
const PACE_STEP = 0.1;

const limitMs = {
  expects: 'a number of milliseconds or a function',
  type: (value: unknown) => typeof value === 'number' || func.type(value),
  range: (value: unknown) => func.type(value) || Number(value) > 0,
};
const checks = { ...worldChecks, ms: limitMs, scope: oneOf('attempt', 'total') };

const UNLIMITED = Number.POSITIVE_INFINITY;

/** How long the one had whose time was up, in milliseconds. */
const timeOf = (error: unknown): number => {
  const ms = readSafely(error, 'timeoutMs');
  return typeof ms === 'number' ? ms : UNLIMITED;
};

/** Whether `error` says that the time of a whole call, or of the request behind it, was up. */
export const isTimeUp = (error: unknown): boolean => {
  const scope = isUpstreamError(error) ? readSafely(error, 'scope') : undefined;
  return scope === 'total' || scope === 'deadline';
};

/**
 * Bounds the time of a call. It rejects at once with an `UpstreamTimeoutError` and aborts the signal of the work; a
 * caller's own abort rejects with the caller's own reason. Place one with `scope: 'total'` outside `retry()`, one with
 * `scope: 'attempt'` inside it.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const policy = compose<string, number>(timeout({ ms: 2_000, scope: 'total' }), retry(), timeout({ ms: 500 }));
 */
export const timeout = <Req, Res>(options: TimeoutPolicyOptions<Req>): Policy<Req, Res> => {
  const { parts, rest } = splitWorld('timeout', options);
  const defaults = { ...WORLD_DEFAULTS, ms: undefined, scope: 'attempt' };
  const { ms, scope, clock } = readOptions<{
    ms: TimeoutPolicyOptions<Req>['ms'] | undefined;
    scope: string;
    clock: Clock;
  }>({ where: 'timeout' }, { ...rest, ...parts }, defaults, checks);
  if (ms === undefined) return rejectOption({ where: 'timeout' }, 'ms', limitMs.expects, ms, TypeError);
  const limit = typeof ms === 'function' ? askedLimit(ms) : () => ms;
  const policy: Policy<Req, Res> =
    scope === 'total' ? totalTimeout(limit, clock) : attemptTimeout(limit, clock);
  return (next) => neverThrows(policy(next));
};

const isLimit = (given: unknown): given is number => typeof given === 'number' && given >= 0;

/** A function of the app's that never throws, and gives a limit or nothing. */
const askedLimit = <Req>(ms: TimeoutLimit<Req>): TimeoutLimit<Req> => {
  const ask = createAsk('timeout.ms');
  return (args) => ask(() => ms(args), isLimit);
};

// A function that gives no number gives no limit.
const readLimit = (ms: number | undefined): number => (ms !== undefined && ms >= 0 ? ms : UNLIMITED);

/** What answers usually take, in milliseconds: 0 until there was one. */
interface Pace {
  readonly usualMs: () => number;
  readonly answered: (tookMs: number) => void;
}

const createPace = (): Pace => {
  let usual: number | undefined;
  return {
    usualMs: () => usual ?? 0,
    answered: (tookMs) => {
      usual = usual === undefined ? tookMs : usual + (tookMs - usual) * PACE_STEP;
    },
  };
};

/**
 * Bounds one attempt; without a limit it still rejects at once when the call's signal aborts. One that the call's own
 * time ended is a failure of the dependency, as one that its own time ended: if not, a dependency that hangs would never
 * be seen to, wherever deadlines are short. Less time than answers usually take is no such proof.
 */
export const attemptTimeout = <Req, Res>(limit: TimeoutLimit<Req>, clock: Clock): Policy<Req, Res> => {
  const pace = createPace();
  return (next) => (request, call) => {
    const { aborted, reason } = abortOf(call);
    if (aborted) return Promise.reject(reason);
    const race = new AttemptRace<Res>(call, { ownMs: readLimit(limit({ request, call })), clock, pace });
    return race.join(start(next, request, changeCall(call, { abortable: race })));
  };
};

/** What an attempt is held to. */
interface AttemptRules {
  readonly ownMs: number;
  readonly clock: Clock;
  readonly pace: Pace;
}

class AttemptRace<T> extends Race<T> {
  readonly #rules: AttemptRules;
  readonly #startedAt: number;
  readonly #leftMs: number;

  constructor(call: Call, rules: AttemptRules) {
    super(call);
    const { ownMs, clock } = rules;
    this.#rules = rules;
    this.#startedAt = clock.now();
    this.#leftMs = (call.deadline ?? UNLIMITED) - this.#startedAt;
    if (ownMs !== UNLIMITED)
      this.limit(clock, ownMs, () => this.abort(this.#expired(Math.min(ownMs, this.#leftMs))));
  }

  protected override answered(): void {
    this.#rules.pace.answered(this.#tookMs());
  }

  protected override errorOf(error: unknown): unknown {
    if (error !== abortOf(this.call).reason || !isTimeUp(error)) return error;
    const { ownMs, pace } = this.#rules;
    // Those who waited may have had less time than what they waited for together.
    const allowedMs = Math.min(this.#leftMs, timeOf(error));
    const enoughMs = Math.min(ownMs, Math.max(allowedMs, pace.usualMs())) * FULL_SHARE;
    // The breaker must hear of it as of any slow attempt; the caller hears from the layer whose time it was.
    return this.#tookMs() >= enoughMs ? this.#expired(Math.min(ownMs, allowedMs), error) : error;
  }

  #tookMs(): number {
    return this.#rules.clock.now() - this.#startedAt;
  }

  #expired(ms: number, cause?: unknown): UpstreamTimeoutError {
    return timeoutError(this.call, 'attempt', ms, cause);
  }
}

/**
 * Bounds a whole call, by its own limit or by the deadline that the call came with, whichever is nearer. Who set that
 * deadline aborts the call's signal when it has passed; this is for those who do not.
 */
export const totalTimeout =
  <Req, Res>(limit: TimeoutLimit<Req>, clock: Clock): Policy<Req, Res> =>
  (next) =>
  (request, call) => {
    const { aborted, reason } = abortOf(call);
    if (aborted) return Promise.reject(reason);
    const now = clock.now();
    const ownMs = readLimit(limit({ request, call }));
    const leftMs = (call.deadline ?? UNLIMITED) - now;
    const timeoutMs = Math.min(ownMs, leftMs);
    if (timeoutMs === UNLIMITED) return next(request, call);
    const expired = () => timeoutError(call, ownMs <= leftMs ? 'total' : 'deadline', Math.max(0, timeoutMs));
    if (timeoutMs <= 0) return Promise.reject(expired());
    const race = new TotalRace<Res>(call);
    if (ownMs <= leftMs) race.limit(clock, timeoutMs, () => race.abort(expired()));
    // For a deadline that somebody else keeps too, and who has the first word: the request's own timer. Node counts whole
    // milliseconds, and fires all timers that are due, in whatever order, before it goes on.
    else race.limit(clock, Math.ceil(leftMs) + 1, () => immediately(() => race.abort(expired())));
    return race.join(start(next, request, changeCall(call, { abortable: race, deadline: now + timeoutMs })));
  };

class TotalRace<T> extends RaceToTheEnd<T> {
  protected override errorOf(error: unknown): unknown {
    return this.aborted ? this.reason : error;
  }
}

const timeoutError = (
  call: Call,
  scope: 'attempt' | 'total' | 'deadline',
  timeoutMs: number,
  cause?: unknown,
): UpstreamTimeoutError =>
  new UpstreamTimeoutError(`${call.name} did not answer within ${Math.round(timeoutMs)} ms`, {
    dependency: call.name,
    scope,
    timeoutMs,
    ...(cause === undefined ? {} : { cause }),
  });
