/** Milliseconds as lines have them: to the microsecond. */
export const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;
