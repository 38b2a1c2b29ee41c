// #region readme
import { type Clock, type Operation, retry } from 'express-breakwater';

/** Asks again after 1 000, 2 000 and 4 000 ms; calls made of `createCall({ repeatable: true })` alone. */
export const patient = (ask: Operation<string, number>, clock?: Clock): Operation<string, number> =>
  retry<string, number>({ maxRetries: 3, backoff: { baseMs: 1_000, maxMs: 10_000, jitter: 'none' }, clock })(
    ask,
  );
// #endregion readme
