export { createEventHub, type EventHub, hubLike, type Subscriber } from './hub.ts';
export {
  type AttemptFailed,
  type CallCompleted,
  type CircuitChanged,
  EVENT_NAMES,
  type EventMap,
  type EventName,
  type FallbackServed,
  type RequestFailed,
  type RequestLate,
  type RetriesSpent,
  type StaleServed,
} from './vocabulary.ts';
