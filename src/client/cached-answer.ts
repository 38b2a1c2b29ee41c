import {
  type CacheStatus,
  cacheStatus,
  type Found,
  fieldLines,
  type Handling,
  type HeaderFields,
  isConditional,
  isNotModified,
  type Kept,
  markHeaders,
  notModifiedHeaders,
  type StoredAnswer,
} from '../cache/index.ts';
import type { Journal } from '../errors/index.ts';
import type { JournalWriter } from '../policy/index.ts';
import { type Answer, codeOf, type JsonValue, parseJson, replyAnswer } from './answer.ts';
import type { Reply } from './errors.ts';
import type { PreparedRequest } from './request.ts';

/** How a cache hands answers out. */
export interface HandOut {
  /** Name of the client. */
  readonly name: string;
  /** Whether stale answers carry `Warning`. */
  readonly warning: boolean;
}

/** What asking came to: an answer, or the word that the stored one is still good. */
export interface Flown {
  readonly reply: Reply;
  readonly url: string;
  readonly redirected: boolean;
  /** The body, where it was parsed on the way. */
  readonly value: JsonValue | undefined;
  /** The stored answer that was confirmed, as it is now. */
  readonly confirmed: Kept<StoredAnswer> | undefined;
  readonly forward: Handling['forward'];
  /** What it took. */
  readonly journal: JournalWriter;
}

/** Where an answer is kept. */
export interface Keeping {
  readonly key: string;
  readonly storedAt: number;
}

const NO_BODY = new Uint8Array();

/** The JSON of a stored answer; `undefined` for another kind of answer. */
const storedJson = (request: PreparedRequest, reply: Reply): JsonValue | undefined => {
  try {
    return { json: parseJson(request, reply) };
  } catch {
    // It counts as absent: what is wrong with an old page tells its caller nothing.
    return undefined;
  }
};

/** A stored answer as the one who asked gets it: a 304 where that has it already. */
const replyOfStored = (
  { headers }: PreparedRequest,
  stored: StoredAnswer,
  how: HandOut,
  handling: Handling,
): Reply => {
  // What was asked for with conditions is only looked up where a cache may weigh them.
  const isKnown = isConditional(headers) && isNotModified(headers, stored, stored.receivedAt);
  const fields = isKnown ? notModifiedHeaders(stored.headers) : stored.headers;
  return {
    status: isKnown ? 304 : stored.status,
    headers: markHeaders(fields, how, handling),
    body: isKnown ? NO_BODY : stored.body,
  };
};

const handlingOf = (cache: CacheStatus, ttlMs: number): Handling => ({
  ...cache,
  ttlMs,
  stored: false,
  collapsed: false,
  forward: undefined,
});

/**
 * The answer of something that was stored.
 *
 * @param failure what asking anew failed with, as the caller would hear it
 * @returns `undefined` where a stored body is no help, as it is not what was asked for
 */
export const answerStored = (
  request: PreparedRequest,
  { value: stored, cache, ttlMs, failure: thrown }: Found<StoredAnswer>,
  how: HandOut,
  failure: (() => unknown) | undefined,
): Answer | undefined => {
  const reply = replyOfStored(request, stored, how, handlingOf(cache, ttlMs));
  const mustParse = request.expectation.json && reply.status < 400;
  const value = mustParse ? storedJson(request, reply) : undefined;
  if (mustParse && value === undefined) return undefined;
  const source = cache.status === 'stale' ? 'stale' : 'cache';
  return replyAnswer(request, reply, { source, cache, value, reason: codeOf(thrown), failure });
};

const MISS = { status: 'miss', staleForMs: 0, reason: undefined } as const;

/** The age that an answer came with, in milliseconds. */
const ageOf = (headers: HeaderFields): number =>
  1_000 * Number(/^\s*(\d{1,9})\s*(?:,|$)/.exec(fieldLines(headers, 'age')[0] ?? '')?.[1] ?? 0);

/** Writes down for one who joined what the flight took, which another one had begun. */
export const adoptJournal = (own: JournalWriter, { attempts, stopped }: Journal): void => {
  for (const attempt of attempts) own.add(attempt);
  if (stopped !== undefined) own.stop(stopped);
};

/**
 * The answer of what asking came to.
 *
 * @param kept where it is kept
 */
export const answerFlown = (
  request: PreparedRequest,
  flown: Flown & { readonly joined: boolean },
  kept: Keeping | undefined,
  how: HandOut,
): Answer => {
  const { reply, url, redirected, confirmed, forward, joined } = flown;
  if (joined) adoptJournal(request.journal, flown.journal.snapshot());
  const value = joined ? undefined : flown.value;
  const { key, storedAt } = kept ?? {};
  const told = { stored: kept !== undefined, collapsed: joined, forward };
  if (confirmed !== undefined) {
    const { value: stored, initialAgeMs: ageMs, lifetimeMs } = confirmed;
    const cache = cacheStatus({ ...MISS, status: 'revalidated', ageMs, storedAt, key });
    const handling = { ...handlingOf(cache, lifetimeMs - ageMs), ...told };
    const renewed = replyOfStored(request, stored, how, handling);
    return replyAnswer(request, renewed, { source: 'cache', cache, url, redirected });
  }
  const cache = cacheStatus({ ...MISS, ageMs: ageOf(reply.headers), storedAt, key });
  const headers = markHeaders(reply.headers, how, { ...handlingOf(cache, 0), ...told });
  return replyAnswer(request, { ...reply, headers }, { source: 'live', cache, url, redirected, value });
};
