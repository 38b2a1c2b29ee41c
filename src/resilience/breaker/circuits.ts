import { createAsk } from '../ask.ts';
import type { World } from '../parts.ts';
import { Circuit, type CircuitSetup } from './circuit.ts';
import type { CircuitBreaker } from './handle.ts';
import type { BreakerPlan } from './options.ts';

/** What the circuits of a client or protected function are built from. */
export interface BreakerSetup<Req> extends World {
  /** Name of the client or protected function, and key of its own circuit. */
  readonly name: string;
  /** Asked whenever something is decided: it may change at run time. */
  readonly plan: () => BreakerPlan<Req>;
  /** Host that a request goes to, where requests have one. */
  readonly hostOf?: ((request: Req) => string | undefined) | undefined;
}

/** The circuits of one client or protected function. */
export interface Circuits<Req> {
  /** The circuit that a request belongs to. */
  of(request: Req): Circuit;
  readonly handle: CircuitBreaker;
}

type Command = 'forceOpen' | 'forceClose' | 'disable' | 'reset';

/** What a command to all circuits means for those that are yet to come. */
const STANDING: Readonly<Record<Command, CircuitSetup['standing']>> = {
  forceOpen: 'open',
  forceClose: undefined,
  disable: 'disabled',
  reset: undefined,
};

// A key may come from a request: whoever sends long ones shall not fill the memory.
const MAX_KEY_LENGTH = 256;

const isKey = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The circuit of the client's own; those of keys are made when they come up. */
export const createCircuits = <Req>(setup: BreakerSetup<Req>): Circuits<Req> => {
  const { name, plan, hostOf, ...world } = setup;
  let standing: CircuitSetup['standing'];
  const make = (key: string): Circuit => new Circuit({ ...world, name, plan, key, standing });
  const own = make(name);
  // Least recently used first.
  const keyed = new Map<string, Circuit>();
  const ask = createAsk('breaker.key');

  const find = (key: string): Circuit | undefined => (key === name ? own : keyed.get(key));
  const circuitOf = (key: string): Circuit => {
    const known = find(key);
    if (known === own) return own;
    if (known === undefined) makeRoom(keyed, plan().maxKeys);
    const circuit = known ?? make(key);
    keyed.delete(key);
    keyed.set(key, circuit);
    return circuit;
  };
  const all = (): readonly Circuit[] => [own, ...keyed.values()];
  const command = (what: Command) => (key?: string) => {
    if (key !== undefined) return circuitOf(key)[what]();
    standing = STANDING[what];
    for (const circuit of all()) circuit[what]();
  };

  return {
    of: (request) => {
      const { key } = plan();
      if (key === 'client') return own;
      const told = ask(() => (key === 'host' ? hostOf?.(request) : key(request)), isKey);
      return told === undefined ? own : circuitOf(told.slice(0, MAX_KEY_LENGTH));
    },
    handle: Object.freeze<CircuitBreaker>({
      snapshot: (key = name) => (find(key) ?? make(key)).snapshot(),
      snapshots: () => Object.freeze(all().map((circuit) => circuit.snapshot())),
      forceOpen: command('forceOpen'),
      forceClose: command('forceClose'),
      disable: command('disable'),
      reset: command('reset'),
    }),
  };
};

/**
 * Leaves room for one more. The least recently used goes first; one that refuses calls, or that an operator disabled, is
 * passed over as long as there are others.
 */
const makeRoom = (circuits: Map<string, Circuit>, maxKeys: number): void => {
  let mayPass = circuits.size;
  for (const [key, circuit] of circuits) {
    if (circuits.size < maxKeys) return;
    circuits.delete(key);
    if (circuit.isHeld && mayPass > 0) circuits.set(key, circuit);
    else circuit.evict();
    mayPass -= 1;
  }
};
