import { attachJournal } from '../../errors/index.ts';
import type { Operation } from '../../policy/index.ts';
import { stopReason } from '../retry/index.ts';
import { abortOf } from '../stack-call.ts';
import { start } from '../start.ts';
import { isTimeUp } from '../timeout/index.ts';

/** Outermost of a stack: says why a call stopped where nobody else did, and gives its error the journal. */
export const keepJournal =
  <Req, Res>(next: Operation<Req, Res>): Operation<Req, Res> =>
  (request, call) => {
    const work = start(next, request, call);
    return work.catch((error: unknown) => {
      const signal = abortOf(call);
      const stop = stopReason(error, signal) ?? (isTimeUp(error) ? 'deadline' : 'not-retryable');
      call.journal.stop(stop);
      // The caller's own reason may be shared by many calls.
      const isCallers = signal.aborted && signal.reason === error;
      if (!isCallers) attachJournal(error, call.journal.snapshot());
      return work;
    });
  };
