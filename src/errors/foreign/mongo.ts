import { readSafely } from '../../kernel/index.ts';
import {
  DUPLICATE,
  firstOf,
  isObject,
  readText,
  STALE,
  TIMED_OUT,
  TRY_AGAIN,
  UNAVAILABLE,
} from './dependency-fault.ts';
import { mongooseValidationFault } from './document-fault.ts';
import type { ForeignFault, Recogniser } from './fault.ts';

/** @see https://www.mongodb.com/docs/manual/reference/error-codes/ */
const SERVER_CODES: ReadonlyMap<unknown, ForeignFault> = new Map<unknown, ForeignFault>([
  [11000, DUPLICATE],
  [50, TIMED_OUT],
  [112, TRY_AGAIN],
]);

const NETWORK = /^Mongo(?:ose)?(?:Network|NetworkTimeout|ServerSelection|WaitQueueTimeout|PoolCleared)Error$/;

/** The driver: each of its errors has a set of labels, which Mongoose hands on. */
const driverFault: Recogniser = (error) => {
  const labels = readSafely(error, 'errorLabelSet');
  if (!isObject(labels) || typeof readSafely(labels, 'has') !== 'function') return undefined;
  const known = SERVER_CODES.get(readSafely(error, 'code'));
  if (known !== undefined) return known;
  const name = readText(error, 'name') ?? '';
  return NETWORK.test(name) ? UNAVAILABLE : undefined;
};

/** Whether an error is Mongoose's about a value that cannot be made what its schema says. */
export const isCastError = (error: unknown): boolean =>
  readSafely(error, 'name') === 'CastError' &&
  readText(error, 'kind') !== undefined &&
  readText(error, 'path') !== undefined &&
  readText(error, 'valueType') !== undefined;

const castFault: Recogniser = (error) =>
  isCastError(error) ? { status: 400, detail: 'A value of the request is of the wrong kind.' } : undefined;

const BUFFERING = /^Operation `.{1,256}` buffering timed out after \d+ms$/;

const mongooseFault: Recogniser = (error) => {
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
};

/** Recognises errors of MongoDB's driver and of Mongoose. */
export const mongoFault: Recogniser = firstOf(driverFault, mongooseValidationFault, castFault, mongooseFault);
