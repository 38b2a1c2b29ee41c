import { STATUS_CODES } from 'node:http';
import { readSafely } from '../../kernel/index.ts';
import { isErrorStatus } from '../status.ts';
import { knownBy } from './fault.ts';
import { TRAIT } from './traits.ts';

/** What an error of the http-errors family says, as far as it can be trusted. */
export interface HttpErrorShape {
  readonly status: number;
  /** Whether the message is public: http-errors made it, and its author exposes it. */
  readonly expose: boolean;
  /** Dotted kind that body-parser and raw-body set, `entity.parse.failed`. */
  readonly type: string | undefined;
}

const prototypeOf = (value: unknown): unknown => {
  try {
    return Object.getPrototypeOf(value);
  } catch {
    // A hostile proxy.
    return undefined;
  }
};

/**
 * Recognises errors made by http-errors (body-parser, send, `createError`): `status` and `statusCode` are whole numbers
 * from 400 to 599, of which `status` counts should they differ, and `expose` is a boolean. Errors of HTTP clients, whose status is another server's,
 * do not have that shape. `createError(400, error)` puts the shape on somebody else's error, whose message was never
 * meant to be public: only the classes of http-errors have `expose` on their prototype.
 */
export const readHttpError = (error: unknown): HttpErrorShape | undefined => {
  const status = readSafely(error, 'status');
  const expose = readSafely(error, 'expose');
  if (
    !isErrorStatus(status) ||
    typeof expose !== 'boolean' ||
    !isErrorStatus(readSafely(error, 'statusCode'))
  )
    return undefined;
  const type = readSafely(error, 'type');
  return {
    status,
    expose: expose && readSafely(prototypeOf(error), 'expose') === true,
    type: typeof type === 'string' ? type : undefined,
  };
};

/** A public message as a detail; one that only repeats the phrase of the status says nothing. */
export const detailOf = (message: unknown, status: number): string | undefined =>
  typeof message === 'string' && message !== '' && message !== STATUS_CODES[status] ? message : undefined;

/** Recognises whatever has the shape of http-errors; its message is the `detail` only where it was made to be public. */
export const httpErrorFault = knownBy(TRAIT.status, (error) => {
  const shape = readHttpError(error);
  if (shape === undefined) return undefined;
  // A `type` says that a parser wrapped somebody's error, whose message may quote the body.
  const isPublic = shape.expose && shape.status < 500 && shape.type === undefined;
  const message = isPublic ? readSafely(error, 'message') : undefined;
  const headers = readSafely(error, 'headers');
  return {
    status: shape.status,
    detail: detailOf(message, shape.status),
    headers: typeof headers === 'object' && headers !== null ? headers : undefined,
  };
});
