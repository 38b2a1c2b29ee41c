import { type BreakwaterErrorOptions, named, type ProblemType } from './base.ts';
import { BusinessError } from './branches.ts';
import { type Challenge, withChallenge } from './challenge.ts';

/** Options of errors about who the caller is and what it may do. */
export interface AuthErrorOptions extends BreakwaterErrorOptions {
  /**
   * What the caller is asked to authenticate with; becomes `WWW-Authenticate`. One that would be no valid field is
   * dropped.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
   */
  readonly challenge?: Challenge | undefined;
}

/** 400: the request cannot be understood. */
export class BadRequestError extends BusinessError {
  static {
    named(BadRequestError, 'BadRequestError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 400 }, message, options);
  }
}

/** 401: the request lacks valid credentials; `challenge` says which would do (RFC 9110 §15.5.2). */
export class UnauthorizedError extends BusinessError {
  static {
    named(UnauthorizedError, 'UnauthorizedError');
  }

  constructor(message?: string, options?: AuthErrorOptions) {
    super({ status: 401 }, message, withChallenge(options));
  }
}

/** 403: the caller is known and may not do this; `challenge` may say which scope would do (RFC 6750 §3.1). */
export class ForbiddenError extends BusinessError {
  static {
    named(ForbiddenError, 'ForbiddenError');
  }

  constructor(message?: string, options?: AuthErrorOptions) {
    super({ status: 403 }, message, withChallenge(options));
  }
}

/** 404: there is no such thing, or none that the caller may know of. */
export class NotFoundError extends BusinessError {
  static {
    named(NotFoundError, 'NotFoundError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 404 }, message, options);
  }
}

/** 405: the resource exists but not for this method; `headers` carries `Allow` (RFC 9110 §10.2.1). */
export class MethodNotAllowedError extends BusinessError {
  static {
    named(MethodNotAllowedError, 'MethodNotAllowedError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 405 }, message, options);
  }
}

/** 409: the request contradicts the current state. Base of the conflicts that have a problem type of their own. */
export class ConflictError extends BusinessError {
  static {
    named(ConflictError, 'ConflictError');
  }

  /** @param type code and title of a subclass that is a problem type of its own */
  constructor(message?: string, options?: BreakwaterErrorOptions, type?: ProblemType) {
    super(type === undefined ? { status: 409 } : { status: 409, ...type }, message, options);
  }
}

/** 410: the thing was there and will not come back. */
export class GoneError extends BusinessError {
  static {
    named(GoneError, 'GoneError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 410 }, message, options);
  }
}

/** 412: a precondition of the request, `If-Match` for one, does not hold (RFC 9110 §15.5.13). */
export class PreconditionFailedError extends BusinessError {
  static {
    named(PreconditionFailedError, 'PreconditionFailedError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 412 }, message, options);
  }
}

/** 413: the request body is larger than allowed. */
export class ContentTooLargeError extends BusinessError {
  static {
    named(ContentTooLargeError, 'ContentTooLargeError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 413 }, message, options);
  }
}

/** 415: the request body is of a type or coding that is not accepted. */
export class UnsupportedMediaTypeError extends BusinessError {
  static {
    named(UnsupportedMediaTypeError, 'UnsupportedMediaTypeError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 415 }, message, options);
  }
}

/** 422: the request is well-formed but asks for something that cannot be. Base of `ValidationError`. */
export class UnprocessableContentError extends BusinessError {
  static {
    named(UnprocessableContentError, 'UnprocessableContentError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 422 }, message, options);
  }
}

/** 428: the request must be conditional (RFC 6585 §3). */
export class PreconditionRequiredError extends BusinessError {
  static {
    named(PreconditionRequiredError, 'PreconditionRequiredError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 428 }, message, options);
  }
}

/** 429: the caller exceeded a limit; `retryAfterMs` says when to come back (RFC 6585 §4). */
export class TooManyRequestsError extends BusinessError {
  static {
    named(TooManyRequestsError, 'TooManyRequestsError');
  }

  /** @param type code and title of a subclass that is a problem type of its own */
  constructor(message?: string, options?: BreakwaterErrorOptions, type?: ProblemType) {
    super(type === undefined ? { status: 429 } : { status: 429, ...type }, message, options);
  }
}

/** 499: the client left before it had its answer. Reason of the request's signal; nothing is ever sent for it. */
export class ClientClosedError extends BusinessError {
  static {
    named(ClientClosedError, 'ClientClosedError');
  }

  constructor(message = 'The client left before it had its answer', options?: BreakwaterErrorOptions) {
    super({ status: 499, code: 'client-closed' }, message, options);
  }
}
