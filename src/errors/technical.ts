import { type BreakwaterErrorOptions, named } from './base.ts';
import { TechnicalError } from './branches.ts';

/** 500: something failed inside. */
export class InternalServerError extends TechnicalError {
  static {
    named(InternalServerError, 'InternalServerError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 500 }, message, options);
  }
}

/** 502: a dependency failed or answered rubbish. */
export class BadGatewayError extends TechnicalError {
  static {
    named(BadGatewayError, 'BadGatewayError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 502 }, message, options);
  }
}

/** 503: the service cannot answer now; `retryAfterMs` says when to come back. */
export class ServiceUnavailableError extends TechnicalError {
  static {
    named(ServiceUnavailableError, 'ServiceUnavailableError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 503 }, message, options);
  }
}

/** 504: a dependency did not answer in time. */
export class GatewayTimeoutError extends TechnicalError {
  static {
    named(GatewayTimeoutError, 'GatewayTimeoutError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 504 }, message, options);
  }
}
