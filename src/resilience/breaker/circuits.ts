import type { CircuitOpenError } from '../../errors/index.ts';
import { rejectOption, text } from '../../kernel/index.ts';
import type { Call } from '../../policy/index.ts';
import { createAsk } from '../ask.ts';
import type { World } from '../parts.ts';
import { Circuit, type CircuitSetup, type Permit } from './circuit.ts';
import type { CircuitBreaker } from './handle.ts';
import type { BreakerPlan } from './options.ts';
import { createTeller } from './tell-change.ts';

/** What the circuits of a client or protected function are built from. */
export interface BreakerSetup<Req> extends World {
  /** Name of the client or protected function, and key of its own circuit. */
  readonly name: string;
  /** Asked whenever something is decided: it may change at run time. */
  readonly plan: () => BreakerPlan<Req>;
  /** Host that a request goes to, where requests have one. */
  readonly hostOf?: ((request: Req) => string | undefined) | undefined;
  /** How long what is guarded may take, in milliseconds; `undefined`: nobody knows. */
  readonly lastsMs?:
    | ((args: { readonly request: Req; readonly call: Call }) => number | undefined)
    | undefined;
}

/** The circuits of one client or protected function. */
export interface Circuits<Req> {
  /** Lets one attempt pass the circuit that its request belongs to, or gives the error to refuse it with. */
  admit(request: Req, call: Call): Permit | CircuitOpenError;
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
const cut = (key: string): string => key.slice(0, MAX_KEY_LENGTH);

/** A key of which no circuit can be is a mistake of whoever gives the command: it would do nothing. */
const checkKey = (where: string, key: string | undefined): void => {
  if (key !== undefined && !isKey(key)) rejectOption({ where }, 'key', text.expects, key, TypeError);
};

/** The circuit of the client's own; those of keys are made when they come up. */
export const createCircuits = <Req>(setup: BreakerSetup<Req>): Circuits<Req> => {
  const { name, plan, hostOf, lastsMs, events, clock, random } = setup;
  const tell = createTeller(events);
  let standing: CircuitSetup['standing'];
  const make = (key: string): Circuit => new Circuit({ clock, random, tell, name, plan, key, standing });
  const own = make(name);
  // Least recently used first.
  const keyed = new Map<string, Circuit>();
  const ask = createAsk('breaker.key');

  const keyedBy = (key: string): Circuit => {
    const known = keyed.get(key);
    if (known === undefined) makeRoom(keyed, plan().maxKeys);
    const circuit = known ?? make(key);
    keyed.delete(key);
    keyed.set(key, circuit);
    return circuit;
  };
  const circuitOf = (request: Req): Circuit => {
    const { key } = plan();
    if (key === 'client') return own;
    const told = ask(() => (key === 'host' ? hostOf?.(request) : key(request)), isKey);
    return told === undefined ? own : keyedBy(cut(told));
  };

  const all = (): readonly Circuit[] => [own, ...keyed.values()];
  /** Those that a key may mean: a request may have the client's name for its key. */
  const named = (key: string): readonly Circuit[] => {
    if (key !== name) return [keyedBy(cut(key))];
    return plan().key === 'client' ? [own] : [own, keyedBy(cut(key))];
  };
  const command = (what: Command) => (key?: string) => {
    checkKey(what, key);
    if (key === undefined) standing = STANDING[what];
    for (const circuit of key === undefined ? all() : named(key)) circuit[what]();
  };
  const look = (key: string): Circuit => keyed.get(cut(key)) ?? (key === name ? own : make(cut(key)));

  return {
    admit: (request, call) => circuitOf(request).admit(() => lastsMs?.({ request, call })),
    handle: Object.freeze<CircuitBreaker>({
      snapshot: (key) => {
        checkKey('snapshot', key);
        return (key === undefined ? own : look(key)).snapshot();
      },
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
