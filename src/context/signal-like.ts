import { type Check, readSafely } from '../kernel/index.ts';

/** What an option that takes a signal must be, of whichever realm and implementation. */
export const signalLike: Check = {
  expects: 'an AbortSignal',
  type: (value) =>
    typeof readSafely(value, 'aborted') === 'boolean' &&
    typeof readSafely(value, 'addEventListener') === 'function',
};
