import { detached } from '../kernel/index.ts';
import { keepSdkContext } from './otel.ts';
import type { RequestContext } from './record.ts';
import { runWithContext } from './store.ts';

const NEVER_ABORTED = new AbortController().signal;

/**
 * Runs work that outlives the request it begins in, and may serve others too: nothing of the request bounds it or is held
 * by it, but its ids and fields are those of the log lines and calls of the work, and its span is the parent of theirs.
 */
export const runDetached = <T>(record: RequestContext | undefined, work: () => T): T => {
  const inSdkContext = keepSdkContext();
  if (record === undefined) return detached(() => inSdkContext(work));
  const lasting: RequestContext = Object.freeze({ ...record, signal: NEVER_ABORTED, deadline: undefined });
  return detached(() => inSdkContext(() => runWithContext(lasting, work)));
};
