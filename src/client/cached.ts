import { types } from 'node:util';
import {
  type CacheSettings,
  type CacheStatus,
  createFlights,
  createHttpCache,
  createReader,
  createShelf,
  type Found,
  isConditional,
  isUnsafe,
  isWeighable,
  type Kept,
  type Place,
  readRequestRules,
  type StoredAnswer,
  staleMark,
} from '../cache/index.ts';
import { noteStale } from '../context/index.ts';
import type { EventHub } from '../events/index.ts';
import type { Clock, Random } from '../kernel/index.ts';
import { createJournal, type Operation, type Policy } from '../policy/index.ts';
import type { TimeoutLimits } from '../resilience/index.ts';
import { type Answer, replyAnswer } from './answer.ts';
import { answerFlown, answerStored, type Flown } from './cached-answer.ts';
import { changedBy, changedInVain, type PurgeTarget, readTarget } from './cached-changes.ts';
import { createLoader, type Landing, type Loader, type Subject } from './cached-load.ts';
import { type Arrived, type Asking, createWait } from './cached-wait.ts';
import type { Exchange } from './exchange.ts';
import { keepAnswer } from './kept-answer.ts';
import { baggageOf, isTransient } from './propagation.ts';
import { FOLLOWED } from './redirects.ts';
import type { PreparedRequest } from './request.ts';
import { staleReasonOf } from './rules.ts';
import { createUnsharedPlaces } from './unshared.ts';
import type { UrlScope } from './url.ts';

/** What a client's cache is made of. */
export interface CachedSetup {
  /** Name of the client. */
  readonly name: string;
  /** Where it may call. */
  readonly scope: UrlScope;
  readonly settings: CacheSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventHub | undefined;
  readonly exchange: Pick<Exchange, 'errorOf' | 'finalOf' | 'ownErrorOf'>;
  /** The client's own limits, as they are now. */
  readonly limits: () => TimeoutLimits;
}

/** A handle on the cache of a client. */
export interface ClientCache {
  /**
   * Forgets answers: those of a URL, the entry of a key, or all. Whoever asks from then on asks anew.
   *
   * @throws TypeError for a target that is none, and Error where the store did not do it: then it is done for this process alone
   */
  purge(target?: PurgeTarget): Promise<void>;
}

/** A client's cache: the policy that stands in its stack, and the handle for operators. */
export interface CachedAnswers extends ClientCache {
  readonly policy: Policy<PreparedRequest, Answer>;
  /** Ends what is fetched in the background. */
  close(reason: unknown): void;
}

/** Whether a cache can have a part in a request: a part of an answer is none, nor is one on conditions for the origin alone. */
const isCacheable = ({ headers }: PreparedRequest): boolean =>
  headers.range === undefined && (!isConditional(headers) || isWeighable(headers));

/** What the app says of whose a call is. @throws TypeError for what is no name */
const readTenant = (given: unknown): string | undefined => {
  if (given === undefined || given === null) return undefined;
  const isNamed = given !== '' && !Number.isNaN(given);
  if (isNamed && (typeof given === 'string' || typeof given === 'number' || typeof given === 'bigint'))
    return String(given);
  // One that rejects must not end the process.
  if (types.isPromise(given)) given.catch(() => undefined);
  // As texts, all of them are the same one.
  throw new TypeError('cache.tenant must give a text or a number, or nothing for nobody');
};

/** Whether a call takes a stored answer for one of its own: as large as it reads at most, and no redirect that it follows. */
const isFor = (
  { stream, maxBodyBytes, maxRedirects }: PreparedRequest,
  { body, status }: StoredAnswer,
): boolean => {
  const maxBytes = stream === undefined ? maxBodyBytes : stream.maxBytes;
  if (maxBytes !== undefined && body.byteLength > maxBytes) return false;
  return maxRedirects === 0 || !FOLLOWED.includes(status);
};

/** A refusal for one who joined: a cookie is for the one who asked. */
const withoutCookie = (flown: Flown): Flown => {
  const { 'set-cookie': _cookie, ...headers } = flown.reply.headers;
  return { ...flown, reply: { ...flown.reply, headers } };
};

