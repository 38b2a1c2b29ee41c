// #region readme
import { bulkhead, type Clock, type Operation } from 'express-breakwater';

/** Two at once, one that waits for at most 500 ms; the next one is refused. */
export const narrow = (ask: Operation<string, number>, clock?: Clock): Operation<string, number> =>
  bulkhead<string, number>({ maxConcurrent: 2, maxQueue: 1, maxQueueMs: 500, clock })(ask);
// #endregion readme
