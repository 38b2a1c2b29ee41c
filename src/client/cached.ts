import { types } from 'node:util';
import {
  type CacheSettings,
  type CacheStatus,
  changedUrls,
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
import { isPropagationHeader, noteStale } from '../context/index.ts';
import { isUpstreamError, journalOf, UpstreamTimeoutError } from '../errors/index.ts';
import type { EventHub } from '../events/index.ts';
import { type Clock, type Random, readSafely } from '../kernel/index.ts';
import { createJournal, type Operation, type Policy } from '../policy/index.ts';
import { type TimeoutLimits, totalTimeout } from '../resilience/index.ts';
import { type Answer, replyAnswer, replyOf } from './answer.ts';
import { adoptJournal, answerFlown, answerStored, type Flown } from './cached-answer.ts';
import { createLoader, type Loader, type Subject } from './cached-load.ts';
import type { Exchange } from './exchange.ts';
import { FOLLOWED } from './redirects.ts';
import type { PreparedRequest } from './request.ts';
import { staleReasonOf } from './rules.ts';

/** What a client's cache is made of. */
export interface CachedSetup {
  /** Name of the client. */
  readonly name: string;
  /** What relative URLs are added to. */
  readonly base: URL;
  readonly settings: CacheSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventHub | undefined;
  readonly exchange: Pick<Exchange, 'errorOf' | 'finalOf' | 'ownErrorOf'>;
  /** The client's own limits, as they are now. */
  readonly limits: () => TimeoutLimits;
}

/** What is forgotten. */
export interface PurgeTarget {
  /** All answers of a URL, whoever asked; a path is added to `baseUrl`. */
  readonly url?: string | undefined;
  /** The entry of a key, as `answer.cache.key` tells it. */
  readonly key?: string | undefined;
}

/** A handle on the cache of a client. */
export interface ClientCache {
  /**
   * Forgets answers: those of a URL, the entry of a key, or all. Whoever asks from then on asks anew.
   *
   * @throws TypeError for a target that is none
   */
  purge(target?: PurgeTarget): Promise<void>;
}

/** A client's cache: the policy that stands in its stack, and the handle for operators. */
export interface CachedAnswers extends ClientCache {
  readonly policy: Policy<PreparedRequest, Answer>;
  /** Ends what is fetched in the background. */
  close(reason: unknown): void;
}

/** A call that asks, and what is kept for it. */
interface Asking extends Subject {
  readonly kept: Kept<StoredAnswer> | undefined;
}

type Arrived = Flown & { readonly joined: boolean };

const readTarget = (
  target: PurgeTarget | undefined,
  base: URL,
): { readonly url?: string; readonly key?: string } => {
  if (target === undefined) return {};
  const { url, key } = target ?? {};
  if (typeof key === 'string' && url === undefined) return { key };
  if (typeof url === 'string' && key === undefined) {
    const path = url.startsWith('/') ? `${base.pathname.replace(/\/$/, '')}${url}` : url;
    if (URL.canParse(path, base.href)) return { url: new URL(path, base.href).href };
  }
  throw new TypeError('purge: what is forgotten must be { url } or { key }, or nothing for everything');
};

/** Whether a cache can have a part in a request: a part of an answer is none, nor is one on conditions for the origin alone. */
const isCacheable = ({ headers }: PreparedRequest): boolean =>
  headers.range === undefined && (!isConditional(headers) || isWeighable(headers));

/** What the app says of whose a call is. @throws TypeError for what is no name */
const readTenant = (given: unknown): string | undefined => {
  if (given === undefined || given === null) return undefined;
  if (typeof given === 'string' || typeof given === 'number' || typeof given === 'bigint')
    return String(given);
  // One that rejects must not end the process.
  if (types.isPromise(given)) given.catch(() => undefined);
  // As texts, all of them are the same one.
  throw new TypeError('cache.tenant must give a text or a number');
};

/** Whether a call takes a stored answer for one of its own: as large as it reads at most, and redirected as it is. */
const isFor = (
  { stream, maxBodyBytes, maxRedirects }: PreparedRequest,
  { body, status }: StoredAnswer,
): boolean => {
  const maxBytes = stream === undefined ? maxBodyBytes : stream.maxBytes;
  if (maxBytes !== undefined && body.byteLength > maxBytes) return false;
  return maxRedirects === 0 || !FOLLOWED.includes(status);
};

/**
 * What an asking ends with whose last caller left: where the time of the request behind that one was up, the part of it
 * that was spent here says whether the dependency is slow.
 */
const waitedInVain = (
  { dependency, label }: PreparedRequest,
  reason: unknown,
  timeoutMs: number,
): unknown => {
  if (!isUpstreamError(reason) || readSafely(reason, 'scope') !== 'deadline') return reason;
  const message = `${label} of "${dependency}" was not answered within ${Math.round(timeoutMs)} ms`;
  return new UpstreamTimeoutError(message, { dependency, scope: 'deadline', timeoutMs, cause: reason });
};

/** Keeps answers by the rules of HTTP, and serves them where they are good, or where asking fails. */
export const createCachedAnswers = (setup: CachedSetup): CachedAnswers => {
  const { name, base, settings, clock, random, events, exchange, limits } = setup;
  const { keySecret: secret, maxEntryBytes, warning } = settings;
  const shelf = createShelf({ ...settings, clock });
  const http = createHttpCache({ ...settings, scope: name, isTransient: isPropagationHeader, secret, shelf });
  const flights = createFlights<Flown>();
  const reader = createReader<StoredAnswer>({ ...settings, clock, random });
  const how = { name, warning };

  let warned = false;
  const warnOfTenant = (): void => {
    if (warned) return;
    warned = true;
    const message = `"cache.tenant" of the client "${name}" threw, or gave no text: its call goes past the cache (told once)`;
    process.emitWarning(message, { code: 'BREAKWATER_CALLBACK' });
  };

  const placeOf = (request: PreparedRequest): Place | undefined => {
    try {
      return http.place({ ...request, marks: [], tenant: readTenant(settings.tenant?.()) });
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

  const handOut = (request: PreparedRequest, found: Found<StoredAnswer>): Answer => {
    const { failure, cache } = found;
    const final = failure === undefined ? undefined : () => exchange.finalOf(request, failure);
    const answer = answerStored(request, found, how, final);
    // An old page in the place of what was to be JSON is no help.
    if (answer === undefined) throw failure;
    if (answer.status >= 400) throw exchange.errorOf(request, answer);
    tell(request, cache);
    return answer;
  };

  /** What RFC 9111 §5.2.1.7 has a cache say that may not ask. */
  const notCached = (request: PreparedRequest): unknown => {
    const reply = { status: 504, headers: {}, body: new Uint8Array() };
    return exchange.errorOf(request, replyAnswer(request, reply, { source: 'cache' }));
  };

  const join = (loader: Loader): Operation<Asking, Arrived> => {
    const wait: Operation<Asking, Arrived> = async ({ kept, ...subject }, { signal }) => {
      const { request } = subject;
      const ownError = (error: unknown): unknown => {
        const taken = journalOf(error);
        if (taken !== undefined) adoptJournal(request.journal, taken);
        return exchange.ownErrorOf(request, error);
      };
      const since = clock.now();
      const givenUp = (reason: unknown): unknown => waitedInVain(request, reason, clock.now() - since);
      const asked = loader.flight(subject, kept);
      const { value, joined } = await flights.join(asked, { signal, ownError, givenUp });
      return { ...value, joined };
    };
    // Whoever waits has a time of its own; the flight has the client's.
    return totalTimeout<Asking, Arrived>(({ request: { request } }) => request.timeout.totalMs, clock)(wait);
  };

  const serve = async (
    loader: Loader,
    wait: Operation<Asking, Arrived>,
    subject: Subject,
  ): Promise<Answer> => {
    const { request, call, place, wants } = subject;
    const isStreamed = request.stream !== undefined;
    const found = await reader.read<Answer>({
      key: place.key,
      recall: async () => {
        const kept = await http.recall(place, wants);
        return kept !== undefined && isFor(request, kept.value) ? kept : undefined;
      },
      ask: async (kept) => {
        if (wants.onlyIfCached) throw notCached(request);
        const flown = isStreamed
          ? { ...(await loader.stream(subject, kept)), joined: false }
          : await wait({ ...subject, kept }, call);
        return answerFlown(request, flown, how);
      },
      // What it takes is none of what the answer at hand took.
      refresh: (kept) =>
        flights.launch(
          loader.flight({ ...subject, request: { ...request, journal: createJournal() } }, kept),
        ),
      staleReasonOf: (error) => {
        const hasLeft = call.signal.aborted && call.signal.reason === error;
        return hasLeft || wants.onlyIfCached ? undefined : staleReasonOf(error);
      },
    });
    return 'value' in found ? handOut(request, found) : found;
  };

  /** What a successful change was made to is not what it was. */
  const change = async (request: PreparedRequest, answer: Answer): Promise<void> => {
    const named = changedUrls(request.target, replyOf(answer)?.headers ?? {});
    const led = new URL(answer.url);
    // Where a change was redirected to, it says more of than of itself (POST, then 303).
    const urls = led.origin === request.target.origin ? [...new Set([...named, led.href])] : named;
    for (const url of urls) flights.retire(http.groupOf(url));
    await Promise.all(urls.map((url) => http.invalidate(url)));
  };

  const policy: Policy<PreparedRequest, Answer> = (next) => {
    const loader = createLoader({ http, clock, maxEntryBytes, limits, next });
    const wait = join(loader);
    return async (request, call) => {
      if (isUnsafe(request.method)) {
        const answer = await next(request, call);
        await change(request, answer);
        return answer;
      }
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
      const { url, key } = readTarget(target, base);
      flights.retire(url === undefined ? undefined : http.groupOf(url));
      await (url === undefined ? http.purge(key) : http.invalidate(url));
    },
    close: flights.close,
  });
};
