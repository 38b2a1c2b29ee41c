import { DependencyPausedError, isThrottling, retryAfterOf } from '../../errors/index.ts';
import { readOptions, readSafely } from '../../kernel/index.ts';
import type { Call, Policy } from '../../policy/index.ts';
import { LastFailure } from '../breaker/index.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { abortOf } from '../stack-call.ts';
import { neverThrows, start } from '../start.ts';
import { type PauseOptions, type PausePlan, readPause } from './options.ts';
import { createPauses, type Pauses } from './pauses.ts';

/** Options of `pause()`. */
export type PausePolicyOptions = PauseOptions & Pick<PolicyParts, 'clock' | 'events'>;

/** Quiet that a dependency asked for. */
export interface AskedPause {
  /** Who asked: what is called under another key goes on. */
  readonly key: string;
  /** For how long, in milliseconds. */
  readonly ms: number;
}

/** What a pause asks of whoever knows its requests and errors. */
export interface PauseRules<Req> {
  /** Whom a request is for. @default the name of the call */
  pauseKeyOf?(request: Req): string;
  /** The quiet that an error asks for. @default what a throttling error (`isThrottling`) with a Retry-After says */
  pauseOf?(error: unknown, request: Req): AskedPause | undefined;
}

/** What a pause's policy is built from. */
export interface PauseSetup<Req> extends Pick<World, 'clock' | 'events'> {
  /** Asked whenever something is decided: it may change at run time. */
  readonly plan: () => PausePlan;
  readonly rules: PauseRules<Req>;
}

/**
 * Leaves a dependency alone that answered 429 with a Retry-After: until then calls are refused with a
 * `DependencyPausedError`, whose `retryAfterMs` says how long. Place it inside `retry()` and outside `breaker()`, so that
 * its refusals are no failures of the dependency.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const policy = pause<string, number>({ maxMs: 30_000 });
 */
export const pause = <Req, Res>(options: PausePolicyOptions = {}): Policy<Req, Res> => {
  const { parts, rest } = splitWorld('pause', options);
  const world = readOptions<World>({ where: 'pause' }, parts, WORLD_DEFAULTS, worldChecks);
  const plan = readPause({ where: 'pause' }, rest);
  const policy = createPause<Req, Res>({ ...world, plan: () => plan, rules: {} });
  return (next) => neverThrows(policy(next));
};

/** The policy of a normalised plan. */
export const createPause = <Req, Res>(setup: PauseSetup<Req>): Policy<Req, Res> => {
  const { rules, clock } = setup;
  const pauses = createPauses(clock);
  return (next) => (request, call) => {
    const signal = abortOf(call);
    if (signal.aborted) return Promise.reject(signal.reason);
    const refused = refusal(pauses, rules.pauseKeyOf?.(request) ?? call.name, call);
    if (refused !== undefined) return Promise.reject(refused);
    const work = start(next, request, call);
    return work.catch((error: unknown) => {
      const asked = rules.pauseOf ? rules.pauseOf(error, request) : throttled(error, call);
      if (asked !== undefined) begin(setup, pauses, { call, error, asked });
      return work;
    });
  };
};

/** What an error says that asks for less, of whichever client. */
const throttled = (error: unknown, { name }: Call): AskedPause | undefined =>
  isThrottling(error) ? { key: name, ms: retryAfterOf(error) } : undefined;

const refusal = (pauses: Pauses, key: string, { name }: Call): DependencyPausedError | undefined => {
  const found = pauses.find(key);
  if (found === undefined) return undefined;
  return new DependencyPausedError(`${name} asked for quiet and is left alone until then`, {
    dependency: name,
    retryAfterMs: found.leftMs,
    cause: found.pause.cause,
  });
};

const begin = <Req>(
  { plan, events }: PauseSetup<Req>,
  pauses: Pauses,
  { call, error, asked }: { readonly call: Call; readonly error: unknown; readonly asked: AskedPause },
): void => {
  const pauseMs = Math.min(asked.ms, plan().maxMs);
  const began = pauses.begin(asked.key, pauseMs, () => new LastFailure(error).copy);
  if (!began || !events?.wants('dependency.paused')) return;
  const status = readSafely(error, 'upstreamStatus');
  const event = {
    dependency: call.name,
    key: asked.key,
    pauseMs,
    status: typeof status === 'number' ? status : undefined,
  };
  events.publish('dependency.paused', Object.freeze(event));
};
