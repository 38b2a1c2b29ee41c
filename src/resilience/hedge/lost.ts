import { brandSymbol, hasBrand } from '../../kernel/index.ts';

const LOST = brandSymbol('error.hedge-lost');

/** What an attempt is aborted with when another one of the same call has answered. Nobody but its own work sees it. */
export const hedgeLost = (name: string): Error => {
  const { stackTraceLimit } = Error;
  // Reflect answers false where Error is frozen: it has a stack then.
  Reflect.set(Error, 'stackTraceLimit', 0);
  const error = new Error(`Another attempt of ${name} answered first`);
  Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  // By this name other libraries know that they were stopped and did not fail.
  return Object.assign(error, { name: 'AbortError', code: 'hedge-lost', [LOST]: true });
};

/** Whether an attempt ended because another one had answered: that says nothing of the dependency. */
export const isHedgeLost = (error: unknown): boolean => hasBrand(error, LOST);
