import type { Flights, Kept, StoredAnswer } from '../cache/index.ts';
import { isUpstreamError, journalOf, UpstreamTimeoutError } from '../errors/index.ts';
import { type Clock, readSafely } from '../kernel/index.ts';
import type { Call, Operation } from '../policy/index.ts';
import { totalTimeout } from '../resilience/index.ts';
import { adoptJournal } from './cached-answer.ts';
import type { Landing, Loader, Subject } from './cached-load.ts';
import type { Exchange } from './exchange.ts';
import type { PreparedRequest } from './request.ts';
import type { UnsharedPlaces } from './unshared.ts';

/** A call that asks, and what is kept for it. */
export interface Asking extends Subject {
  readonly kept: Kept<StoredAnswer> | undefined;
}

/** What came, for one of those who waited. */
export interface Arrived extends Landing {
  /** Whether somebody else had asked for it. */
  readonly joined: boolean;
}

/** What waiting is made of. */
export interface WaitSetup {
  readonly clock: Clock;
  readonly exchange: Pick<Exchange, 'ownErrorOf'>;
  readonly flights: Flights<Landing>;
  readonly unshared: UnsharedPlaces;
  readonly loader: Loader;
}

const hasScope = (error: unknown, scope: string): boolean =>
  isUpstreamError(error) && readSafely(error, 'scope') === scope;

/**
 * What an asking ends with whose last caller left: where the time of the request behind that one was up, the part of it
 * that was spent here says whether the dependency is slow.
 */
const waitedInVain = (
  { dependency, label }: PreparedRequest,
  reason: unknown,
  timeoutMs: number,
): unknown => {
  if (!hasScope(reason, 'deadline')) return reason;
  const message = `${label} of "${dependency}" was not answered within ${Math.round(timeoutMs)} ms`;
  return new UpstreamTimeoutError(message, { dependency, scope: 'deadline', timeoutMs, cause: reason });
};

/** Whether a call has any time left. */
const hasTime = ({ deadline, signal }: Call, clock: Clock): boolean =>
  !signal.aborted && (deadline === undefined || deadline - clock.now() >= 1);

const TOO_LATE = Symbol('the time of what was joined was up');

/**
 * Waits for what several want at once, each for as long as it likes. What cannot be shared each asks for on its own; and so
 * does at once whoever comes where the last answer could not.
 */
export const createWait = (setup: WaitSetup): Operation<Asking, Arrived> => {
  const { clock, exchange, flights, unshared, loader } = setup;

  const join = async (asking: Asking, call: Call, mayAskAgain: boolean): Promise<Arrived> => {
    const { kept, ...subject } = asking;
    const { request } = subject;
    const ownError = (error: unknown): unknown => {
      if (mayAskAgain && hasScope(error, 'total') && hasTime(call, clock)) return TOO_LATE;
      const taken = journalOf(error);
      if (taken !== undefined) adoptJournal(request.journal, taken);
      return exchange.ownErrorOf(request, error);
    };
    const since = clock.now();
    const givenUp = (reason: unknown): unknown => waitedInVain(request, reason, clock.now() - since);
    try {
      const { value, joined } = await flights.join(loader.flight(subject, kept), {
        ...{ signal: call.signal, ownError, givenUp },
      });
      return { ...value, joined };
    } catch (error) {
      // Whoever came late has time left, and is not told that it was up.
      if (error === TOO_LATE) return join(asking, call, false);
      throw error;
    }
  };

  const wait: Operation<Asking, Arrived> = async (asking, call) => {
    if (!unshared.has(asking.place.key)) {
      const arrived = await join(asking, call, true);
      if (!arrived.joined || arrived.mayShare) return arrived;
    }
    return { ...(await loader.alone({ ...asking, call }, asking.kept)), joined: false };
  };

  // Whoever waits has a time of its own; the flight has the client's.
  return totalTimeout<Asking, Arrived>(({ request: { request } }) => request.timeout.totalMs, clock)(wait);
};
