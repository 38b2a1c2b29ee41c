import type { Readable } from 'node:stream';
import { fieldValue, type HeaderFields } from '../cache/index.ts';
import {
  InternalServerError,
  isBreakwaterError,
  isBusinessError,
  type ProblemBody,
  parseProblem,
  parseRetryAfterMs,
  UpstreamConnectionError,
  UpstreamResponseError,
} from '../errors/index.ts';
import { brandSymbol, hasBrand, readSafely } from '../kernel/index.ts';

/** Which call an error is about, for its message. */
export interface Subject {
  /** Name of the client. */
  readonly dependency: string;
  /** Method and path template. No query: it may hold anything. */
  readonly label: string;
}

/** An answer as it came over the wire, its body whole. */
export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: HeaderFields;
  /** Empty where it comes as a stream. */
  readonly body: Uint8Array;
  readonly live?: LiveBody | undefined;
  /** Why the body cannot be read. */
  readonly broken?: UpstreamResponseError | undefined;
}

/** A body that is handed over as it comes. */
export interface LiveBody {
  readonly stream: Readable;
  /**
   * All of it, read once for everybody who asks.
   *
   * @throws TypeError once the stream was read or destroyed by somebody else
   */
  readonly whole: () => Promise<Uint8Array>;
}

const REASONS: Readonly<Record<string, string>> = Object.freeze({
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  UND_ERR_SOCKET: 'connection-reset',
  ENOTFOUND: 'dns',
  EPROTO: 'tls',
  UND_ERR_CLOSED: 'client-closed',
  UND_ERR_DESTROYED: 'client-closed',
});
const DNS = /^EAI_/;
const TLS =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|CRL_|UND_ERR_PRX_TLS)/;
// undici asserts that a status is one, where its parser let it pass.
const NOT_HTTP = /^(?:HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|ERR_ASSERTION$)/;
// What undici says of an answer of 100 and of an upgrade that nobody asked for.
const NOT_AN_ANSWER = /^bad (?:response|upgrade)$/;

// What undici says of a proxy that opens no tunnel, or wants other credentials.
const PROXY = /^Proxy (?:response|Authentication)/;

const isNoHttp = (cause: unknown, code: string): boolean => {
  // undici gives its parser's errors a name, and a code only sometimes.
  if (NOT_HTTP.test(code) || readSafely(cause, 'name') === 'HTTPParserError') return true;
  return code === 'UND_ERR_SOCKET' && NOT_AN_ANSWER.test(String(readSafely(cause, 'message')));
};

/** Something came that is no answer of HTTP. */
export const invalidHttp = ({ dependency, label }: Subject, cause?: unknown): UpstreamResponseError =>
  new UpstreamResponseError(`${label} of "${dependency}" was answered by something else than HTTP`, {
    dependency,
    reason: 'invalid-http',
    ...(cause === undefined ? {} : { cause }),
  });

