import { Readable } from 'node:stream';
import { type CacheStatus, fieldValue, type HeaderFields } from '../cache/index.ts';
import { attachJournal, type Journal } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';
import type { JournalWriter } from '../policy/index.ts';
import { isRedirection, mediaType, type Reply, type Subject, unreadable } from './errors.ts';
import { foldUnavailable, type UpstreamErrorRules } from './upstream-errors.ts';

/** Where an answer came from. */
export type AnswerSource = 'live' | 'cache' | 'stale' | 'fallback';

/** Ways to read a body. It is read once and stays in memory, so each may be used any number of times. */
export interface BodyReaders {
  /**
   * The body, parsed as JSON. An empty one (204) is no JSON.
   *
   * @throws UpstreamResponseError with the reason `empty-body`, `content-type` or `invalid-json`; with `status-302` for a
   * redirect, whose body is not what was asked for
   */
  json<T = unknown>(): Promise<T>;
  /** The body, read as UTF-8. */
  text(): Promise<string>;
  /** A copy of the body. */
  bytes(): Promise<Uint8Array>;
}

/** The answer to a call. */
export interface Answer extends BodyReaders {
  /** Status; 200 for a fallback's value. */
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  readonly headers: Headers;
  /** Where it came from, path and query included: what was asked for, or where that was redirected to. */
  readonly url: string;
  /** Whether a redirect was followed. */
  readonly redirected: boolean;
  readonly source: AnswerSource;
  /** Code of the failure that an old answer or a fallback stands in for; `undefined` for others. */
  readonly reason: string | undefined;
  /** What the cache did; `undefined` where it is off or had no part in it. */
  readonly cache: CacheStatus | undefined;
  /**
   * The body as a stream, to be read once: with `stream: true` as it comes, else from memory. Its errors are typed like
   * those of the call.
   */
  readonly stream: Readable;
  /** What it took, attempt by attempt. */
  readonly journal: Journal;
}

/** The call that an answer belongs to. */
export interface AnswerSubject extends Subject {
  readonly url: string;
  readonly journal: JournalWriter;
  /** What a body of no use becomes. */
  readonly upstreamErrors: readonly UpstreamErrorRules[];
}

/** What JSON text stands for; a box, as it may be anything. */
export interface JsonValue {
  readonly json: unknown;
}

/** How an answer came to be. */
export interface AnswerOrigin {
  readonly source: AnswerSource;
  readonly cache?: CacheStatus | undefined;
  /** Where it came from, if not from where it was asked for. */
  readonly url?: string | undefined;
  readonly redirected?: boolean | undefined;
  /** Code of the failure it stands in for. */
  readonly reason?: string | undefined;
  /** What asking anew failed with, for the caller; it is thrown where an old body is of no use. */
  readonly failure?: (() => unknown) | undefined;
  /** The body as a value that need not be parsed. */
  readonly value?: JsonValue | undefined;
}

/** What an answer is made of. */
export interface AnswerParts extends AnswerOrigin {
  readonly subject: AnswerSubject;
  readonly reply: Reply;
}

/** The code of an error, where it has one. */
export const codeOf = (error: unknown): string | undefined => {
  const code = readSafely(error, 'code');
  return typeof code === 'string' ? code : undefined;
};

// The media type alone; what follows a semicolon are its parameters.
const JSON_TYPE = /^[^;]*[/+]json\s*(?:;|$)/i;

// It keeps nothing from one text to the next.
const utf8 = new TextDecoder();
const decode = (bytes: Uint8Array): string => utf8.decode(bytes);

/**
 * The body as JSON. An answer that names no content type is taken at its body's word.
 *
 * @throws UpstreamResponseError as `json()` does
 */
export const parseJson = (subject: Subject, { status, headers, body }: Reply): unknown => {
  if (isRedirection(status)) throw unreadable(subject, status, `status-${status}`);
  if (body.byteLength === 0) throw unreadable(subject, status, 'empty-body');
  const isJson = JSON_TYPE.test(fieldValue(headers, 'content-type') ?? '') || mediaType(headers) === '';
  if (!isJson) throw unreadable(subject, status, 'content-type');
  try {
    return JSON.parse(decode(body));
  } catch (cause) {
    throw unreadable(subject, status, 'invalid-json', cause);
  }
};

/** The reply with its body read, also where it comes as a stream. */
const wholeReply = async (reply: Reply): Promise<Reply> =>
  reply.live === undefined ? reply : { ...reply, body: await reply.live.whole() };

