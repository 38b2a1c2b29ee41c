// W3C Trace Context level 2 promises the last 14 digits of an id to be random; 13 of them are what a number holds exactly.
const RANDOM_DIGITS = 13;
const RANGE = 2 ** 52;

/**
 * Whether the sampled flag is set on a trace that begins here, decided by the random part of its id: whoever decides so
 * by the same ratio comes to the same answer.
 */
export const isSampled = (traceId: string, ratio: number): boolean =>
  ratio > 0 && Number.parseInt(traceId.slice(-RANDOM_DIGITS), 16) < ratio * RANGE;
