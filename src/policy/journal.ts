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

// A class, since each call makes one: four closures take half a kilobyte.
class Attempts implements JournalWriter {
  readonly #attempts: Attempt[] = [];
  #stopped: StopReason | undefined;
  #noted: Partial<Attempt> | undefined;

  add(attempt: Attempt): void {
    this.#attempts.push(Object.freeze({ ...attempt, ...this.#noted }));
    this.#noted = undefined;
  }

  note(about: Partial<Attempt>): void {
    this.#noted = about;
  }

  stop(reason: StopReason): void {
    this.#stopped ??= reason;
  }

  snapshot(): Journal {
    return Object.freeze({ attempts: Object.freeze([...this.#attempts]), stopped: this.#stopped });
  }
}

/** An empty journal. */
export const createJournal = (): JournalWriter => new Attempts();
