import type { Operation } from '../../policy/index.ts';
import { raceToTheEnd } from './race.ts';

/** Work that may be deaf to its signal: whoever waits for it leaves when that aborts, and the work is told to `call.hold`. */
export const heedAbort =
  <Req, Res>(next: Operation<Req, Res>): Operation<Req, Res> =>
  async (request, call) => {
    call.signal.throwIfAborted();
    // What it throws at once is a rejection too.
    const work = (async () => next(request, call))();
    try {
      return await raceToTheEnd(work, call.signal);
    } finally {
      if (call.signal.aborted) call.hold(work);
    }
  };
