import { readSafely } from '../../kernel/index.ts';
import {
  DUPLICATE,
  isObject,
  readText,
  STALE,
  TIMED_OUT,
  TRY_AGAIN,
  UNAVAILABLE,
} from './dependency-fault.ts';
import { mongooseValidationFault } from './document-fault.ts';
import { type ForeignFault, firstOf, knownBy } from './fault.ts';
import { TRAIT } from './traits.ts';

/** @see https://www.mongodb.com/docs/manual/reference/error-codes/ */
const SERVER_CODES: ReadonlyMap<unknown, ForeignFault> = new Map<unknown, ForeignFault>([
  [11000, DUPLICATE],
  [50, TIMED_OUT],
  // The write was made, but not on as many members as was asked for in time.
  [64, TIMED_OUT],
  [112, TRY_AGAIN],
  // The member is no primary, or no member, any more: another one soon is.
  ...[91, 189, 10058, 10107, 11600, 11602, 13435, 13436].map((code) => [code, TRY_AGAIN] as const),
]);

const NETWORK =
  /^Mongo(?:ose)?(?:Network|NetworkTimeout|NotConnected|PoolCleared|ServerSelection|TopologyClosed|WaitQueueTimeout)Error$/;

/** The driver: each of its errors has a set of labels, which Mongoose hands on. */
const driverFault = knownBy(TRAIT.errorLabelSet, (error) => {
  const labels = readSafely(error, 'errorLabelSet');
  if (!isObject(labels) || typeof readSafely(labels, 'has') !== 'function') return undefined;
  const known = SERVER_CODES.get(readSafely(error, 'code'));
  if (known !== undefined) return known;
  const name = readText(error, 'name') ?? '';
  if (name === 'MongoOperationTimeoutError') return TIMED_OUT;
  return NETWORK.test(name) ? UNAVAILABLE : undefined;
});

/** Whether an error is Mongoose's about a value that cannot be made what its schema says. */
export const isCastError = (error: unknown): boolean =>
  readSafely(error, 'name') === 'CastError' &&
  readText(error, 'kind') !== undefined &&
  readText(error, 'path') !== undefined &&
  readText(error, 'valueType') !== undefined;

const castFault = knownBy(TRAIT.name, (error) =>
  isCastError(error) ? { status: 400, detail: 'A value of the request is of the wrong kind.' } : undefined,
);

const BUFFERING = /^Operation `.{1,256}` buffering timed out after \d+ms$/;

const mongooseFault = knownBy(TRAIT.name, (error) => {
  const message = readText(error, 'message') ?? '';
  switch (readSafely(error, 'name')) {
    case 'MongooseError':
      return BUFFERING.test(message) ? UNAVAILABLE : undefined;
    case 'DocumentNotFoundError':
      return isObject(readSafely(error, 'filter')) ? { status: 404 } : undefined;
    case 'VersionError':
      return Array.isArray(readSafely(error, 'modifiedPaths')) ? STALE : undefined;
    default:
      return undefined;
  }
});

/** Recognises errors of MongoDB's driver and of Mongoose. */
export const mongoFault = firstOf(driverFault, mongooseValidationFault, castFault, mongooseFault);
