import { type Abortable, onAbort } from '../../kernel/index.ts';
import { immediately } from '../turn.ts';

/**
 * Settles as `work` does, or rejects with the signal's reason once that has aborted and everything that follows from it
 * without further time has happened. So the layers below, which hear of the same signal, have written their journal
 * before the caller reads it; work that ignores the signal is left behind.
 */
export const raceToTheEnd = <T>(work: Promise<T>, signal: Abortable): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const leave = (): void => {
      immediately(() => reject(signal.reason));
    };
    // Work may abort its caller's signal before it gives its promise.
    if (signal.aborted) leave();
    const stopListening = onAbort(signal, leave);
    const fail = (error: unknown): void => {
      stopListening();
      reject(error);
    };
    work.then((value) => {
      stopListening();
      resolve(value);
    }, fail);
  });
