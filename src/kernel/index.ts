export { type Abortable, LinkedSignal, linkSignals, onAbort, raceSignal } from './abort.ts';
export { brandSymbol, hasBrand } from './brand.ts';
export { type CancelTimer, type Clock, MAX_TIMER_MS, systemClock, type TimerOptions } from './clock.ts';
export { detached } from './detached.ts';
export {
  anyOf,
  arrayOf,
  boolean,
  type Check,
  clockLike,
  durationMs,
  func,
  integer,
  nestedSite,
  type OptionsSite,
  object,
  oneOf,
  orFalse,
  ratio,
  readOptions,
  rejectOption,
  rejectPair,
  text,
  withMethods,
} from './options.ts';
export { type Random, systemRandom } from './random.ts';
export { describeValue, isArray, isError, readSafely, toError } from './thrown.ts';
