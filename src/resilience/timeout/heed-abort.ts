import type { Operation } from '../../policy/index.ts';
import { abortOf } from '../stack-call.ts';
import { start } from '../start.ts';
import { RaceToTheEnd } from './race.ts';

/** Work that may be deaf to its signal: whoever waits for it leaves when that aborts, and the work is told to `call.hold`. */
export const heedAbort =
  <Req, Res>(next: Operation<Req, Res>): Operation<Req, Res> =>
  (request, call) => {
    const { aborted, reason } = abortOf(call);
    if (aborted) return Promise.reject(reason);
    // Layers within listen first, and write their journal before this one leaves.
    const work = start(next, request, call);
    return new RaceToTheEnd<Res>(call).join(work);
  };
