import type { Explanation } from './explanation.ts';
import { type ExplainSetup, figuresOf } from './figures.ts';
import { inWords } from './words.ts';

/** What settings come to in the worst case, as figures and in words. */
export const explain = (setup: ExplainSetup): Explanation => {
  const figures = figuresOf(setup);
  return Object.freeze({ ...figures, text: inWords(figures, setup.othersOnce) });
};
