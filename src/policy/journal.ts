import type { Attempt, Journal, StopReason } from '../errors/index.ts';

/** Collects what happened to one logical call. */
export interface JournalWriter {
  add(attempt: Attempt): void;
  /** Says of the attempt that is written next what its writer does not know: it was an extra one. */
  note(about: Pick<Attempt, 'hedge' | 'durationMs'>): void;
  /** Says why no further attempt was made; the first reason given stays. */
  stop(reason: StopReason): void;
  /** What has been written so far. Frozen. */
  snapshot(): Journal;
}

/** An empty journal. */
export const createJournal = (): JournalWriter => {
  const attempts: Attempt[] = [];
  let stopped: StopReason | undefined;
  let noted: Partial<Attempt> | undefined;
  return {
    add: (attempt) => {
      attempts.push(Object.freeze({ ...attempt, ...noted }));
      noted = undefined;
    },
    note: (about) => {
      noted = about;
    },
    stop: (reason) => {
      stopped ??= reason;
    },
    snapshot: () => Object.freeze({ attempts: Object.freeze([...attempts]), stopped }),
  };
};
