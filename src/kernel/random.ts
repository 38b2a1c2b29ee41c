/** A source of numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** The machine's source. Good for jitter, not for ids or secrets. */
export const systemRandom: Random = Math.random;
