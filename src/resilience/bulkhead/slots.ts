import { type Abortable, type Clock, onAbort } from '../../kernel/index.ts';
import type { Call } from '../../policy/index.ts';
import type { BulkheadPlan } from './options.ts';

/** A bounded number of slots with a bounded queue before them. */
export interface Slots {
  /**
   * Takes a slot, at once or when one comes free.
   *
   * @param onWait told of the wait, if there is one; `false` takes a slot at once or not at all
   * @returns `false` if the queue was full or the wait too long; rejects with the signal's reason if that aborts
   * @throws the signal's reason if that has aborted
   */
  take(signal: Abortable, onWait: Call['wait']): Promise<boolean> | boolean;
  /** Gives a slot back, to the one who waits longest. */
  release(): void;
  /** Lets in who waits as far as there is room: to be told when the plan has changed. */
  admit(): void;
  /** How many slots are taken, and how many wait for one. */
  counts(): { readonly active: number; readonly queued: number };
}

type Admit = () => void;

/** Slots that are all free; how many there are may change at run time. */
export const createSlots = (plan: () => BulkheadPlan, clock: Clock): Slots => {
  // A Set keeps the order of arrival and forgets a waiter who leaves without a search.
  const queue = new Set<Admit>();
  let taken = 0;

  const admit = (): void => {
    const { maxConcurrent } = plan();
    for (const letIn of queue) {
      if (taken >= maxConcurrent) return;
      taken += 1;
      letIn();
    }
  };

  // A waiter goes on from its own promise, and with it in its own caller's context.
  const wait = (signal: Abortable): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const stopWaiting = (): void => {
        queue.delete(letIn);
        cancel();
        stopListening();
      };
      const letIn = (): void => {
        stopWaiting();
        resolve(true);
      };
      const leave = (): void => {
        stopWaiting();
        reject(signal.reason);
      };
      const giveUp = (): void => {
        stopWaiting();
        resolve(false);
      };
      const { maxQueueMs } = plan();
      const cancel = maxQueueMs === undefined ? () => undefined : clock.setTimer(giveUp, maxQueueMs);
      const stopListening = onAbort(signal, leave);
      queue.add(letIn);
    });

  return {
    take: (signal, onWait) => {
      if (signal.aborted) throw signal.reason;
      const { maxConcurrent, maxQueue } = plan();
      if (taken < maxConcurrent) {
        taken += 1;
        return true;
      }
      if (onWait === false || queue.size >= maxQueue) return false;
      const letIn = wait(signal);
      onWait(letIn);
      return letIn;
    },
    release: () => {
      taken -= 1;
      admit();
    },
    admit,
    counts: () => ({ active: taken, queued: queue.size }),
  };
};
