import { readOptions, rejectOption, text } from '../../kernel/index.ts';
import { type Classify, classifyOutcome, type Policy, settle } from '../../policy/index.ts';
import { safeClassify } from '../classify.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { Circuit, type CircuitSetup } from './circuit.ts';
import type { CircuitBreaker } from './handle.ts';
import { type BreakerOptions, readBreaker } from './options.ts';

/** Options of `breaker()`. */
export type BreakerPolicyOptions<Res> = Omit<BreakerOptions, 'scope'> &
  PolicyParts & {
    /** Name of the dependency, in errors and events. */
    readonly name: string;
    /** What an outcome says of the dependency; anything but the three words leaves it to the built-in rule. */
    readonly classify?: Classify<Res> | undefined;
  };

/** A circuit with the policy that guards operations by it. */
export interface Breaker<Req, Res> extends CircuitBreaker {
  /** Refuses calls with a `CircuitOpenError` while the circuit is open. */
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
export const breaker = <Req, Res>(options: BreakerPolicyOptions<Res>): Breaker<Req, Res> => {
  const site = { where: 'breaker' };
  const { parts, rest } = splitWorld(options);
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
  const plan = readBreaker(site, written);
  const circuit = new Circuit({ ...world, name: world.name, plan: () => plan });
  return Object.freeze({
    ...handleOf(circuit),
    policy: breakerPolicy<Req, Res>(circuit, safeClassify(classify)),
  });
};

/** A circuit of a normalised plan: its policy and its handle. `classify` must not throw. */
export const createBreaker = <Req, Res>(
  setup: CircuitSetup,
  classify: Classify<Res> | undefined,
): { readonly handle: CircuitBreaker; readonly policy: Policy<Req, Res> } => {
  const circuit = new Circuit(setup);
  return { handle: Object.freeze(handleOf(circuit)), policy: breakerPolicy(circuit, classify) };
};

const handleOf = (circuit: Circuit): CircuitBreaker => ({
  snapshot: () => circuit.snapshot(),
  forceOpen: () => circuit.forceOpen(),
  forceClose: () => circuit.forceClose(),
  reset: () => circuit.reset(),
});

const breakerPolicy =
  <Req, Res>(circuit: Circuit, classify: Classify<Res> | undefined): Policy<Req, Res> =>
  (next) =>
  async (request, call) => {
    const permit = circuit.admit();
    const settled = await settle(next, request, call);
    permit(classify?.(settled) ?? classifyOutcome(settled, call.signal), settled.error);
    if ('error' in settled) throw settled.error;
    return settled.value;
  };
