import type { Classify, Outcome } from '../policy/index.ts';
import { createAsk, oneOfThese } from './ask.ts';

const isOutcome = oneOfThese<Outcome>('success', 'failure', 'neutral');

/** A `classify` that never throws, and gives one of the three words or nothing. */
export const safeClassify = <Res>(classify: Classify<Res> | undefined): Classify<Res> | undefined => {
  if (classify === undefined) return undefined;
  const ask = createAsk('classify');
  return (settled) => ask(() => classify(settled), isOutcome);
};
