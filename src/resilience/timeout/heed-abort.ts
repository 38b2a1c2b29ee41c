import type { Operation } from '../../policy/index.ts';
import { abortOf } from '../stack-call.ts';
import { raceToTheEnd } from './race.ts';

/** Work that may be deaf to its signal: whoever waits for it leaves when that aborts, and the work is told to `call.hold`. */
export const heedAbort =
  <Req, Res>(next: Operation<Req, Res>): Operation<Req, Res> =>
  async (request, call) => {
    const signal = abortOf(call);
    if (signal.aborted) throw signal.reason;
    // What it throws at once is a rejection too.
    const work = (async () => next(request, call))();
    try {
      return await raceToTheEnd(work, signal);
    } finally {
      if (signal.aborted) call.hold(work);
    }
  };
