import { classGuardOf, DependencyPausedError, isRejectedError, type StopReason } from '../../errors/index.ts';
import type { Abortable } from '../../kernel/index.ts';
import { isTimeUp } from '../timeout/index.ts';

const isPaused = classGuardOf(DependencyPausedError);

/** Why a call that failed with `error` cannot go on, whatever its plan; `undefined` if nothing stands against it. */
export const stopReason = (error: unknown, signal: Abortable): StopReason | undefined => {
  if (signal.aborted) return isTimeUp(signal.reason) ? 'deadline' : 'aborted';
  if (!isRejectedError(error)) return undefined;
  if (isPaused?.(error)) return 'paused';
  return error.code === 'circuit-open' || error.code === 'bulkhead-full' ? error.code : 'not-retryable';
};
