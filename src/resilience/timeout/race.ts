import { type Abortable, onAbort } from '../../kernel/index.ts';
import { immediately } from '../turn.ts';

/** How a race goes. */
export interface RaceRules {
  /** When to leave work whose signal has aborted. @default at once */
  readonly later?: ((leave: () => void) => void) | undefined;
  /** Told of the end, whichever it is, before anybody else. */
  readonly ended?: (() => void) | undefined;
  /** Told of an answer. */
  readonly answered?: (() => void) | undefined;
  /** Makes the error that is rejected with of the one there is. @default that one */
  readonly errorOf?: ((error: unknown) => unknown) | undefined;
}

const NO_RULES: RaceRules = Object.freeze({});

/**
 * Settles as `work` does, or rejects with the signal's reason once that has aborted; work that ignores the signal is left
 * behind. No async function around a race: it would cost each answer a turn, and each failure two errors thrown.
 */
export const race = <T>(work: Promise<T>, signal: Abortable, rules: RaceRules = NO_RULES): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    let isOver = false;
    const end = (): boolean => {
      if (isOver) return false;
      isOver = true;
      stopListening();
      rules.ended?.();
      return true;
    };
    const fail = (error: unknown): void => {
      if (end()) reject(rules.errorOf ? rules.errorOf(error) : error);
    };
    const leave = (): void => fail(signal.reason);
    const abort = (): void => (rules.later ? rules.later(leave) : leave());
    const stopListening = onAbort(signal, abort);
    work.then((value) => {
      if (!end()) return;
      rules.answered?.();
      resolve(value);
    }, fail);
    // Work may abort its caller's signal before it gives its promise.
    if (signal.aborted) abort();
  });

/**
 * A race that is left when everything that follows from the abort without further time has happened: so the layers below,
 * which hear of the same signal, have written their journal before the caller reads it.
 */
export const raceToTheEnd = <T>(work: Promise<T>, signal: Abortable, rules?: RaceRules): Promise<T> =>
  race(work, signal, { ...rules, later: immediately });
