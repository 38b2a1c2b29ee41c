import { readSafely } from '../../kernel/index.ts';
import {
  answeredFault,
  EXHAUSTED,
  FAILED,
  isObject,
  isStatus,
  readText,
  TIMED_OUT,
  UNREACHABLE,
} from './dependency-fault.ts';
import { type ForeignFault, firstOf, knownBy } from './fault.ts';
import { TRAIT } from './traits.ts';

/** Codes that no other work than a connection gives; Node's AggregateError of several addresses has nothing beside it. */
const CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
]);
/** Codes that other work gives too, and the system calls that tell connections from it. */
const CALLED: ReadonlySet<string> = new Set(['ECONNABORTED', 'ENODATA', 'ENOTFOUND', 'EPIPE', 'EPROTO']);
const CALL = /^(?:connect|getaddrinfo|query\w*|read|write|send\w*|shutdown)$/;
/** Too many open files, of this process or of the machine. */
const TOO_MANY: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);
// OpenSSL's verdicts on certificates, as Node passes them on, broken handshakes, and what is no HTTP.
const UNUSABLE =
  /^(?:HPE_|ERR_TLS_CERT_|ERR_SSL_|CERT_|UNABLE_TO_(?:GET|VERIFY|DECRYPT|DECODE)_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** A code that a TCP, DNS or TLS failure has, whatever wraps it. */
export const codeFault = (code: string | undefined): ForeignFault | undefined => {
  if (code === undefined) return undefined;
  if (code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT' || code === 'ERR_TLS_HANDSHAKE_TIMEOUT')
    return TIMED_OUT;
  if (CONNECTION.has(code) || CALLED.has(code) || code.startsWith('EAI_')) return FAILED;
  return UNUSABLE.test(code) ? UNREACHABLE : undefined;
};

/**
 * Recognises failures of outgoing connections by Node's codes, and those that came of too many open files. Those that inbound work shares (`ETIMEDOUT` of
 * connect-timeout, `ECONNABORTED` of raw-body, `ENOENT` of files) count only with the system call of a connection.
 */
export const systemFault = knownBy(TRAIT.code, (error) => {
  const code = readText(error, 'code');
  if (code === undefined) return undefined;
  if (TOO_MANY.has(code)) return readText(error, 'syscall') === undefined ? undefined : EXHAUSTED;
  const fault = codeFault(code);
  if (fault === undefined) return undefined;
  const isCall = CALL.test(readText(error, 'syscall') ?? '') || Array.isArray(readSafely(error, 'errors'));
  const isShared = CALLED.has(code) || code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT';
  return isShared && !isCall ? undefined : fault;
});

/** undici's codes for a caller's mistakes and for aborts, which say nothing of the dependency. */
const OWN_FAULT: ReadonlySet<string> = new Set([
  'UND_ERR_ABORT',
  'UND_ERR_ABORTED',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_INVALID_RETURN_VALUE',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

const undiciFault = knownBy(TRAIT.code, (error) => {
  const code = readText(error, 'code');
  if (code === undefined || !code.startsWith('UND_ERR_') || OWN_FAULT.has(code)) return undefined;
  if (code.endsWith('_TIMEOUT')) return TIMED_OUT;
  const status = readSafely(error, 'statusCode');
  return isStatus(status) ? answeredFault(status, readSafely(error, 'headers')) : FAILED;
});

const isOwnFault = (cause: unknown): boolean => OWN_FAULT.has(readText(cause, 'code') ?? '');

/** fetch gives its reason as the `cause` of a TypeError: "fetch failed" before the answer, "terminated" within it. */
const fetchFault = knownBy(TRAIT.cause, (error) => {
  const message = readSafely(error, 'message');
  if (readSafely(error, 'name') !== 'TypeError' || (message !== 'fetch failed' && message !== 'terminated'))
    return undefined;
  const cause = readSafely(error, 'cause');
  if (!isObject(cause) || isOwnFault(cause)) return undefined;
  return systemFault(cause) ?? undiciFault(cause) ?? FAILED;
});

const DOM_TIMEOUT = 23;

/** What `AbortSignal.timeout()` aborts with, as DOMException (fetch) or wrapped with its code (got). */
export const isTimeoutReason = (error: unknown): boolean =>
  readSafely(error, 'name') === 'TimeoutError' && readSafely(error, 'code') === DOM_TIMEOUT;

/** Whether a call ended because the signal it was given ran out of time. Its error alone only says "aborted". */
export const timedOutBy = (signal: unknown): boolean => isTimeoutReason(readSafely(signal, 'reason'));

const timeoutFault = knownBy(TRAIT.name, (error) => (isTimeoutReason(error) ? TIMED_OUT : undefined));

/** Recognises failures of Node's own clients: `node:http`, `node:net`, `node:dns`, `node:tls`, fetch and undici. */
export const networkFault = firstOf(timeoutFault, undiciFault, fetchFault, systemFault);
