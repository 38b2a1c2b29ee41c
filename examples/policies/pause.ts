// #region readme
import { type Clock, type Operation, pause } from 'express-breakwater';

/** Leaves the stock alone for as long as its 429 asks for, 30 s at the most. */
export const quiet = (ask: Operation<string, number>, clock?: Clock): Operation<string, number> =>
  pause<string, number>({ maxMs: 30_000, clock })(ask);
// #endregion readme
