import { type Clock, onAbort } from '../../kernel/index.ts';
import type { BulkheadPlan } from './options.ts';

/** A bounded number of slots with a bounded queue before them. */
export interface Slots {
  /**
   * Takes a slot, at once or when one comes free.
   *
   * @returns `false` if the queue was full or the wait too long; rejects with the signal's reason if that aborts
   */
  take(signal: AbortSignal): Promise<boolean>;
  /** Gives a slot back, to the one who waits longest. */
  release(): void;
}

type Admit = () => void;

/** Slots that are all free; how many there are may change at run time. */
export const createSlots = (plan: () => BulkheadPlan, clock: Clock): Slots => {
  // A Set keeps the order of arrival and forgets a waiter who leaves without a search.
  const queue = new Set<Admit>();
  let taken = 0;

  // A waiter goes on from its own promise, and with it in its own caller's context.
  const wait = (signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const stopWaiting = (): void => {
        queue.delete(admit);
        cancel();
        stopListening();
      };
      const admit = (): void => {
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
      queue.add(admit);
    });

  return {
    take: async (signal) => {
      if (signal.aborted) throw signal.reason;
      const { maxConcurrent, maxQueue } = plan();
      if (taken < maxConcurrent) {
        taken += 1;
        return true;
      }
      return queue.size < maxQueue && wait(signal);
    },
    release: () => {
      const [longest] = queue;
      // Handed over: the number of taken slots stays.
      if (longest) longest();
      else taken -= 1;
    },
  };
};
