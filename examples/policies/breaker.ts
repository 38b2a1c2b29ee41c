// #region readme
import { type Breaker, breaker, type Clock, type Operation } from 'express-breakwater';

/** Leaves the stock alone for 10 s after three failures in a row. */
export const careful = (
  ask: Operation<string, number>,
  clock?: Clock,
): { run: Operation<string, number>; circuit: Breaker<string, number> } => {
  const circuit = breaker<string, number>({ name: 'stock', consecutiveFailures: 3, openMs: 10_000, clock });
  return { run: circuit.policy(ask), circuit }; // circuit.snapshot(), circuit.forceOpen()
};
// #endregion readme
