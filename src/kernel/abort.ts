import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.ts';

// Node 20 warns of a leak at the eleventh listener of a signal; one request may well make that many calls at once.
const allowManyListeners = (signal: AbortSignal): void => {
  try {
    setMaxListeners(Number.POSITIVE_INFINITY, signal);
  } catch {
    // A signal of another implementation, which has no such limit.
  }
};

/**
 * Runs `listener` once, when `signal` aborts; not at all if it already has.
 *
 * @returns a function that stops listening; call it on every other exit
 */
export const onAbort = (signal: AbortSignal, listener: () => void): (() => void) => {
  allowManyListeners(signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
};

/** A signal that follows others and can be aborted on its own. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Aborts this signal, not the ones it follows. */
  abort(reason: unknown): void;
  /** Stops following; call it on every exit, or the parents keep a listener. */
  dispose(): void;
}

/** A fresh signal that aborts, with the same reason, as soon as one of `parents` does. */
export const linkSignals = (...parents: readonly (AbortSignal | undefined)[]): LinkedSignal => {
  const controller = new AbortController();
  const undo: (() => void)[] = [];
  for (const parent of parents) {
    if (parent === undefined) continue;
    if (parent.aborted) {
      controller.abort(parent.reason);
      break;
    }
    undo.push(onAbort(parent, () => controller.abort(parent.reason)));
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    dispose: () => {
      for (const remove of undo) remove();
      undo.length = 0;
    },
  };
};

/** Settles as `work` does, or rejects with the signal's reason if that aborts first. Leaves no listener behind. */
export const raceSignal = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) {
      work.catch(() => undefined);
      leave();
      return;
    }
    const stopListening = onAbort(signal, leave);
    work.finally(stopListening).then(resolve, reject);
  });
};

/** Waits `ms`, or rejects with the signal's reason as soon as that aborts. */
export const sleep = (ms: number, { clock, signal }: { clock: Clock; signal?: AbortSignal }): Promise<void> =>
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
