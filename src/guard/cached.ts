import { createHash } from 'node:crypto';
import {
  type CacheStatus,
  cacheStatus,
  createFlights,
  createReader,
  createShelf,
  type Found,
  staleMark,
} from '../cache/index.ts';
import { boundsOf, noteStale, runDetached, tryGetContext } from '../context/index.ts';
import { twinOf } from '../errors/index.ts';
import { describeValue, linkSignals } from '../kernel/index.ts';
import { createAsk, isYesOrNo } from '../resilience/index.ts';
import { failureReasonOf } from './cached-failures.ts';
import { createKeeper, type Loaded } from './cached-keeper.ts';
import { type CachedOptions, type CachedSettings, readCachedOptions } from './cached-options.ts';

/** A value, and what the cache did for it. Frozen. */
export interface CachedAnswer<Res> {
  readonly value: Res;
  readonly cache: CacheStatus;
}

/** A function whose values are kept. */
export interface Cached<Args extends readonly unknown[], Res> {
  (...args: Args): Promise<Res>;
  /** Calls it, and tells with the value where that came from. Rejects as the function itself does. */
  answer(...args: Args): Promise<CachedAnswer<Res>>;
  /**
   * Forgets the value of these arguments: that of no arguments, where there are none. Whoever calls from then on asks anew.
   *
   * @throws Error where the store did not do it: this process does not use the value again, another one may
   */
  purge(...args: Args): Promise<void>;
  /** Forgets every value: it empties the store, whoever else uses it. @throws Error as `purge` does */
  purgeAll(): Promise<void>;
}

interface Asked<Args> {
  readonly args: Args;
  /** What the app says that the value depends on, as a digest. */
  readonly key: string;
  readonly signal: AbortSignal;
}

const MISS = { status: 'miss', ageMs: 0, staleForMs: 0, reason: undefined } as const;

/** Asks the app for a key, and makes a digest of it: of any length, and with nothing in it that says whose it is. */
const createKeyOf =
  <Args extends readonly unknown[]>({ name, key }: CachedSettings<Args>) =>
  (args: Args): string => {
    const given = key(...args);
    if (typeof given !== 'string' || given === '')
      throw new TypeError(
        `cached(${JSON.stringify(name)}): the key must be a text that is not empty, but was ${describeValue(given)}`,
      );
    return `f:${createHash('sha256')
      .update(JSON.stringify([name, given]))
      .digest('base64url')}`;
  };

/** Tells of a stale value that is served: the request it is for, and whoever listens. */
const createTell =
  ({ name, warning, events }: CachedSettings<never>) =>
  (cache: CacheStatus): void => {
    const { ageMs, reason } = cache;
    if (reason === undefined) return;
    noteStale(tryGetContext(), staleMark({ name, warning }, cache));
    if (!events?.wants('stale.served')) return;
    events.publish('stale.served', Object.freeze({ dependency: name, call: name, ageMs, reason }));
  };

const createStaleReasonOf = ({ staleWhen }: CachedSettings<never>) => {
  const ask = createAsk('cached.staleWhen');
  return (error: unknown) => {
    const reason = failureReasonOf(error);
    const decided = ask(() => staleWhen?.(error), isYesOrNo);
    if (decided === undefined) return reason;
    return decided ? (reason ?? 'failure') : undefined;
  };
};

/** Runs `work` for as long as whoever asks waits for it. */
const whileWaited = async <T>(
  { clock }: CachedSettings<never>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const link = linkSignals(...boundsOf(tryGetContext(), clock).signals);
  try {
    if (link.aborted) throw link.reason;
    return await work(link.signal);
  } finally {
    link.dispose();
  }
};

const createAnswer = <Args extends readonly unknown[], Res>(
  fn: (...args: Args) => Promise<Res> | Res,
  settings: CachedSettings<Args>,
) => {
  const { name, clock } = settings;
  const shelf = createShelf({ ...settings, clock });
  const flights = createFlights<Loaded<Res>>();
  const reader = createReader<Res>(settings);
  const keeper = createKeeper<Args, Res>(fn, settings, shelf);
  const tell = createTell(settings);
  const staleReasonOf = createStaleReasonOf(settings);

  const flightOf = ({ args, key }: Asked<Args>) => {
    const record = tryGetContext();
    const begin = (signal: AbortSignal) => runDetached(record, () => keeper.load(args, key, signal));
    return { key, group: key, begin };
  };

  const ask = async (asked: Asked<Args>): Promise<Pick<Found<Res>, 'value' | 'cache'>> => {
    const waiting = { signal: asked.signal, ownError: twinOf };
    const landed = await flights.join(flightOf(asked), waiting);
    const { value, copy, storedAt, marks } = landed.value;
    const record = tryGetContext();
    for (const mark of marks) noteStale(record, mark);
    const cache = cacheStatus({ ...MISS, storedAt, key: storedAt === undefined ? undefined : asked.key });
    if (copy !== undefined) return { value: copy(), cache };
    // What cannot be copied is for the one who asked for it: the others ask for themselves.
    return { value: landed.joined ? await keeper.call({ args: asked.args }, asked.signal) : value, cache };
  };

  const answer = async (args: Args, signal: AbortSignal): Promise<CachedAnswer<Res>> => {
    const asked = { args, key: keyOf(args), signal };
    const { value, cache } = await reader.read({
      key: asked.key,
      recall: () => keeper.recall(asked.key),
      ask: () => ask(asked),
      refresh: () => flights.launch(flightOf(asked)),
      staleReasonOf: (error) =>
        signal.aborted && signal.reason === error ? undefined : staleReasonOf(error),
    });
    tell(cache);
    return Object.freeze({ value, cache });
  };
  const keyOf = createKeyOf(settings);

  const forget = async (key?: string): Promise<void> => {
    flights.retire(key);
    if (await keeper.forget(key)) return;
    throw new Error(
      `cached(${JSON.stringify(name)}): the store did not forget; this process does not use the old value again, others may`,
    );
  };

  return {
    answer: (args: Args) => whileWaited(settings, (signal) => answer(args, signal)),
    purge: async (args: Args) => forget(keyOf(args)),
    purgeAll: () => forget(),
  };
};

/**
 * Keeps the values of a function, and gives out the last good one where the function fails: for databases, SDKs and
 * whatever else is not called over a client of this package. Calls of one key that come at once share one call, which no
 * single caller ends. Everybody gets a copy of their own.
 *
 * @param fn `protect(…)` for one with breaker and retries; what it answers must be data
 * @throws TypeError or RangeError for a bad option
 * @example
 * const priceOf = cached(protect((call, sku: string) => prices.find(sku, call.signal), { name: 'prices' }), {
 *   name: 'prices',
 *   key: (sku) => sku,
 *   ttlMs: 5_000,
 * });
 * const price = await priceOf('tea');
 * const { value, cache } = await priceOf.answer('tea');
 */
export const cached = <Args extends readonly unknown[], Res>(
  fn: (...args: Args) => Promise<Res> | Res,
  options: NoInfer<CachedOptions<Args>>,
): Cached<Args, Res> => {
  if (typeof fn !== 'function') throw new TypeError('cached: the first argument must be a function');
  const { answer, purge, purgeAll } = createAnswer(fn, readCachedOptions<Args>(fn.name, options));
  return Object.freeze(
    Object.assign(async (...args: Args): Promise<Res> => (await answer(args)).value, {
      answer: (...args: Args) => answer(args),
      purge: (...args: Args) => purge(args),
      purgeAll,
    }),
  );
};
