import { detached } from '../kernel/index.ts';
import type { RequestContext } from './record.ts';
import { runWithContext } from './store.ts';

const NEVER_ABORTED = new AbortController().signal;

/**
 * Runs work that outlives the request it begins in, and may serve others too: nothing of the request bounds it or is held
 * by it, but its ids and fields are those of the log lines and calls of the work.
 */
export const runDetached = <T>(record: RequestContext | undefined, work: () => T): T => {
  if (record === undefined) return detached(work);
  const lasting: RequestContext = Object.freeze({ ...record, signal: NEVER_ABORTED, deadline: undefined });
  return detached(() => runWithContext(lasting, work));
};
