export { createEventHub, type EventHub, hubLike, type Subscriber } from './hub.ts';
export {
  type AttemptFailed,
  type AttemptHedged,
  type CallCompleted,
  type CircuitChanged,
  type DependencyPaused,
  EVENT_NAMES,
  type EventMap,
  type EventName,
  type FallbackServed,
  type RequestFailed,
  type RequestLate,
  type RetriesSpent,
  type StaleServed,
} from './vocabulary.ts';
