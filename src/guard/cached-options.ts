import {
  KEEP_DEFAULTS,
  type KeepOptions,
  type KeepSettings,
  keepChecks,
  memoryStore,
} from '../cache/index.ts';
import { type EventHub, hubLike } from '../events/index.ts';
import {
  boolean,
  type Check,
  type Clock,
  clockLike,
  durationMs,
  func,
  integer,
  orFalse,
  type Random,
  readOptions,
  rejectOption,
  systemClock,
  systemRandom,
  text,
} from '../kernel/index.ts';

/** Options of a cached function. */
export interface CachedOptions<Args extends readonly unknown[]> extends KeepOptions {
  /**
   * What the value depends on, all of it: calls of one key share one value. Whose a value is belongs into it where the
   * function answers one caller other than another.
   */
  readonly key: (...args: Args) => string;
  /** Name for events, logs and `Cache-Status`. With a `store` it must be given: it tells apart whose entries are there. @default that of the function, or `cached` */
  readonly name?: string | undefined;
  /** The most bytes of a value that is kept. @default 1_048_576 (1 MiB) */
  readonly maxEntryBytes?: number | undefined;
  /** The longest that the function is waited for, in milliseconds. `false`: as long as somebody waits. @default 10000 */
  readonly timeoutMs?: number | false | undefined;
  /**
   * For which failures an old value stands in; anything but `true` and `false` leaves it to the built-in rule.
   *
   * @default technical and rejected failures and unknown errors; no business error, no mistake of the program, no answer of 4xx
   */
  readonly staleWhen?: ((error: unknown) => boolean | undefined) | undefined;
  /** Whether answers for which an old value was used carry `Warning: 110`, which HTTP gave up and older software looks for. @default true */
  readonly warning?: boolean | undefined;
  /** Told of stale values that were served. @default nobody */
  readonly events?: EventHub | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Source of chance for `earlyRefresh` and `coolDownMs`. @default the machine's source */
  readonly random?: Random | undefined;
}

/** Options of a cached function, normalised. */
export interface CachedSettings<Args extends readonly unknown[]> extends KeepSettings {
  readonly key: (...args: Args) => unknown;
  readonly name: string;
  readonly maxEntryBytes: number;
  readonly timeoutMs: number | false;
  readonly staleWhen: ((error: unknown) => unknown) | undefined;
  readonly warning: boolean;
  readonly events: EventHub | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** Defaults of `cached()`. */
export const CACHED_DEFAULTS = Object.freeze({
  ...KEEP_DEFAULTS,
  maxEntryBytes: 1_048_576,
  timeoutMs: 10_000,
  warning: true,
});

const checks: Readonly<Record<keyof CachedOptions<[]>, Check>> = {
  ...keepChecks,
  key: func,
  name: text,
  maxEntryBytes: integer(1),
  timeoutMs: orFalse(durationMs(1)),
  staleWhen: func,
  warning: boolean,
  events: hubLike,
  clock: clockLike,
  random: func,
};

/**
 * Normalises, checks and freezes the options of a cached function.
 *
 * @param fnName name of the function
 * @throws TypeError or RangeError naming the option, what was expected and what was received
 */
export const readCachedOptions = <Args extends readonly unknown[]>(
  fnName: string,
  given: CachedOptions<Args>,
): CachedSettings<Args> => {
  const site = { where: 'cached' };
  const { maxEntries, maxBytes, ...written } = readOptions<
    Partial<CachedOptions<Args>> & typeof CACHED_DEFAULTS
  >(site, given, CACHED_DEFAULTS, checks);
  const { key, name, store, staleWhen, events, clock = systemClock, random = systemRandom } = written;
  if (key === undefined) return rejectOption(site, 'key', func.expects, key, TypeError);
  // Two functions of no name would give out each other's values.
  if (store !== undefined && name === undefined)
    return rejectOption(site, 'name', `${text.expects} where there is a store`, name, TypeError);
  return Object.freeze({
    ...written,
    key,
    name: name ?? (fnName === '' ? 'cached' : fnName),
    store: store ?? memoryStore({ maxEntries, maxBytes }),
    staleWhen,
    events,
    clock,
    random,
  });
};
