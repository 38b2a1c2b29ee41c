// #region readme
import { fallback, isUpstreamError, type Operation } from 'express-breakwater';

/** Asks the replica where the stock was asked and failed; what it was not even asked for surfaces. */
export const degraded = (
  ask: Operation<string, number>,
  replica: (sku: string) => Promise<number>,
): Operation<string, number> =>
  fallback<string, number>({ use: (sku, _error) => replica(sku), when: isUpstreamError })(ask);
// #endregion readme
