import { type Abortable, type Clock, onAbort } from '../kernel/index.ts';

/** Waits `ms`, or rejects with the signal's reason as soon as that aborts. */
export const sleep = (ms: number, { clock, signal }: { clock: Clock; signal?: Abortable }): Promise<void> =>
  new Promise<void>((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const cancel = clock.setTimer(() => {
      stopListening?.();
      resolve();
    }, ms);
    const stopListening =
      signal &&
      onAbort(signal, () => {
        cancel();
        reject(signal.reason);
      });
  });
