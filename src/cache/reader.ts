import type { Clock, Random } from '../kernel/index.ts';
import { type CacheStatus, cacheStatus, type StaleReason } from './status.ts';

/** A value that is kept, and how far it may be used. Durations in milliseconds. */
export interface Kept<T> {
  readonly value: T;
  /** Under what it is kept. */
  readonly key: string;
  /** When it was stored, in milliseconds since the Unix epoch. */
  readonly storedAt: number;
  /** How old it was then. */
  readonly initialAgeMs: number;
  /** Up to which age it is fresh. */
  readonly lifetimeMs: number;
  /** Up to which age whoever asks takes it as it is. */
  readonly usableMs: number;
  /** For how long after its lifetime it may be used where asking fails. */
  readonly staleIfErrorMs: number;
  /** For how long after its lifetime it may be used while a new one is fetched. */
  readonly staleWhileRevalidateMs: number;
  /** How long it took to load. */
  readonly loadMs: number;
}

/** A value, and what the cache did for it. */
export interface Found<T> {
  readonly value: T;
  readonly cache: CacheStatus;
  /** How long it is fresh from now on, in milliseconds; negative once it is stale. */
  readonly ttlMs: number;
  /** What asking anew failed with, where that is why a stale value is used. */
  readonly failure?: unknown;
}

/** One who wants a value. */
export interface Wanted<T, R> {
  /** What is wanted: a cool-down is for all that want the same. */
  readonly key: string;
  /** Looks it up. Never rejects. */
  readonly recall: () => Promise<Kept<T> | undefined>;
  /** Asks for it anew, and waits for no longer than whoever wants it. */
  readonly ask: (kept: Kept<T> | undefined) => Promise<R>;
  /** Asks for it anew in the background, unless somebody does already. */
  readonly refresh: (kept: Kept<T>) => Promise<unknown>;
  /** Why a failure may be answered by a stale value; `undefined`: it must surface. */
  readonly staleReasonOf: (error: unknown) => StaleReason | undefined;
}

/** What a reader is made of. */
export interface ReaderSetup {
  readonly clock: Clock;
  readonly random: Random;
  /** How eagerly a value is asked for anew before its time is up; `false` for not at all. */
  readonly earlyRefresh: number | false;
  /** For how long after a failure a stale value is used without asking, in milliseconds; `false` for not at all. */
  readonly coolDownMs: number | false;
}

/** Decides between what is kept and asking anew. */
export interface Reader<T> {
  read<R>(wanted: Wanted<T, R>): Promise<Found<T> | R>;
}

/** The most keys of which a failure is remembered: the oldest is forgotten. */
const MAX_REMEMBERED = 1_000;

/** Share of a cool-down that chance takes away, so that not all callers ask again at once. */
const COOL_DOWN_JITTER = 0.2;

const ageOf = ({ storedAt, initialAgeMs }: Kept<unknown>, now: number): number =>
  initialAgeMs + Math.max(0, now - storedAt);

/** Whether chance has it that a fresh value is asked for anew already: the likelier the nearer its end, and the longer it takes. */
const isEarly = ({ loadMs }: Kept<unknown>, leftMs: number, beta: number, random: Random): boolean =>
  // 1 - random() is never 0, of which there is no logarithm.
  -loadMs * beta * Math.log(1 - random()) >= leftMs;

const foundOf = <T>(
  { value, key, storedAt, lifetimeMs }: Kept<T>,
  ageMs: number,
  reason: StaleReason | undefined,
): Found<T> => {
  const staleForMs = Math.max(0, ageMs - lifetimeMs);
  const status = reason === undefined ? 'hit' : 'stale';
  const cache = cacheStatus({ status, ageMs, staleForMs, reason, storedAt, key });
  return { value, cache, ttlMs: lifetimeMs - ageMs };
};

/** Sets what is to be remembered of a key; the oldest one gives way. */
const remember = <V>(memory: Map<string, V>, key: string, value: V): void => {
  memory.delete(key);
  memory.set(key, value);
  const [oldest] = memory.keys();
  if (memory.size > MAX_REMEMBERED && oldest !== undefined) memory.delete(oldest);
};

