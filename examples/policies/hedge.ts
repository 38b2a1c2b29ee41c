// #region readme
import { type Clock, hedge, type Operation } from 'express-breakwater';

/** Asks a second time beside a first attempt that has not answered for 50 ms; the first answer counts. */
export const eager = (ask: Operation<string, number>, clock?: Clock): Operation<string, number> =>
  hedge<string, number>({ afterMs: 50, maxHedges: 1, clock })(ask);
// #endregion readme