/**
 * The fields as the platform's own object.
 *
 * @throws TypeError for a name or value that cannot be one
 */
export const toHeaders = (fields: HeaderFields): Headers => {
  const headers = new Headers();
  for (const [name, value = []] of Object.entries(fields)) {
    for (const line of typeof value === 'string' ? [value] : value) headers.append(name, line);
  }
  return headers;
};

/** Values that nobody can change, and that are told apart from what JSON makes of them. */
export const isImmutable = (value: unknown): value is string | undefined =>
  typeof value === 'string' || value === undefined;

class ClientAnswer implements Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly url: string;
  readonly redirected: boolean;
  readonly source: AnswerSource;
  readonly reason: string | undefined;
  readonly cache: CacheStatus | undefined;
  readonly #subject: AnswerSubject;
  readonly #reply: Reply;
  readonly #how: AnswerOrigin;
  #headers: Headers | undefined;
  #stream: Readable | undefined;
  #value: JsonValue | undefined;

  constructor(subject: AnswerSubject, reply: Reply, how: AnswerOrigin) {
    this.#subject = subject;
    this.#reply = reply;
    this.#how = how;
    this.#value = how.value;
    this.status = reply.status;
    this.ok = this.status >= 200 && this.status < 300;
    this.url = how.url ?? subject.url;
    this.redirected = how.redirected ?? false;
    this.source = how.source;
    this.reason = how.reason;
    this.cache = how.cache;
    Object.freeze(this);
  }

  /** As `json()`, without a promise for what is there already. */
  static readJson<T>(answer: Answer): T | Promise<T> {
    const ready = #how in answer ? answer.#take() : undefined;
    return ready === undefined ? answer.json<T>() : (ready.json as T);
  }

  static partsOf(value: object): AnswerParts | undefined {
    return #how in value ? { subject: value.#subject, reply: value.#reply, ...value.#how } : undefined;
  }

  get headers(): Headers {
    this.#headers ??= toHeaders(this.#reply.headers);
    return this.#headers;
  }

  get stream(): Readable {
    const { live, body } = this.#reply;
    this.#stream ??=
      // A copy: others may be given the same body.
      live?.stream ??
      Readable.from(body.byteLength === 0 ? [] : [Uint8Array.from(body)], { objectMode: false });
    return this.#stream;
  }

  get journal(): Journal {
    return this.#subject.journal.snapshot();
  }

  async json<T = unknown>(): Promise<T> {
    const ready = this.#take();
    // What the body is, its reader says; nothing here can check it.
    if (ready !== undefined) return ready.json as T;
    const { failure } = this.#how;
    try {
      return (await this.#parse()) as T;
    } catch (unusable) {
      const error =
        failure === undefined ? foldUnavailable(this.#subject.upstreamErrors, unusable) : failure();
      attachJournal(error, this.journal);
      throw error;
    }
  }

  /** What was parsed while the attempt ran is for the first who asks: everybody gets a value of its own. */
  #take(): JsonValue | undefined {
    const ready = this.#value;
    if (!isImmutable(ready?.json)) this.#value = undefined;
    return ready;
  }

  async #parse(): Promise<unknown> {
    const reply = this.#reply;
    // A redirect's body is of no matter, nor what is wrong with it.
    return parseJson(this.#subject, isRedirection(reply.status) ? reply : await wholeReply(reply));
  }

  async text(): Promise<string> {
    return decode((await wholeReply(this.#reply)).body);
  }

  async bytes(): Promise<Uint8Array> {
    return Uint8Array.from((await wholeReply(this.#reply)).body);
  }
}

/** An answer of what came over the wire, just now or (`stale`) some time ago, or of what a fallback gave. */
export const replyAnswer = (subject: AnswerSubject, reply: Reply, how: AnswerOrigin): Answer =>
  new ClientAnswer(subject, reply, how);

/** The body as JSON, as soon as it is there. What it is, its reader says. */
export const readJson = <T>(answer: Answer): T | Promise<T> => ClientAnswer.readJson<T>(answer);

/** What an answer of a client was made of; `undefined` for other values. */
export const partsOf = (value: unknown): AnswerParts | undefined =>
  typeof value === 'object' && value !== null ? ClientAnswer.partsOf(value) : undefined;

/** What came over the wire, behind an answer of a client; `undefined` for other values. */
export const replyOf = (value: unknown): Reply | undefined => partsOf(value)?.reply;