/** Keys after a failure, and until when nobody asks. */
const createCoolDown = ({ clock, random, coolDownMs }: ReaderSetup) => {
  const cooling = new Map<string, { readonly until: number; readonly reason: StaleReason }>();
  return {
    begin: (key: string, reason: StaleReason): void => {
      if (coolDownMs === false) return;
      const until = clock.now() + coolDownMs * (1 - COOL_DOWN_JITTER * random());
      remember(cooling, key, { until, reason });
    },
    end: (key: string): void => {
      cooling.delete(key);
    },
    reasonOf: (key: string): StaleReason | undefined => {
      const found = cooling.get(key);
      return found !== undefined && clock.now() < found.until ? found.reason : undefined;
    },
  };
};

/** A reader, once per cache. */
export const createReader = <T>(setup: ReaderSetup): Reader<T> => {
  const { clock, random, earlyRefresh } = setup;
  const coolDown = createCoolDown(setup);
  /** Keys whose last refresh failed in a way that callers must hear of: nothing hides it from the next one. */
  const unheard = new Map<string, true>();

  const succeed = (key: string): void => {
    coolDown.end(key);
    unheard.delete(key);
  };

  const refresh = (kept: Kept<T>, { key, refresh: ask, staleReasonOf }: Wanted<T, unknown>): void => {
    ask(kept).then(
      () => succeed(key),
      (failure: unknown) => {
        const reason = staleReasonOf(failure);
        if (reason === undefined) remember(unheard, key, true);
        else coolDown.begin(key, reason);
      },
    );
  };

  /** What is kept, if it serves without asking. */
  const useKept = (kept: Kept<T>, wanted: Wanted<T, unknown>): Found<T> | undefined => {
    const ageMs = ageOf(kept, clock.wallTime());
    const { lifetimeMs, usableMs, staleWhileRevalidateMs, staleIfErrorMs } = kept;
    const cooling = coolDown.reasonOf(wanted.key);
    const mustAsk = unheard.has(wanted.key);
    if (ageMs < usableMs) {
      const leftMs = lifetimeMs - ageMs;
      if (leftMs <= 0) return foundOf(kept, ageMs, 'requested');
      const isDue = earlyRefresh !== false && isEarly(kept, leftMs, earlyRefresh, random);
      if (isDue && cooling === undefined && !mustAsk) refresh(kept, wanted);
      return foundOf(kept, ageMs, undefined);
    }
    // Whoever asks wants something newer than what is fresh.
    if (mustAsk || ageMs < lifetimeMs) return undefined;
    const windowMs =
      cooling === undefined ? staleWhileRevalidateMs : Math.max(staleWhileRevalidateMs, staleIfErrorMs);
    if (ageMs >= lifetimeMs + windowMs) return undefined;
    if (cooling === undefined) refresh(kept, wanted);
    return foundOf(kept, ageMs, cooling ?? 'revalidating');
  };

  const recover = async (wanted: Wanted<T, unknown>, failure: unknown): Promise<Found<T>> => {
    const reason = wanted.staleReasonOf(failure);
    if (reason === undefined) throw failure;
    coolDown.begin(wanted.key, reason);
    // What was kept before may have been purged since, or renewed.
    const kept = await wanted.recall();
    if (kept === undefined) throw failure;
    const ageMs = ageOf(kept, clock.wallTime());
    const { lifetimeMs, usableMs, staleIfErrorMs } = kept;
    // At the end of its lifetime it is stale: no window is none, not one moment.
    if (ageMs >= lifetimeMs + staleIfErrorMs) throw failure;
    const isGood = ageMs < Math.min(lifetimeMs, usableMs);
    return { ...foundOf(kept, ageMs, isGood ? undefined : reason), failure };
  };

  return Object.freeze<Reader<T>>({
    read: async (wanted) => {
      const kept = await wanted.recall();
      const found = kept && useKept(kept, wanted);
      if (found !== undefined) return found;
      try {
        const answer = await wanted.ask(kept);
        succeed(wanted.key);
        return answer;
      } catch (failure) {
        return recover(wanted, failure);
      }
    },
  });
};
