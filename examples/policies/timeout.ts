// #region readme
import { type Clock, type Operation, timeout } from 'express-breakwater';

/** Rejects after 300 ms, and aborts the signal of the work. */
export const brisk = (ask: Operation<string, number>, clock?: Clock): Operation<string, number> =>
  timeout<string, number>({ ms: 300, clock })(ask);
// #endregion readme
