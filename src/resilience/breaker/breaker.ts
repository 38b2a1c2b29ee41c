import { type OptionsSite, readOptions, rejectOption, text } from '../../kernel/index.ts';
import {
  type Classify,
  classifyOutcome,
  type Operation,
  type Policy,
  type Settled,
} from '../../policy/index.ts';
import { safeClassify } from '../classify.ts';
import { rejectContradictions } from '../contradictions.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { abortOf } from '../stack-call.ts';
import { neverThrows, refuse } from '../start.ts';
import { type BreakerSetup, type Circuits, createCircuits } from './circuits.ts';
import type { CircuitBreaker } from './handle.ts';
import { type BreakerOptions, readBreaker } from './options.ts';

/** Options of `breaker()`. */
export type BreakerPolicyOptions<Res, Req = unknown> = Omit<BreakerOptions<Req>, 'scope'> &
  PolicyParts & {
    /** Name of the dependency, in errors and events. */
    readonly name: string;
    /** What an outcome says of the dependency; anything but the three words leaves it to the built-in rule. */
    readonly classify?: Classify<Res> | undefined;
  };

/** Circuits with the policy that guards operations by them. */
export interface Breaker<Req, Res> extends CircuitBreaker {
  /** Refuses calls with a `CircuitOpenError` while their circuit is open. */
  readonly policy: Policy<Req, Res>;
}

const func = { expects: 'a function', type: (value: unknown) => typeof value === 'function' };
const checks = { ...worldChecks, name: text, classify: func };

/**
 * Refuses calls to a dependency that fails, and tries it again after a while. Place its policy inside `retry()`, to count
 * attempts, or outside, to count calls.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const circuit = breaker<string, number>({ name: 'stock', failureRateThreshold: 0.3, openMs: 10_000 });
 * const guarded = circuit.policy(async (sku, call) => askStock(sku, call.signal));
 * circuit.snapshot().state; // 'closed'
 */
export const breaker = <Req, Res>(options: BreakerPolicyOptions<Res, Req>): Breaker<Req, Res> => {
  const site = { where: 'breaker' };
  const { parts, rest } = splitWorld('breaker', options);
  const { name, classify, ...written } = rest;
  const defaults = { ...WORLD_DEFAULTS, name: undefined, classify: undefined };
  const given = { ...parts, name, classify };
  const world = readOptions<World & { name: string | undefined; classify: Classify<Res> | undefined }>(
    site,
    given,
    defaults,
    checks,
  );
  if (world.name === undefined) return rejectOption(site, 'name', text.expects, name, TypeError);
  rejectScope(site, written);
  const plan = readBreaker<Req>(site, written, false);
  rejectContradictions(site, { breaker: written }, true);
  const { handle, policy } = createBreaker<Req, Res>(
    { ...world, name: world.name, plan: () => plan },
    safeClassify(classify),
  );
  return Object.freeze({ ...handle, policy: (next: Operation<Req, Res>) => neverThrows(policy(next)) });
};

/** What is counted is what the policy is placed around; only where something else places it is there a choice. */
const rejectScope = (site: OptionsSite, written: object): void => {
  const scope = 'scope' in written ? written.scope : undefined;
  if (scope !== undefined)
    rejectOption(site, 'scope', 'left out, as the place of the policy says what counts', scope, TypeError);
};

/** The circuits of a normalised plan: their policy and their handle. `classify` must not throw. */
export const createBreaker = <Req, Res>(
  setup: BreakerSetup<Req>,
  classify: Classify<Res> | undefined,
): { readonly handle: CircuitBreaker; readonly policy: Policy<Req, Res> } => {
  const circuits = createCircuits(setup);
  return { handle: circuits.handle, policy: breakerPolicy(circuits, classify) };
};

const breakerPolicy =
  <Req, Res>(circuits: Circuits<Req>, classify: Classify<Res> | undefined): Policy<Req, Res> =>
  (next) =>
  (request, call) => {
    const signal = abortOf(call);
    if (signal.aborted) return Promise.reject(signal.reason);
    const permit = circuits.admit(request, call);
    if (typeof permit !== 'function') return refuse(permit);
    const count = (settled: Settled<Res>): void =>
      permit(classify?.(settled) ?? classifyOutcome(settled, signal), settled.error);
    const failed = (error: unknown): never => {
      count({ error });
      throw error;
    };
    let work: Promise<Res>;
    try {
      work = Promise.resolve(next(request, call));
    } catch (thrown) {
      // What fails at once counts at once: the next call may be one of the same turn.
      return failed(thrown);
    }
    return work.then((value) => {
      count({ value });
      return value;
    }, failed);
  };
