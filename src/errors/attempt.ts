import { readSafely } from '../kernel/index.ts';

/** One try of an outbound call. */
export interface Attempt {
  /** Counts from 1. */
  readonly number: number;
  /** Which of the extra attempts that were started beside this one, from 1; `undefined` for the attempt itself. */
  readonly hedge?: number | undefined;
  /** HTTP status of the answer, where there was one. */
  readonly status: number | undefined;
  /** Code of the error, `undefined` for a success. */
  readonly code: string | undefined;
  /** Time from start to settlement, in milliseconds. */
  readonly durationMs: number;
  /** Back-off waited before this attempt, in milliseconds. */
  readonly waitMs: number;
  /** What went wrong in one word (`connection-refused`, `attempt-timeout`, `status-503`, `hedge-lost`), `undefined` for a success. */
  readonly reason: string | undefined;
}

/** Why no further attempt was made. */
export type StopReason =
  | 'success'
  | 'method'
  | 'body'
  | 'budget'
  | 'attempts'
  | 'deadline'
  | 'caller-retries'
  | 'circuit-open'
  | 'bulkhead-full'
  | 'paused'
  | 'aborted'
  | 'not-retryable';

/** What happened to one logical call, attempt by attempt. */
export interface Journal {
  readonly attempts: readonly Attempt[];
  readonly stopped: StopReason | undefined;
}

const JOURNAL = Symbol.for('express-breakwater.journal');

/** Journals of what nothing can be written onto. A fact about each object, which lives as long as that. */
const BESIDE = new WeakMap<object, Journal>();

const canHold = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

const write = (error: object, journal: Journal): boolean => {
  try {
    return Reflect.defineProperty(error, JOURNAL, { value: journal, configurable: true });
  } catch {
    // A hostile proxy.
    return false;
  }
};

/** Keeps the journal with an error, out of sight of serializers; beside one that is frozen. Primitives have none. */
export const attachJournal = (error: unknown, journal: Journal): void => {
  if (canHold(error) && !write(error, journal)) BESIDE.set(error, journal);
};

/**
 * The journal of the outbound call that failed with `error`, also for errors that `upstreamErrors` made. Nothing is kept
 * with a primitive (`throw 'down'`).
 */
export const journalOf = (error: unknown): Journal | undefined => {
  const beside = canHold(error) ? BESIDE.get(error) : undefined;
  if (beside !== undefined) return beside;
  const journal = readSafely(error, JOURNAL);
  // Only attachJournal writes under this symbol.
  return typeof journal === 'object' && journal !== null ? (journal as Journal) : undefined;
};
