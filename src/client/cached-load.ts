import {
  type Asked,
  conditionsOf,
  type HttpCache,
  isConditional,
  type Kept,
  type Place,
  type RequestRules,
  type StoredAnswer,
} from '../cache/index.ts';
import { runDetached } from '../context/index.ts';
import { attachJournal } from '../errors/index.ts';
import type { Clock } from '../kernel/index.ts';
import { beginCall, type Call, type Operation } from '../policy/index.ts';
import type { TimeoutLimits } from '../resilience/index.ts';
import { type Answer, partsOf } from './answer.ts';
import type { Flown, Keeping } from './cached-answer.ts';
import type { Reply } from './errors.ts';
import { createTerms, flightLimits } from './flight-terms.ts';
import { answerOf } from './kept-answer.ts';
import type { PreparedRequest, StreamHead } from './request.ts';
import type { BodyTap } from './stream-body.ts';
import type { UnsharedPlaces } from './unshared.ts';

/** A call that the cache has a part in. */
export interface Subject {
  readonly request: PreparedRequest;
  readonly call: Call;
  readonly place: Place;
  readonly wants: RequestRules;
}

/** An answer as it came, and what becomes of it. */
export interface Landing {
  readonly flown: Flown;
  /** The error that it is, and the answer behind that; `undefined` for one that is none. */
  readonly failure: { readonly error: unknown; readonly answer: Answer } | undefined;
  /** Whether one who joined may be given it. */
  readonly mayShare: boolean;
  /** Where it is kept; `undefined` where it is not. Never rejects, and takes no longer than the store may. */
  readonly keeping: Promise<Keeping | undefined>;
}

/** What a loader is made of. */
export interface LoaderSetup {
  readonly http: HttpCache;
  readonly clock: Clock;
  /** The most bytes of a body that is kept. */
  readonly maxEntryBytes: number;
  /** The client's own limits, as they are now. */
  readonly limits: () => TimeoutLimits;
  readonly unshared: UnsharedPlaces;
  readonly next: Operation<PreparedRequest, Answer>;
}

/** Asks the dependency on behalf of a cache, and keeps what came. Rejects where no whole answer did. */
export interface Loader {
  /** One asking for all who want the same at once: nobody's request bounds it, and it carries the ids of the first. */
  flight(subject: Subject, kept: Kept<StoredAnswer> | undefined): Asked<Landing>;
  /** An asking of the caller's own, also for a body that is handed over as it comes. */
  alone(subject: Subject, kept: Kept<StoredAnswer> | undefined): Promise<Landing>;
}

interface Asking {
  readonly place: Place;
  readonly kept: StoredAnswer | undefined;
  readonly forward: Flown['forward'];
  /** The request as it is sent. */
  readonly asked: PreparedRequest;
  readonly call: Call;
}

const NO_BODY = new Uint8Array();
const NOT_STORED = Promise.resolve(false);
/** Where an answer was reached by a redirect, there is no knowing what was said of keeping on the way. */
const NEVER_KEPT = Object.freeze({ 'cache-control': 'no-store' });

/** The headers by which an answer is kept. */
const rulingHeaders = ({ headers, redirected }: Pick<StreamHead, 'headers' | 'redirected'>) =>
  redirected ? NEVER_KEPT : headers;

/** The request, made conditional where the stored answer can be confirmed. */
const confirming = (request: PreparedRequest, kept: StoredAnswer | undefined): PreparedRequest => {
  // One with conditions of its own asks for itself.
  if (kept === undefined || isConditional(request.headers)) return request;
  const conditions = conditionsOf(kept);
  if (Object.keys(conditions).length === 0) return request;
  return { ...request, headers: { ...request.headers, ...conditions }, confirms: true };
};

const forwardOf = (kept: Kept<StoredAnswer> | undefined, { noCache }: RequestRules): Flown['forward'] => {
  if (kept === undefined) return 'uri-miss';
  return noCache ? 'request' : 'stale';
};

/** Whether an answer says how the dependency fares, and nothing of what was asked for. */
const isOutage = (status: number): boolean => status === 429 || status >= 500;

/** Collects a body as it passes by; `done` gets `undefined` for one that is too large. */
const collect = (maxBytes: number, done: (body: Uint8Array | undefined) => void): BodyTap => {
  let pieces: Uint8Array[] | undefined = [];
  let size = 0;
  return {
    piece: (chunk) => {
      size += chunk.byteLength;
      if (size > maxBytes) pieces = undefined;
      pieces?.push(Uint8Array.from(chunk));
    },
    end: () => {
      done(pieces && Buffer.concat(pieces, size));
    },
  };
};