const reasonOf = (code: string): string => {
  if (DNS.test(code)) return 'dns';
  if (TLS.test(code)) return 'tls';
  return (Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? 'connection-failed';
};

// What undici and Node say of an argument that they refuse.
const REFUSED = /^(?:UND_ERR_INVALID_ARG|UND_ERR_NOT_SUPPORTED|ERR_INVALID_ARG_\w+|ERR_INVALID_CHAR)$/;
const CANNOT_BE_SENT = brandSymbol('error.cannot-be-sent');

const cannotBeSent = ({ dependency, label }: Subject, cause: unknown): TypeError => {
  const error = new TypeError(`${label} of "${dependency}" cannot be sent as it is`, { cause });
  return Object.defineProperty(error, CANNOT_BE_SENT, { value: true });
};

/** Whether nothing could be sent, as something that we were given cannot be. */
export const isCannotBeSent = (error: unknown): boolean => hasBrand(error, CANNOT_BE_SENT);

/** A call that was made after its client was closed. */
export const clientClosed = ({ dependency, label }: Subject): UpstreamConnectionError =>
  new UpstreamConnectionError(`${label} of "${dependency}" failed: client-closed`, {
    dependency,
    reason: 'client-closed',
  });

/** What went wrong before an answer came, as one of our errors. The original is its cause. */
export const transportError = (subject: Subject, cause: unknown): unknown => {
  // Our connector's own timeout comes back through undici as it is.
  if (isBreakwaterError(cause)) return cause;
  const code = String(readSafely(cause, 'code'));
  if (isNoHttp(cause, code)) return invalidHttp(subject, cause);
  const { dependency, label } = subject;
  const isOfProxy = PROXY.test(String(readSafely(cause, 'message')));
  // undici calls what a proxy answers a bad argument too.
  if (REFUSED.test(code) && !isOfProxy) return cannotBeSent(subject, cause);
  const reason = isOfProxy ? 'proxy' : reasonOf(code);
  return new UpstreamConnectionError(`${label} of "${dependency}" failed: ${reason}`, {
    dependency,
    cause,
    reason,
  });
};

const REQUEST_BODY = brandSymbol('error.request-body');

class RequestBodyError extends InternalServerError {
  static {
    Object.defineProperty(RequestBodyError.prototype, 'name', { value: 'RequestBodyError' });
    Object.defineProperty(RequestBodyError.prototype, REQUEST_BODY, { value: true });
  }
}

/** What we failed to send, as an error of our own: the upstream has no part in it. */
export const requestBodyError = ({ dependency, label }: Subject, cause: unknown): Error =>
  new RequestBodyError(`The body of ${label} to "${dependency}" failed`, { cause });

/** Whether an error is of the body that was to be sent. */
export const isRequestBodyError = (error: unknown): boolean => hasBrand(error, REQUEST_BODY);

/** The business error that the app's own body failed with: it is the app's word, and reaches its caller as it is. */
export const businessCauseOf = (error: unknown): unknown => {
  const cause = isRequestBodyError(error) ? readSafely(error, 'cause') : undefined;
  return isBusinessError(cause) ? cause : undefined;
};

/** More redirects than are followed, or one that leads where we were already. */
export const tooManyRedirects = (
  { dependency, label }: Subject,
  upstreamStatus: number,
): UpstreamResponseError =>
  new UpstreamResponseError(`${label} of "${dependency}" was redirected too often`, {
    dependency,
    upstreamStatus,
    reason: 'too-many-redirects',
  });

/** Whether an answer says that what was asked for is somewhere else, or unchanged. */
export const isRedirection = (status: number | undefined): boolean =>
  status !== undefined && status >= 300 && status < 400;

/** An answer whose body is of no use. */
export const unreadable = (
  { dependency, label }: Subject,
  upstreamStatus: number,
  reason:
    | 'truncated'
    | 'too-large'
    | 'content-encoding'
    | 'content-type'
    | 'invalid-json'
    | 'empty-body'
    | `status-${number}`,
  cause?: unknown,
): UpstreamResponseError =>
  new UpstreamResponseError(`The answer to ${label} of "${dependency}" cannot be used: ${reason}`, {
    dependency,
    upstreamStatus,
    reason,
    ...(cause === undefined ? {} : { cause }),
  });

/** Content type without parameters, in lower case; `''` without one. */
export const mediaType = (headers: HeaderFields): string =>
  (fieldValue(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

// Larger ones are no explanation of an error any more, and would be held as long as the error is.
const MAX_PROBLEM_BYTES = 64 * 1024;

const problemOf = ({ headers, body }: Reply): ProblemBody | undefined => {
  if (mediaType(headers) !== 'application/problem+json' || body.byteLength > MAX_PROBLEM_BYTES)
    return undefined;
  try {
    return parseProblem(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    // A broken explanation of an error is none; the status itself is reported.
    return undefined;
  }
};

/** An answer that is an error: 4xx or 5xx. */
export const statusError = (
  { dependency, label }: Subject,
  reply: Reply,
  wallTime: number,
): UpstreamResponseError => {
  const retryAfterMs = parseRetryAfterMs(fieldValue(reply.headers, 'retry-after'), wallTime);
  const problem = problemOf(reply);
  const retryable = problem?.retryable;
  const { status, broken } = reply;
  return new UpstreamResponseError(`${label} of "${dependency}" was answered ${status}`, {
    dependency,
    upstreamStatus: status,
    ...(broken === undefined ? {} : { cause: broken, reason: broken.reason }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(typeof retryable === 'boolean' ? { retryable } : {}),
    ...(problem === undefined ? {} : { problem }),
  });
};
