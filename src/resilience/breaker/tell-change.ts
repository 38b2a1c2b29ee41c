import { types } from 'node:util';
import type { CircuitChanged } from '../../events/index.ts';
import { readSafely, toError } from '../../kernel/index.ts';
import type { World } from '../parts.ts';
import type { StateChange } from './options.ts';

type Listener = (change: StateChange) => unknown;

/** Tells subscribers and `onStateChange` of a circuit that moved. Neither can fail the call that moved it. */
export type Tell = (change: CircuitChanged, onStateChange: Listener | undefined) => void;

const EVENTS = {
  closed: 'circuit.closed',
  open: 'circuit.opened',
  'half-open': 'circuit.half-open',
} as const;

/** As far as changes are told that listeners made while they were told of another one, and so on. */
const MAX_DEPTH = 100;

/**
 * Tells of changes one after the other: what a listener moves itself is told when everybody has heard of what it was told.
 * Listeners that answer each other without end are cut short, with a process warning.
 */
export const createTeller = (events: World['events']): Tell => {
  let untold: { readonly depth: number; readonly tell: () => void }[] | undefined;
  let depth = 0;
  return (change, onStateChange) => {
    const tell = () => tellChange(events, change, onStateChange);
    if (untold !== undefined) {
      if (depth < MAX_DEPTH) untold.push({ depth: depth + 1, tell });
      else
        warn(`Listeners move the circuits of ${change.dependency} without end: some changes were not told`);
      return;
    }
    untold = [{ depth: 0, tell }];
    try {
      for (const next of untold) {
        ({ depth } = next);
        next.tell();
      }
    } finally {
      untold = undefined;
    }
  };
};

const tellChange = (
  events: World['events'],
  { dependency, ...change }: CircuitChanged,
  onStateChange: Listener | undefined,
): void => {
  const event = EVENTS[change.to];
  if (events?.wants(event)) events.publish(event, Object.freeze({ ...change, dependency }));
  if (onStateChange === undefined) return;
  const { from, to, reason, key } = change;
  notify(onStateChange, Object.freeze({ from, to, reason, name: dependency, key }));
};

const warn = (what: string): void => process.emitWarning(what, { code: 'BREAKWATER_LISTENER' });

const warnOf = (thrown: unknown): void =>
  warn(`onStateChange threw: ${String(readSafely(toError(thrown), 'message'))}`);

const notify = (listener: Listener, change: StateChange): void => {
  try {
    const result = listener(change);
    // An async listener's rejection would end the process.
    if (types.isPromise(result)) result.catch(warnOf);
  } catch (thrown) {
    warnOf(thrown);
  }
};
