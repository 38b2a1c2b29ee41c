import { isBusiness, isRejectedError } from '../errors/index.ts';

/** How a settled attempt ended: with a value, or with an error. */
export type Settled<Res> =
  | { readonly value: Res; readonly error?: undefined }
  | { readonly error: unknown; readonly value?: undefined };

/** What an attempt says about its dependency: `neutral` counts for nothing. */
export type Outcome = 'success' | 'failure' | 'neutral';

/** Decides an outcome; `undefined` leaves it to the built-in rule. */
export type Classify<Res> = (settled: Settled<Res>) => Outcome | undefined;

/**
 * The built-in rule. A value and a business error, of whichever library, prove the dependency alive; a caller that gave up (`signal` aborted
 * with just this error) and a refusal say nothing of it; every other error is a failure.
 */
export const classifyOutcome = (settled: Settled<unknown>, signal: AbortSignal): Outcome => {
  if (!('error' in settled)) return 'success';
  const { error } = settled;
  if (isRejectedError(error) || (signal.aborted && signal.reason === error)) return 'neutral';
  return isBusiness(error) ? 'success' : 'failure';
};
