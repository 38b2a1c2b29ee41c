import { answeredStatusOf, isBusiness, isRejectedError } from '../errors/index.ts';

/** How a settled attempt ended: with a value, or with an error. */
export type Settled<Res> =
  | { readonly value: Res; readonly error?: undefined }
  | { readonly error: unknown; readonly value?: undefined };

/** What an attempt says about its dependency: `neutral` counts for nothing. */
export type Outcome = 'success' | 'failure' | 'neutral';

/** Decides an outcome; `undefined` leaves it to the built-in rule. */
export type Classify<Res> = (settled: Settled<Res>) => Outcome | undefined;

/** What the status of an answer says: 408 and 5xx, but 501 and 505, are failures; 429 is its right; all others prove it alive. */
export const outcomeOfStatus = (status: number): Outcome => {
  if (status === 429) return 'neutral';
  return status === 408 || (status >= 500 && status !== 501 && status !== 505) ? 'failure' : 'success';
};

/**
 * The built-in rule. A value and a business error, of whichever library, prove the dependency alive; a caller that gave up
 * (`signal` aborted with just this error) and a refusal say nothing of it. Of other errors the status decides that the
 * dependency answered with, whoever's client tells it; without one they are failures.
 */
export const classifyOutcome = (
  settled: Settled<unknown>,
  signal: Pick<AbortSignal, 'aborted' | 'reason'>,
): Outcome => {
  if (!('error' in settled)) return 'success';
  const { error } = settled;
  if (isRejectedError(error) || (signal.aborted && signal.reason === error)) return 'neutral';
  if (isBusiness(error)) return 'success';
  const status = answeredStatusOf(error);
  // A 2xx is an error only where its body was of no use.
  return status === undefined || status < 300 ? 'failure' : outcomeOfStatus(status);
};
