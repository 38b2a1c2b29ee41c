import {
  foreignFault,
  isBreakwaterError,
  isErrorStatus,
  isRecognisedError,
  isRejectedError,
  readExtensions,
  retryableOf,
  statusCode,
  statusPhrase,
} from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';
import { aggregateAnswer } from './aggregate.ts';
import type { ProblemAnswer } from './answer.ts';
import { readErrorHeaders, retryAfterSeconds } from './headers.ts';
import { type ErrorMapper, mapError } from './mappers.ts';
import type { Report } from './report.ts';
import { withoutSubmitted } from './submitted.ts';

/** The public text of errors that nobody expected. */
export const UNEXPECTED = 'An unexpected error occurred. Please try again later.';

const NOTHING: Readonly<Record<string, never>> = Object.freeze({});
const REJECTED_RETRY_AFTER_MS = 1_000;
const CLIENT_CLOSED = 499;

/** Longest `title` and `detail`, in characters: an answer is no place for a whole body or query in a message. */
const MAX_TEXT_LENGTH = 2_000;

// Letters, digits and marks that stand for themselves in a URI (RFC 3986 §2.3), since the code ends the type.
const CODE = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$/;

/** A public text as far as an answer carries it; one that is cut ends with `…`. */
const publicText = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length <= MAX_TEXT_LENGTH) return value;
  // The half of a surrogate pair is no character.
  return `${value.slice(0, MAX_TEXT_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

const readOwnExtensions = (error: Error, report: Report): Readonly<Record<string, unknown>> => {
  const extensions = readSafely(error, 'extensions');
  if (typeof extensions !== 'object' || extensions === null) return NOTHING;
  try {
    // Any object can be read by its keys.
    return readExtensions(extensions as Readonly<Record<string, unknown>>);
  } catch (thrown) {
    report('the extensions of an error cannot be read', thrown);
    return NOTHING;
  }
};

const withRetryAfter = (
  headers: Readonly<Record<string, string>>,
  ms: unknown,
): Readonly<Record<string, string>> =>
  typeof ms === 'number' && ms >= 0 ? { ...headers, 'Retry-After': retryAfterSeconds(ms) } : headers;

const withRetryable = (
  extensions: Readonly<Record<string, unknown>>,
  retryable: boolean | undefined,
): Readonly<Record<string, unknown>> => (retryable === undefined ? extensions : { retryable, ...extensions });

const ownHeaders = (error: Error, report: Report): Readonly<Record<string, string>> => {
  const asked = readErrorHeaders(readSafely(error, 'headers'), report);
  const isAsked = (): boolean => Object.keys(asked).some((name) => name.toLowerCase() === 'retry-after');
  const fallback = isRejectedError(error) && !isAsked() ? REJECTED_RETRY_AFTER_MS : undefined;
  return withRetryAfter(asked, readSafely(error, 'retryAfterMs') ?? fallback);
};

// The brand may be another copy's, or forged by a proxy: every member is read and checked as if it were foreign.
const ownAnswer = (error: Error, report: Report, isThere: boolean): ProblemAnswer | undefined => {
  const status = readSafely(error, 'status');
  // That is for the log: a client that is there did not leave.
  if (!isErrorStatus(status) || (status === CLIENT_CLOSED && isThere)) return undefined;
  const code = readSafely(error, 'code');
  return {
    status,
    code: typeof code === 'string' && CODE.test(code) ? code : statusCode(status),
    title: publicText(readSafely(error, 'title')) ?? statusPhrase(status),
    detail: publicText(readSafely(error, 'publicDetail')),
    extensions: withRetryable(readOwnExtensions(error, report), retryableOf(error)),
    headers: ownHeaders(error, report),
  };
};

/** Says that an error contradicts itself; http-errors lets `status` win. */
const reportTwoStatuses = (error: Error, report: Report): void => {
  const status = readSafely(error, 'status');
  const statusCode = readSafely(error, 'statusCode');
  if (isErrorStatus(status) && isErrorStatus(statusCode) && status !== statusCode)
    report('an error has a "status" and another "statusCode"', new Error(`${status} and ${statusCode}`));
};

const foreignAnswer = (error: Error, report: Report): ProblemAnswer | undefined => {
  const fault = foreignFault(error);
  if (fault === undefined) return undefined;
  reportTwoStatuses(error, report);
  const { status, code, title, detail, extensions = NOTHING, headers, retryAfterMs, retryable } = fault;
  return {
    status,
    code: code ?? statusCode(status),
    title: (code === undefined ? undefined : title) ?? statusPhrase(status),
    detail: publicText(detail),
    extensions: withRetryable(extensions, retryable),
    headers: withRetryAfter(readErrorHeaders(headers, report), retryAfterMs),
  };
};

const unexpected = (status: number): ProblemAnswer => ({
  status,
  code: statusCode(status),
  title: statusPhrase(status),
  detail: status < 500 ? undefined : UNEXPECTED,
  extensions: NOTHING,
  headers: NOTHING,
});

/** What else an answer depends on. */
export interface Circumstances {
  /** The request, nothing of which is quoted from an error of another library. @default one without any data */
  readonly req?: object | undefined;
  /** What is answered to the unknown. @default 500 */
  readonly unexpectedStatus?: number | undefined;
  /** Whether the client is there and waits, be it for the rest of an answer that cannot be given. @default false */
  readonly isThere?: boolean | undefined;
}

/**
 * Decides what is answered to an error. A status is taken from the app's mappers, from errors of ours and from errors
 * that a recogniser knows, from nothing else: everything unknown is a 500 without a word about what happened.
 */
export const classify = (
  error: Error,
  mappers: readonly ErrorMapper[],
  report: Report,
  { req = NOTHING, unexpectedStatus = 500, isThere = false }: Circumstances = {},
): ProblemAnswer => {
  const answerOne = (one: Error): ProblemAnswer | undefined => {
    const known = mapError(one, mappers, report) ?? one;
    const isOwn = isBreakwaterError(known);
    const answer = isOwn ? ownAnswer(known, report, isThere) : foreignAnswer(known, report);
    if (answer === undefined || (isOwn && !isRecognisedError(known))) return answer;
    return { ...answer, extensions: withoutSubmitted(answer.extensions, req) };
  };
  return answerOne(error) ?? aggregateAnswer(error, answerOne, report) ?? unexpected(unexpectedStatus);
};
