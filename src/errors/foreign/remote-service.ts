import { readSafely } from '../../kernel/index.ts';
import {
  answeredFault,
  FAILED,
  isObject,
  isStatus,
  readText,
  TIMED_OUT,
  UNAVAILABLE,
} from './dependency-fault.ts';
import { firstOf, knownBy } from './fault.ts';
import { networkFault } from './network.ts';
import { TRAIT } from './traits.ts';

// As in @smithy/core/retry, which lists the names that AWS services throttle by, most of them with status 400.
const THROTTLED: ReadonlySet<unknown> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** Whether an error names itself as one that AWS throttles by: version 3 has `$retryable` and `name`, version 2 `code`. */
export const saysThrottled = (error: unknown): boolean =>
  readSafely(readSafely(error, '$retryable'), 'throttling') === true ||
  THROTTLED.has(readSafely(error, 'name')) ||
  THROTTLED.has(readSafely(error, 'code'));

const WRAPPED = 'AWS SDK error wrapper for ';

/** AWS SDK v3: every error that met the network has `$metadata`; those with an answer have its status in there. */
const awsFault = knownBy(TRAIT.metadata, (error) => {
  const metadata = readSafely(error, '$metadata');
  if (!isObject(metadata)) return undefined;
  const name = readText(error, 'name') ?? '';
  const status = readSafely(metadata, 'httpStatusCode');
  const headers = readSafely(readSafely(error, '$response'), 'headers');
  if (saysThrottled(error)) return answeredFault(429, headers);
  if (isStatus(status)) return answeredFault(status, headers);
  if (name === 'TimeoutError') return TIMED_OUT;
  // An error of another realm (Jest's) is lost to the SDK but for its text.
  return (readText(error, 'message') ?? '').startsWith(WRAPPED) ? FAILED : networkFault(error);
});

/** Stripe: `rawType` and `type`; without an answer, the connection's error is the `detail`. */
const stripeFault = knownBy(TRAIT.raw, (error) => {
  const type = readText(error, 'type') ?? '';
  if (!type.startsWith('Stripe') || !isObject(readSafely(error, 'raw'))) return undefined;
  const status = readSafely(error, 'statusCode');
  if (isStatus(status)) return answeredFault(status, readSafely(error, 'headers'));
  if (type !== 'StripeConnectionError') return type === 'StripeAPIError' ? FAILED : undefined;
  return readSafely(readSafely(error, 'detail'), 'code') === 'ETIMEDOUT' ? TIMED_OUT : FAILED;
});

/** @see https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const GRPC = Object.freeze({ CANCELLED: 1, DEADLINE_EXCEEDED: 4, UNAVAILABLE: 14 });
const GRPC_LAST = 16;

/** What gRPC's statuses are in HTTP, as in google.rpc.Code; those that say nothing of another attempt are left out. */
const GRPC_STATUSES: Readonly<Record<number, number | undefined>> = Object.freeze({
  3: 400,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  11: 400,
  12: 501,
  16: 401,
});

/** gRPC: a status from 1 to 16 as `code`, with `details` and `metadata`. */
const grpcFault = knownBy(TRAIT.details, (error) => {
  const code = readSafely(error, 'code');
  const isStatusObject =
    readText(error, 'details') !== undefined &&
    typeof readSafely(readSafely(error, 'metadata'), 'getMap') === 'function';
  if (!isStatusObject || typeof code !== 'number' || !Number.isInteger(code)) return undefined;
  if (code < 1 || code > GRPC_LAST || code === GRPC.CANCELLED) return undefined;
  if (code === GRPC.DEADLINE_EXCEEDED) return TIMED_OUT;
  if (code === GRPC.UNAVAILABLE) return UNAVAILABLE;
  const status = GRPC_STATUSES[code];
  return status === undefined ? FAILED : answeredFault(status, undefined);
});

/** Recognises errors of the clients of remote services: AWS SDK v3, gRPC, Stripe. */
export const remoteServiceFault = firstOf(awsFault, stripeFault, grpcFault);