/** Keeps answers by the rules of HTTP, and serves them where they are good, or where asking fails. */
export const createCachedAnswers = (setup: CachedSetup): CachedAnswers => {
  const { name, scope, settings, clock, random, events, exchange, limits } = setup;
  const { keySecret: secret, maxEntryBytes, warning } = settings;
  const shelf = createShelf({ ...settings, clock });
  const http = createHttpCache({ ...settings, secret, shelf, scope: name, isTransient });
  const flights = createFlights<Landing>({ until: ({ keeping }) => keeping });
  const unshared = createUnsharedPlaces();
  const reader = createReader<StoredAnswer>({ ...settings, clock, random });
  const how = { name, warning };

  let warned = false;
  const warnOfTenant = (): void => {
    if (warned) return;
    warned = true;
    const message = `"cache.tenant" of the client "${name}" threw, or gave no name: its call goes past the cache (told once)`;
    process.emitWarning(message, { code: 'BREAKWATER_CALLBACK' });
  };

  const placeOf = (request: PreparedRequest): Place | undefined => {
    try {
      const baggage = baggageOf(request);
      const marks = baggage === undefined ? [] : [`baggage:${baggage}`];
      return http.place({ ...request, marks, tenant: readTenant(settings.tenant?.()) });
    } catch {
      // Whose it is nobody knows: it is nobody's.
      warnOfTenant();
      return undefined;
    }
  };

  const tell = ({ label, record }: PreparedRequest, cache: CacheStatus): void => {
    const { ageMs, reason } = cache;
    if (reason === undefined) return;
    noteStale(record, staleMark(how, cache));
    if (!events?.wants('stale.served')) return;
    // Parameters and the query may hold anything, the key a digest of credentials: none of them is for a log.
    events.publish('stale.served', Object.freeze({ dependency: name, call: label, ageMs, reason }));
  };

  /** @returns `undefined` for what is no help to this call */
  const handOut = (request: PreparedRequest, found: Found<StoredAnswer>): Answer | undefined => {
    const { failure, cache } = found;
    const final = failure === undefined ? undefined : () => exchange.finalOf(request, failure);
    const answer = answerStored(request, found, how, final);
    // An old page in the place of what was to be JSON is none.
    if (answer === undefined) {
      if (failure !== undefined) throw failure;
      return undefined;
    }
    if (answer.status >= 400) throw exchange.errorOf(request, answer);
    tell(request, cache);
    return answer;
  };

  /** What RFC 9111 §5.2.1.7 has a cache say that may not ask. */
  const notCached = (request: PreparedRequest): unknown => {
    const reply = { status: 504, headers: {}, body: new Uint8Array() };
    return exchange.errorOf(request, replyAnswer(request, reply, { source: 'cache' }));
  };

  /** What arrived, once it is known what became of it in the store: for that it takes none of anybody's time. */
  const receive = async (request: PreparedRequest, arrived: Arrived): Promise<Answer> => {
    const { flown, failure, joined, keeping } = arrived;
    const own = joined && failure !== undefined ? withoutCookie(flown) : flown;
    const answer = answerFlown(request, { ...own, joined }, await keeping, how);
    if (failure === undefined) return answer;
    const { error } = failure;
    throw keepAnswer(joined ? exchange.ownErrorOf(request, error, failure.answer) : error, answer);
  };

  const serve = async (
    loader: Loader,
    wait: Operation<Asking, Arrived>,
    subject: Subject,
  ): Promise<Answer> => {
    const { request, call, place, wants } = subject;
    const ask = async (kept: Kept<StoredAnswer> | undefined): Promise<Answer> => {
      if (wants.onlyIfCached) throw notCached(request);
      const isStreamed = request.stream !== undefined;
      const arrived = isStreamed
        ? { ...(await loader.alone(subject, kept)), joined: false }
        : await wait({ ...subject, kept }, call);
      return receive(request, arrived);
    };
    const found = await reader.read<Answer>({
      key: place.key,
      recall: async () => {
        const kept = await http.recall(place, wants);
        return kept !== undefined && isFor(request, kept.value) ? kept : undefined;
      },
      ask,
      refresh: async (kept) => {
        // What it takes is none of what the answer at hand took.
        const own = { ...subject, request: { ...request, journal: createJournal() } };
        const { failure } = await flights.launch(loader.flight(own, kept));
        if (failure !== undefined) throw failure.error;
      },
      staleReasonOf: (error) => {
        const hasLeft = call.signal.aborted && call.signal.reason === error;
        return hasLeft || wants.onlyIfCached ? undefined : staleReasonOf(error);
      },
    });
    // What cannot be read as it is asked for is as good as absent.
    return 'value' in found ? (handOut(request, found) ?? ask(undefined)) : found;
  };

  /** What a change was made to is not what it was. */
  const invalidate = async (urls: readonly string[]): Promise<void> => {
    for (const url of urls) flights.retire(http.groupOf(url));
    await Promise.all(urls.map((url) => http.invalidate(url)));
  };

  const change = async (request: PreparedRequest, asking: Promise<Answer>): Promise<Answer> => {
    try {
      const answer = await asking;
      await invalidate(changedBy(request, answer));
      return answer;
    } catch (error) {
      await invalidate(changedInVain(request, error));
      throw error;
    }
  };

  const policy: Policy<PreparedRequest, Answer> = (next) => {
    const loader = createLoader({ http, clock, maxEntryBytes, limits, unshared, next });
    const wait = createWait({ clock, exchange, flights, unshared, loader });
    return async (request, call) => {
      if (isUnsafe(request.method)) return change(request, next(request, call));
      const wants = readRequestRules(request.headers);
      const isOut = !request.useCache || request.isLate || wants.noStore || !isCacheable(request);
      if (isOut) return next(request, call);
      const place = placeOf(request);
      return place === undefined ? next(request, call) : serve(loader, wait, { request, call, place, wants });
    };
  };

  return Object.freeze<CachedAnswers>({
    policy,
    purge: async (target) => {
      const { url, key } = readTarget(target, scope);
      flights.retire(url === undefined ? undefined : http.groupOf(url));
      const isDone = await (url === undefined ? http.purge(key) : http.invalidate(url));
      if (!isDone) throw new Error(`The store of the cache of "${name}" did not forget what was purged`);
    },
    close: flights.close,
  });
};
