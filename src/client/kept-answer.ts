import type { Answer } from './answer.ts';

// Not a property: no serializer, logger or deep copy of an error must ever see a body.
const kept = new WeakMap<object, Answer>();

/** Keeps the answer behind an error for as long as the error lives. @returns the error */
export const keepAnswer = (error: unknown, answer: Answer | undefined): unknown => {
  if (typeof error === 'object' && error !== null && answer !== undefined) kept.set(error, answer);
  return error;
};

/**
 * The last answer, body and all, behind the error of a call: one with a status of 400 or above, or one that could not be
 * read as JSON; also behind what `upstreamErrors` made of it. `undefined` where there was no whole answer.
 *
 * @example
 * const call = payments.post('/charges', { json: charge }).catch(async (error) => {
 *   const answer = answerOf(error);
 *   if (answer?.status === 402) return answer.json();
 *   throw error;
 * });
 */
export const answerOf = (error: unknown): Answer | undefined =>
  typeof error === 'object' && error !== null ? kept.get(error) : undefined;
