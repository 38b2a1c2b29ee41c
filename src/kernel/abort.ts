import type { Clock } from './clock.ts';

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
    const follow = (): void => controller.abort(parent.reason);
    parent.addEventListener('abort', follow, { once: true });
    undo.push(() => parent.removeEventListener('abort', follow));
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
    signal.addEventListener('abort', leave, { once: true });
    const settle = (): void => signal.removeEventListener('abort', leave);
    work.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
};

/** Waits `ms`, or rejects with the signal's reason as soon as that aborts. */
export const sleep = (ms: number, { clock, signal }: { clock: Clock; signal?: AbortSignal }): Promise<void> =>
  new Promise<void>((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const leave = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.setTimer(() => {
      signal?.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal?.addEventListener('abort', leave, { once: true });
  });
