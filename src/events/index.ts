export { createEventHub, type EventHub, hubLike, type Subscriber } from './hub.ts';
export {
  type AttemptFailed,
  type AttemptHedged,
  type CallCompleted,
  type CircuitChanged,
  type ClientReconfigured,
  type DependencyPaused,
  EVENT_NAMES,
  type EventMap,
  type EventName,
  type FallbackServed,
  type RequestFailed,
  type RequestLate,
  type RetriesSpent,
  type SettingChange,
  type StaleServed,
} from './vocabulary.ts';
