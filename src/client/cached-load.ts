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
import { type Answer, partsOf, replyOf } from './answer.ts';
import type { Flown } from './cached-answer.ts';
import { answerOf } from './kept-answer.ts';
import type { PreparedRequest, StreamHead } from './request.ts';
import type { BodyTap } from './stream-body.ts';

/** A call that the cache has a part in. */
export interface Subject {
  readonly request: PreparedRequest;
  readonly call: Call;
  readonly place: Place;
  readonly wants: RequestRules;
}

/** What a loader is made of. */
export interface LoaderSetup {
  readonly http: HttpCache;
  readonly clock: Clock;
  /** The most bytes of a body that is kept. */
  readonly maxEntryBytes: number;
  /** The client's own limits, as they are now. */
  readonly limits: () => TimeoutLimits;
  readonly next: Operation<PreparedRequest, Answer>;
}

/** Asks the dependency on behalf of a cache, and keeps what came. */
export interface Loader {
  /** One asking for all who want the same at once: nobody's request bounds it, and it carries the ids of the first. */
  flight(subject: Subject, kept: Kept<StoredAnswer> | undefined): Asked<Flown>;
  /** An asking of the caller's own, for a body that is handed over as it comes. */
  stream(subject: Subject, kept: Kept<StoredAnswer> | undefined): Promise<Flown>;
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

const longer = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : Math.max(one, other);

/** The client's limits, or those of the call where it wants to wait for longer. */
const longerLimits = (own: TimeoutLimits, call: TimeoutLimits): TimeoutLimits => ({
  totalMs: longer(own.totalMs, call.totalMs),
  attemptMs: longer(own.attemptMs, call.attemptMs),
});

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
export const createLoader = ({ http, clock, maxEntryBytes, limits, next }: LoaderSetup): Loader => {
  const times = (requestedAt: number) => ({ requestedAt, receivedAt: clock.wallTime() });

  /** Keeps an answer of 400 and above where the origin says for how long, and forgets what is gone. */
  const keepRefusal = async (place: Place, error: unknown, requestedAt: number): Promise<void> => {
    const answer = answerOf(error);
    const reply = answer && replyOf(answer);
    if (answer === undefined || reply === undefined || reply.status < 400 || reply.live !== undefined) return;
    // A hop on the way may have had vetoes of its own.
    if (!answer.redirected) await http.keep(place, { ...reply, ...times(requestedAt) });
  };

  const keepReply = async (
    { place }: Asking,
    { reply, redirected }: Pick<Flown, 'reply' | 'redirected'>,
    requestedAt: number,
  ): Promise<Flown['kept']> => {
    // Whoever streams a body is watched instead.
    if (redirected || reply.live !== undefined) return undefined;
    const { status, headers, body } = reply;
    const moments = times(requestedAt);
    const isKept = await http.keep(place, { status, headers, body, ...moments });
    return isKept ? { key: place.key, storedAt: moments.receivedAt } : undefined;
  };

  const land = async (asking: Asking, answer: Answer, requestedAt: number): Promise<Flown> => {
    const { place, kept, forward, asked } = asking;
    const parts = partsOf(answer);
    const { url, redirected } = answer;
    // Only a fallback makes answers of anything else, and it stands outside of the cache.
    const reply = parts?.reply ?? { status: answer.status, headers: {}, body: NO_BODY };
    const flown = { reply, url, redirected, value: parts?.value, forward, journal: asked.journal };
    if (asked.confirms && reply.status === 304 && kept !== undefined) {
      const renewal = http.renew(place, kept, { headers: reply.headers, ...times(requestedAt) });
      await renewal.stored;
      const confirmed = renewal.renewed;
      return { ...flown, confirmed, kept: undefined };
    }
    return { ...flown, confirmed: undefined, kept: await keepReply(asking, flown, requestedAt) };
  };

  const ask = async (asking: Asking, requestedAt = clock.wallTime()): Promise<Flown> => {
    try {
      return await land(asking, await next(asking.asked, asking.call), requestedAt);
    } catch (error) {
      await keepRefusal(asking.place, error, requestedAt);
      // Whoever joined is told what it took; the reason of one who left is that one's own.
      if (!asking.call.signal.aborted) attachJournal(error, asking.asked.journal.snapshot());
      throw error;
    }
  };

  const flight: Loader['flight'] = ({ request, call, place, wants }, kept) => {
    const { name, repeatable, servesRetry } = call;
    const { journal, maxBodyBytes, maxRedirects, expectation } = request;
    const { json } = expectation;
    const timeout = longerLimits(limits(), request.timeout);
    const begin = (signal: AbortSignal): Promise<Flown> => {
      const asked: PreparedRequest = {
        ...confirming(request, kept?.value),
        expectation: { json },
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
    return {
      // Who wants to wait for longer than the client does is not ended with the others.
      key: [place.flightKey(), json, maxBodyBytes, maxRedirects, timeout.totalMs, timeout.attemptMs].join(
        ' ',
      ),
      group: place.noteKey,
      begin,
    };
  };

  const stream: Loader['stream'] = ({ request, call, place, wants }, kept) => {
    const requestedAt = clock.wallTime();
    const tap = (came: StreamHead): BodyTap | undefined => {
      const { status, headers, redirected } = came;
      if (redirected) return undefined;
      const head = { status, headers, ...times(requestedAt) };
      // Whoever reads the stream waits for no store.
      const keep = (body: Uint8Array | undefined): void => {
        (body ? http.keep(place, { ...head, body }) : http.forget(place)).catch(() => undefined);
      };
      if (http.mayKeep(place, head)) return collect(maxEntryBytes, keep);
      // What was kept before may have to go, whatever the body is.
      keep(NO_BODY);
      return undefined;
    };
    const rules = request.stream && { ...request.stream, tap };
    const asked = { ...confirming(request, kept?.value), stream: rules };
    return ask({ place, kept: kept?.value, forward: forwardOf(kept, wants), asked, call }, requestedAt);
  };

  return Object.freeze<Loader>({ flight, stream });
};
