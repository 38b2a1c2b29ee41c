import { isError, readSafely, toError } from '../../kernel/index.ts';

/** A list that was thrown, bare or as the error that the kernel makes of such a value; else `undefined`. */
export const thrownList = (error: unknown): unknown => {
  if (!isError(error)) return error;
  const cause = readSafely(error, 'cause');
  if (isError(cause) || cause === undefined) return undefined;
  // Somebody's own error with a list behind it speaks for itself.
  return readSafely(error, 'message') === toError(cause).message ? cause : undefined;
};