/** Makes what loads for a cache. */
export const createLoader = (setup: LoaderSetup): Loader => {
  const { http, clock, maxEntryBytes, limits, unshared, next } = setup;
  const termsOf = createTerms();
  const times = (requestedAt: number) => ({ requestedAt, receivedAt: clock.wallTime() });

  /** The stored answer, where it was confirmed, and the store's work on what came. */
  const keep = (
    { place, asked, kept }: Asking,
    { status, headers, body, live }: Reply,
    redirected: boolean,
    moments: ReturnType<typeof times>,
  ): Pick<Flown, 'confirmed'> & { readonly stored: Promise<boolean> } => {
    if (asked.confirms && status === 304 && kept !== undefined) {
      const { renewed, stored } = http.renew(place, kept, { headers, ...moments });
      return { confirmed: renewed, stored };
    }
    // Whoever streams a body is watched instead, and one that broke is nobody's.
    if (live !== undefined) return { confirmed: undefined, stored: NOT_STORED };
    const fresh = { status, headers: rulingHeaders({ headers, redirected }), body, ...moments };
    return { confirmed: undefined, stored: http.keep(place, fresh) };
  };

  /** Whether others may be given an answer, which whoever comes next is to know. */
  const mayShare = (place: Place, { reply, redirected, confirmed }: Omit<Flown, 'journal'>): boolean => {
    if (isOutage(reply.status)) return true;
    const { headers } = confirmed?.value ?? reply;
    const isShareable = http.mayShare(place, { headers: rulingHeaders({ headers, redirected }) });
    unshared.note(place.key, !isShareable);
    return isShareable;
  };

  const land = (
    asking: Asking,
    answer: Answer,
    requestedAt: number,
    failure: Landing['failure'] = undefined,
  ): Landing => {
    const { place, forward, asked } = asking;
    const { status, url, redirected } = answer;
    // Only a fallback makes answers of anything else, and it stands outside of the cache.
    const { reply = { status, headers: {}, body: NO_BODY }, value } = partsOf(answer) ?? {};
    const moments = times(requestedAt);
    const isUseless = failure !== undefined && status < 400;
    const { confirmed, stored } = isUseless
      ? { confirmed: undefined, stored: NOT_STORED }
      : keep(asking, reply, redirected, moments);
    const flown = { reply, url, redirected, value, confirmed, forward, journal: asked.journal };
    const kept = { key: place.key, storedAt: moments.receivedAt };
    const keeping = stored.then((isStored) => (isStored ? kept : undefined));
    return { flown, failure, mayShare: mayShare(place, flown), keeping };
  };

  const ask = async (asking: Asking, requestedAt = clock.wallTime()): Promise<Landing> => {
    try {
      return land(asking, await next(asking.asked, asking.call), requestedAt);
    } catch (error) {
      // Whoever joined is told what it took; the reason of one who left is that one's own.
      if (!asking.call.signal.aborted) attachJournal(error, asking.asked.journal.snapshot());
      const answer = answerOf(error);
      if (answer === undefined) throw error;
      return land(asking, answer, requestedAt, { error, answer });
    }
  };

  const flight: Loader['flight'] = ({ request, call, place, wants }, kept) => {
    const { name, repeatable, servesRetry } = call;
    const { journal, expectation } = request;
    const timeout = flightLimits(limits(), request.timeout);
    const begin = (signal: AbortSignal): Promise<Landing> => {
      const asked: PreparedRequest = {
        ...confirming(request, kept?.value),
        expectation: { ...expectation },
        stream: undefined,
        timeout,
      };
      const own = beginCall({ name, signal, repeatable, servesRetry, journal });
      // A copy: what it was asked for in stays, though who began it may leave and look the place up again.
      const asking = {
        place: { ...place },
        kept: kept?.value,
        forward: forwardOf(kept, wants),
        asked,
        call: own,
      };
      return runDetached(request.record, () => ask(asking));
    };
    return { key: `${place.flightKey()} ${termsOf(request, call, timeout)}`, group: place.noteKey, begin };
  };

  const tapOf =
    (place: Place, requestedAt: number) =>
    (came: StreamHead): BodyTap | undefined => {
      const head = { status: came.status, headers: rulingHeaders(came), ...times(requestedAt) };
      // Whoever reads the stream waits for no store.
      const put = (body: Uint8Array | undefined): void => {
        (body ? http.keep(place, { ...head, body }) : http.forget(place)).catch(() => undefined);
      };
      if (http.mayKeep(place, head)) return collect(maxEntryBytes, put);
      // What was kept before may have to go, whatever the body is.
      put(NO_BODY);
      return undefined;
    };

  const alone: Loader['alone'] = ({ request, call, place, wants }, kept) => {
    const requestedAt = clock.wallTime();
    const stream = request.stream && { ...request.stream, tap: tapOf(place, requestedAt) };
    const asked = { ...confirming(request, kept?.value), stream };
    return ask({ place, kept: kept?.value, forward: forwardOf(kept, wants), asked, call }, requestedAt);
  };

  return Object.freeze<Loader>({ flight, alone });
};
