import { types } from 'node:util';
import type { CircuitChanged } from '../../events/index.ts';
import { readSafely, toError } from '../../kernel/index.ts';
import type { World } from '../parts.ts';
import type { StateChange } from './options.ts';

const EVENTS = {
  closed: 'circuit.closed',
  open: 'circuit.opened',
  'half-open': 'circuit.half-open',
} as const;

/** Tells subscribers and `onStateChange` of a circuit that moved. Neither can fail the call that moved it. */
export const tellChange = (
  events: World['events'],
  onStateChange: ((change: StateChange) => unknown) | undefined,
  { dependency, ...change }: CircuitChanged,
): void => {
  const event = EVENTS[change.to];
  if (events?.wants(event)) events.publish(event, Object.freeze({ ...change, dependency }));
  if (onStateChange === undefined) return;
  const { from, to, reason, key } = change;
  notify(onStateChange, Object.freeze({ from, to, reason, name: dependency, key }));
};

const warn = (thrown: unknown): void =>
  process.emitWarning(`onStateChange threw: ${String(readSafely(toError(thrown), 'message'))}`, {
    code: 'BREAKWATER_LISTENER',
  });

const notify = <T>(listener: (change: T) => unknown, change: T): void => {
  try {
    const result = listener(change);
    // An async listener's rejection would end the process.
    if (types.isPromise(result)) result.catch(warn);
  } catch (thrown) {
    warn(thrown);
  }
};
