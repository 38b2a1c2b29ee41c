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

/** 500: the service is set up wrongly: a setting is missing or makes no sense. */
export class ConfigurationError extends TechnicalError {
  static {
    named(ConfigurationError, 'ConfigurationError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 500, code: 'configuration-error', title: 'Configuration error' }, message, options);
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

/** 503: something of our own is used up: connections of a pool, file handles, memory, disk. */
export class ResourceExhaustedError extends TechnicalError {
  static {
    named(ResourceExhaustedError, 'ResourceExhaustedError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super({ status: 503, code: 'resource-exhausted', title: 'Resource exhausted' }, message, options);
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
