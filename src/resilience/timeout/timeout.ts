import { isUpstreamError, UpstreamTimeoutError } from '../../errors/index.ts';
import {
  type Clock,
  func,
  type LinkedSignal,
  linkSignals,
  oneOf,
  readOptions,
  readSafely,
  rejectOption,
} from '../../kernel/index.ts';
import type { Call, Policy } from '../../policy/index.ts';
import { createAsk } from '../ask.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, worldChecks } from '../parts.ts';
import { abortOf, changeCall } from '../stack-call.ts';
import { start } from '../start.ts';
import { immediately } from '../turn.ts';
import { race, raceToTheEnd } from './race.ts';

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
  return scope === 'total' ? totalTimeout(limit, clock) : attemptTimeout(limit, clock);
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
const createPace = (): { readonly usualMs: () => number; readonly answered: (tookMs: number) => void } => {
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
    const outer = abortOf(call);
    if (outer.aborted) return Promise.reject(outer.reason);
    const ownMs = readLimit(limit({ request, call }));
    const startedAt = clock.now();
    const leftMs = (call.deadline ?? UNLIMITED) - startedAt;
    const linked = linkSignals(outer);
    const expired = (ms: number, cause?: unknown) => timeoutError(call, 'attempt', ms, cause);
    const cancel = startTimer(linked, clock, ownMs, () => expired(Math.min(ownMs, leftMs)));
    const work = start(next, request, changeCall(call, { abortable: linked }));
    const errorOf = (error: unknown): unknown => {
      if (linked.aborted) call.hold(work);
      if (error !== outer.reason || !isTimeUp(error)) return error;
      // Those who waited may have had less time than what they waited for together.
      const allowedMs = Math.min(leftMs, timeOf(error));
      const enoughMs = Math.min(ownMs, Math.max(allowedMs, pace.usualMs())) * FULL_SHARE;
      const hadItsTime = clock.now() - startedAt >= enoughMs;
      // The breaker must hear of it as of any slow attempt; the caller hears from the layer whose time it was.
      return hadItsTime ? expired(Math.min(ownMs, allowedMs), error) : error;
    };
    const answered = (): void => pace.answered(clock.now() - startedAt);
    return race(work, linked, { ended: endOf(linked, cancel), answered, errorOf });
  };
};

const endOf =
  (linked: LinkedSignal, cancel: () => void): (() => void) =>
  () => {
    cancel();
    linked.dispose();
  };

/**
 * Bounds a whole call, by its own limit or by the deadline that the call came with, whichever is nearer. Who set that
 * deadline aborts the call's signal when it has passed; this is for those who do not.
 */
export const totalTimeout =
  <Req, Res>(limit: TimeoutLimit<Req>, clock: Clock): Policy<Req, Res> =>
  (next) =>
  (request, call) => {
    const outer = abortOf(call);
    if (outer.aborted) return Promise.reject(outer.reason);
    const now = clock.now();
    const ownMs = readLimit(limit({ request, call }));
    const leftMs = (call.deadline ?? UNLIMITED) - now;
    const timeoutMs = Math.min(ownMs, leftMs);
    if (timeoutMs === UNLIMITED) return next(request, call);
    const expired = () => timeoutError(call, ownMs <= leftMs ? 'total' : 'deadline', Math.max(0, timeoutMs));
    if (timeoutMs <= 0) return Promise.reject(expired());
    const linked = linkSignals(outer);
    const cancel =
      ownMs <= leftMs
        ? startTimer(linked, clock, timeoutMs, expired)
        : startTimerAfter(linked, clock, leftMs, expired);
    const work = start(next, request, changeCall(call, { abortable: linked, deadline: now + timeoutMs }));
    const errorOf = (error: unknown): unknown => {
      if (!linked.aborted) return error;
      call.hold(work);
      return linked.reason;
    };
    return raceToTheEnd(work, linked, { ended: endOf(linked, cancel), errorOf });
  };

const startTimer = (
  linked: LinkedSignal,
  clock: Clock,
  ms: number,
  expired: () => UpstreamTimeoutError,
): (() => void) => (ms === UNLIMITED ? () => undefined : clock.setTimer(() => linked.abort(expired()), ms));

/**
 * For a deadline that somebody else keeps too, and who has the first word: the request's own timer. Node counts whole
 * milliseconds, and fires all timers that are due, in whatever order, before it goes on.
 */
const startTimerAfter = (
  linked: LinkedSignal,
  clock: Clock,
  ms: number,
  expired: () => UpstreamTimeoutError,
): (() => void) => clock.setTimer(() => immediately(() => linked.abort(expired())), Math.ceil(ms) + 1);

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
