import { type EventHub, hubLike } from '../events/index.ts';
import {
  type Check,
  type Clock,
  clockLike,
  func,
  type OptionsSite,
  type Random,
  readOptions,
  rejectOption,
  systemClock,
  systemRandom,
  text,
} from '../kernel/index.ts';
import {
  mergeWritten,
  type ReconfigureOptions,
  type Resilience,
  type ResilienceOptions,
  readResilience,
} from '../resilience/index.ts';

/** Options of a protected function. */
export interface ProtectOptions<
  Args extends readonly unknown[],
  Res,
  FallbackValue = Res,
  FallbackMade = FallbackValue,
> extends ResilienceOptions<Args, Res, FallbackValue, FallbackMade> {
  /** Name of the dependency, for errors, events and logs. */
  readonly name: string;
  /** Told of calls, attempts, circuits and fallbacks. @default nobody */
  readonly events?: EventHub | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Source of jitter. @default the machine's source */
  readonly random?: Random | undefined;
}

/** Options of a protected function, normalised. */
export interface ProtectSettings<Args extends readonly unknown[], Res> {
  readonly name: string;
  readonly resilience: Resilience<Args, Res>;
  /** A copy of what was written of those options that may change. */
  readonly live: ReconfigureOptions;
  /** Whether the function may be called again: only where retries or hedges were asked for. */
  readonly repeatable: boolean;
  readonly events: EventHub | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

const anything: Check = { expects: 'anything', type: () => true };

const checks = {
  name: text,
  events: hubLike,
  clock: clockLike,
  random: func,
  timeout: anything,
  retry: anything,
  breaker: anything,
  bulkhead: anything,
  hedge: anything,
  pause: anything,
  fallback: anything,
  classify: anything,
};

/**
 * Reads the guards of a protected function. A function may not be safe to repeat: retries are for those who write them.
 *
 * @throws TypeError or RangeError naming the option, what was expected and what was received
 */
export const readPlans = <Args extends readonly unknown[], Res, FallbackValue = Res>(
  site: OptionsSite,
  written: ResilienceOptions<Args, Res, FallbackValue>,
): Resilience<Args, Res> =>
  readResilience<Args, Res, FallbackValue>(site, written, { retry: false, hosts: false });

/**
 * Normalises, checks and freezes the options of a protected function.
 *
 * @param factory that takes them, for its errors
 * @throws TypeError or RangeError naming the option, what was expected and what was received
 */
export const readProtectOptions = <Args extends readonly unknown[], Res, FallbackValue = Res>(
  factory: string,
  given: ProtectOptions<Args, Res, FallbackValue>,
): ProtectSettings<Args, Res> => {
  const nameless = { where: factory };
  // It may be a connection string: it is not repeated.
  if (typeof given === 'string')
    throw new TypeError(`${factory}: the options must be an object, but were a text`);
  const written = readOptions<Partial<ProtectOptions<Args, Res, FallbackValue>>>(nameless, given, {}, checks);
  const { name = '', events, clock = systemClock, random = systemRandom, ...policies } = written;
  if (name === '') rejectOption(nameless, 'name', text.expects, undefined, TypeError);
  const site = { where: `${factory}(${JSON.stringify(name)})` };
  const { timeout, retry, breaker, bulkhead, hedge, pause } = policies;
  const resilience = readPlans<Args, Res, FallbackValue>(site, policies);
  const live = mergeWritten<ReconfigureOptions>({}, { timeout, retry, breaker, bulkhead, hedge, pause });
  const isWritten = (part: unknown): boolean => part !== undefined && part !== false;
  const repeatable = isWritten(retry) || isWritten(hedge);
  return Object.freeze({ name, resilience, live, repeatable, events, clock, random });
};
