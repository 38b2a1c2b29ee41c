import { readSafely } from '../../kernel/index.ts';
import { isBreakwaterError } from '../base.ts';
import { isBusinessError } from '../branches.ts';
import { isRejectedError } from '../rejected.ts';
import { isUpstreamError, type UpstreamError } from '../upstream.ts';
import { databaseFault } from './database.ts';
import { isStatus } from './dependency-fault.ts';
import { firstOf } from './fault.ts';
import { outboundFault } from './outbound.ts';
import { saysThrottled } from './remote-service.ts';

/** What one error says of doing the same again. */
interface Said {
  /** What the dependency answered, as a status of HTTP. */
  readonly status?: number | undefined;
  /** Whether time changes nothing. */
  readonly lasting: boolean;
}

const THROTTLED = 429;

// Statuses below 500 that another attempt may change, and those above that it does not.
const PASSING: ReadonlySet<number> = new Set([408, 425, THROTTLED]);
const LASTING: ReadonlySet<number> = new Set([501, 505]);

const answered = (status: number): Said => ({
  status,
  lasting: status < 500 ? !PASSING.has(status) : LASTING.has(status),
});

// A certificate does not get better, a closed client does not open, a body that is too large stays so.
const LASTING_REASONS: ReadonlySet<string> = new Set([
  'tls',
  'client-closed',
  'too-large',
  'content-encoding',
  'content-type',
  'invalid-json',
  'empty-body',
  'invalid-http',
  'too-many-redirects',
]);

const STATUS_REASON = /^status-(\d{3})$/;

const saidByUpstream = (error: UpstreamError): Said | undefined => {
  const { reason, code } = error;
  const [, told] = STATUS_REASON.exec(reason) ?? [];
  if (told !== undefined) return answered(Number(told));
  const status = readSafely(error, 'upstreamStatus');
  // Whatever its status was, an answer that broke off may come whole the next time.
  if (isStatus(status)) return { status, lasting: LASTING_REASONS.has(reason) };
  // Without a reason of its own it only wraps what happened.
  return reason === code ? undefined : { lasting: LASTING_REASONS.has(reason) };
};

const foreignFault = firstOf(databaseFault, outboundFault);

const saidByForeign = (error: unknown): Said | undefined => {
  if (saysThrottled(error)) return answered(THROTTLED);
  const fault = foreignFault(error);
  if (fault === undefined) {
    // As http-errors and many SDKs write it.
    const status = readSafely(error, 'status') ?? readSafely(error, 'statusCode');
    return isStatus(status) && status >= 400 ? answered(status) : undefined;
  }
  if (fault.upstreamStatus !== undefined) return answered(fault.upstreamStatus);
  return fault.status < 500 ? answered(fault.status) : { lasting: fault.lasting ?? false };
};

/** What an error says by itself, without what stands behind it; `undefined` if it says nothing. */
const saidBy = (error: unknown): Said | undefined => {
  if (isUpstreamError(error)) return saidByUpstream(error);
  if (isBreakwaterError(error)) return isBusinessError(error) ? answered(error.status) : undefined;
  return saidByForeign(error);
};

const MAX_CAUSES = 5;

/** What the first of an error and its causes says that says anything; of a refusal, nothing behind it is asked. */
const firstSaid = <T>(error: unknown, ask: (error: unknown) => T | undefined): T | undefined => {
  let at = error;
  for (let depth = 0; depth <= MAX_CAUSES && at !== undefined; depth += 1) {
    const said = ask(at);
    if (said !== undefined || isRejectedError(at)) return said;
    at = readSafely(at, 'cause');
  }
  return undefined;
};

/** Status that a dependency answered with, by what an error of any client says; `undefined` where none came. */
export const answeredStatusOf = (error: unknown): number | undefined => firstSaid(error, saidBy)?.status;

/**
 * Whether an error says that a dependency is asked too much: an upstream 429 of this package's client, and 429 or the
 * like of other libraries' clients: AWS (by its names and `$retryable`), gRPC (`RESOURCE_EXHAUSTED`), Stripe, Azure, axios,
 * got, octokit and others; also as the `cause` of another error.
 */
export const isThrottling = (error: unknown): boolean => answeredStatusOf(error) === THROTTLED;

const askedMs = (error: unknown): unknown => {
  if (isBreakwaterError(error)) return readSafely(error, 'retryAfterMs');
  const fault = foreignFault(error);
  // Where nothing was answered, the time in a fault is what we ask of our own clients.
  return fault?.upstreamStatus === undefined ? undefined : fault.retryAfterMs;
};

/** How long an error, or what stands behind it, asks to be left alone, in milliseconds; 0 if it asks for nothing. */
export const retryAfterOf = (error: unknown): number =>
  firstSaid(error, (each) => {
    const ms = askedMs(each);
    return typeof ms === 'number' && ms > 0 ? ms : undefined;
  }) ?? 0;

/** What the language, and `node:assert`, throw where the program is wrong. */
const MISTAKES: ReadonlySet<unknown> = new Set([
  'AssertionError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);

/** Names of errors of work that was called off. */
const CALLED_OFF: ReadonlySet<unknown> = new Set(['AbortError', 'CanceledError']);

const isNamed = (error: unknown, names: ReadonlySet<unknown>): boolean =>
  names.has(readSafely(error, 'name'));

/**
 * Whether an error tells of a mistake in the code: by its name, where neither it nor what stands behind it says anything
 * else. The TypeError of a failed `fetch` is none.
 */
export const isMistake = (error: unknown): boolean =>
  isNamed(error, MISTAKES) && firstSaid(error, saidBy) === undefined;

/**
 * Whether doing the same again fails the same way, as far as the error tells: a mistake in the code (a TypeError that no
 * network error stands behind), a request that was refused for what it is (404, a duplicate row), a certificate.
 */
export const isPermanent = (error: unknown): boolean =>
  firstSaid(error, saidBy)?.lasting ?? (isNamed(error, MISTAKES) || isNamed(error, CALLED_OFF));
