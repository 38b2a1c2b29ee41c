import { types } from 'node:util';
import {
  type Cache,
  type CacheSettings,
  type CacheStatus,
  createCache,
  createCacheKeys,
  type HeaderFields,
  isCredentialHeader,
  isStorable,
} from '../cache/index.ts';
import type { EventHub } from '../events/index.ts';
import { type Clock, readSafely } from '../kernel/index.ts';
import type { Policy } from '../policy/index.ts';
import { type Answer, codeOf, type JsonValue, parseJson, replyAnswer, replyOf, toHeaders } from './answer.ts';
import type { Reply } from './errors.ts';
import type { RequestHeaders } from './headers.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import type { PreparedRequest } from './request.ts';
import { staleReasonOf, upstreamStatusOf } from './rules.ts';

/** What a client's cache is made of. */
export interface CachedSetup {
  /** Name of the client. */
  readonly name: string;
  readonly settings: CacheSettings;
  readonly clock: Clock;
  readonly events: EventHub | undefined;
  /** The error that the caller sees of one that left the stack. */
  readonly finalOf: (request: PreparedRequest, error: unknown) => unknown;
}

/** A client's cache: the policy that stands in its stack, and the handle for operators. */
export interface CachedAnswers {
  readonly policy: Policy<PreparedRequest, Answer>;
  /** Forgets every answer. */
  purge(): Promise<void>;
}

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];
const GONE: readonly (number | undefined)[] = [404, 410];

/** A copy of header fields as a store gave them back; `undefined` for what cannot be any. */
const decodeFields = (value: unknown): HeaderFields | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    const entries: [string, readonly string[]][] = [];
    for (const [name, field] of Object.entries(value)) {
      const lines: unknown[] = [field].flat();
      if (!lines.every((line) => typeof line === 'string')) return undefined;
      entries.push([name, lines]);
    }
    const fields = Object.fromEntries(entries);
    // Names and values that are none would throw where somebody reads the headers.
    toHeaders(fields);
    return fields;
  } catch {
    // Anybody's object may throw.
    return undefined;
  }
};

/** A reply as a store gave it back, which may be anybody's code. */
const decodeReply = (value: unknown): Reply | undefined => {
  const headers = decodeFields(readSafely(value, 'headers'));
  const body = readSafely(value, 'body');
  // Nothing else is ever kept.
  if (readSafely(value, 'status') !== 200 || headers === undefined || !types.isUint8Array(body))
    return undefined;
  return { status: 200, headers, body };
};

const sizeOfReply = ({ headers, body }: Reply): number =>
  body.byteLength + 2 * JSON.stringify(headers).length;

/** One key for all methods: a change forgets what reading gave. */
const keyHeaders = ({ headers }: PreparedRequest): RequestHeaders => {
  const { 'content-type': _ofTheBody, [IDEMPOTENCY_KEY]: _ofTheCall, ...rest } = headers;
  return rest;
};

/** Whether an answer is of another origin than the one that was asked: the key says nothing of that. */
const isElsewhere = ({ target }: PreparedRequest, { url, redirected }: Answer): boolean =>
  redirected && new URL(url).origin !== target.origin;

const isPartitioned = ({ headers }: PreparedRequest): boolean =>
  Object.keys(headers).some(isCredentialHeader);

/** The JSON of an old answer, for calls that asked for JSON; `undefined` for another kind of answer. */
const oldJson = (request: PreparedRequest, reply: Reply): JsonValue | undefined => {
  try {
    return { json: parseJson(request, reply) };
  } catch {
    // The caller hears what asking anew failed with: what is wrong with an old page tells it nothing.
    return undefined;
  }
};

/** Keeps the last good answers, and serves them when asking again fails. */
export const createCachedAnswers = (setup: CachedSetup): CachedAnswers => {
  const { name, settings, clock, events, finalOf } = setup;
  const { keyOf } = createCacheKeys();
  const cache: Cache<Reply> = createCache({ ...settings, clock, sizeOf: sizeOfReply, decode: decodeReply });

  const tell = ({ label }: PreparedRequest, { ageMs, reason }: CacheStatus): void => {
    if (!events?.wants('stale.served') || reason === undefined) return;
    // Parameters and the query may hold anything, the key a digest of credentials: none of them is for a log.
    events.publish('stale.served', Object.freeze({ dependency: name, call: label, ageMs, reason }));
  };

  const keep = async (key: string, request: PreparedRequest, answer: Answer): Promise<void> => {
    const reply = replyOf(answer);
    if (reply === undefined || isElsewhere(request, answer)) return;
    const { method } = request;
    const { status, headers } = reply;
    if (isStorable({ method, status, headers, partitioned: isPartitioned(request) }))
      await cache.remember(key, reply);
    // What the origin now wants nobody to keep is not served from before either.
    else if (status === 200) await cache.forget(key);
  };

  const recover = async (key: string, request: PreparedRequest, thrown: unknown): Promise<Answer> => {
    if (GONE.includes(upstreamStatusOf(thrown))) await cache.forget(key);
    const reason = staleReasonOf(thrown);
    const recalled = reason === undefined ? undefined : await cache.recall(key, reason);
    if (recalled === undefined) throw thrown;
    const { value: reply, cache: status } = recalled;
    const expectsJson = request.expectation.json;
    const value = expectsJson ? oldJson(request, reply) : undefined;
    if (expectsJson && value === undefined) throw thrown;
    tell(request, status);
    return replyAnswer(request, reply, {
      source: 'stale',
      cache: status,
      value,
      reason: codeOf(thrown),
      failure: () => finalOf(request, thrown),
    });
  };

  const policy: Policy<PreparedRequest, Answer> = (next) => async (request, call) => {
    const { method, url, useCache } = request;
    if (!useCache && SAFE_METHODS.includes(method)) return next(request, call);
    const key = keyOf('GET', url, keyHeaders(request));
    if (!useCache) {
      const answer = await next(request, call);
      // What a successful change was made to is not what it was (RFC 9111 §4.4).
      await cache.forget(key);
      return answer;
    }
    try {
      const answer = await next(request, call);
      await keep(key, request, answer);
      return answer;
    } catch (thrown) {
      if (call.signal.aborted && call.signal.reason === thrown) throw thrown;
      return recover(key, request, thrown);
    }
  };

  return Object.freeze<CachedAnswers>({ policy, purge: cache.purge });
};
