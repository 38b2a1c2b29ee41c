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

/** Keeps the journal with an error, out of sight of serializers. An error that cannot be extended stays without. */
export const attachJournal = (error: unknown, journal: Journal): void => {
  if (typeof error !== 'object' || error === null) return;
  // Reflect answers false for a frozen error; a hostile proxy throws, and is not worth a journal.
  try {
    Reflect.defineProperty(error, JOURNAL, { value: journal, configurable: true });
  } catch {
    return;
  }
};

/** The journal of the outbound call that failed with `error`, also for errors that `upstreamErrors` made. */
export const journalOf = (error: unknown): Journal | undefined => {
  const journal = readSafely(error, JOURNAL);
  // Only attachJournal writes under this symbol.
  return typeof journal === 'object' && journal !== null ? (journal as Journal) : undefined;
};
