import { type BreakwaterErrorOptions, named } from './base.ts';
import { ConflictError, TooManyRequestsError } from './business.ts';

/** 409: there is one already, of the same name or key. */
export class DuplicateResourceError extends ConflictError {
  static {
    named(DuplicateResourceError, 'DuplicateResourceError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super(message, options, { code: 'duplicate-resource', title: 'Duplicate resource' });
  }
}

/** 409: the thing was changed since the caller read it; reading it anew and deciding again may help. */
export class StaleVersionError extends ConflictError {
  static {
    named(StaleVersionError, 'StaleVersionError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super(message, options, { code: 'stale-version', title: 'Stale version' });
  }
}

/** 409: the thing is in a state that this does not follow on, as shipping a cancelled order. */
export class InvalidTransitionError extends ConflictError {
  static {
    named(InvalidTransitionError, 'InvalidTransitionError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super(message, options, { code: 'invalid-transition', title: 'Invalid transition' });
  }
}

/** 429: the caller has used up what it is allowed in a period; `retryAfterMs` says when that ends. */
export class QuotaExceededError extends TooManyRequestsError {
  static {
    named(QuotaExceededError, 'QuotaExceededError');
  }

  constructor(message?: string, options?: BreakwaterErrorOptions) {
    super(message, options, { code: 'quota-exceeded', title: 'Quota exceeded' });
  }
}
