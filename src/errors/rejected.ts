import { brandSymbol, hasBrand } from '../kernel/index.ts';
import { type BreakwaterErrorOptions, branded, type ErrorDefinition, named } from './base.ts';
import { TechnicalError } from './branches.ts';

const REJECTED = brandSymbol('error.rejected');

/** Options of errors about a dependency. */
export interface DependencyErrorOptions extends BreakwaterErrorOptions {
  /** Name of the dependency, for the log. */
  readonly dependency?: string | undefined;
}

/** Refused without trying: the dependency was not asked. Carries no stack, so that a refusal costs next to nothing. */
export abstract class RejectedError extends TechnicalError {
  static {
    named(RejectedError, 'RejectedError');
    branded(RejectedError, REJECTED);
  }

  /** Name of the dependency that was not asked. */
  readonly dependency: string | undefined;

  constructor(definition: ErrorDefinition, message?: string, options?: DependencyErrorOptions) {
    const { stackTraceLimit } = Error;
    // Reflect answers false where Error is frozen: the refusal has a stack then.
    Reflect.set(Error, 'stackTraceLimit', 0);
    try {
      super(definition, message, options);
    } finally {
      Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    }
    this.dependency = options?.dependency;
  }
}

/** 503: the circuit of a dependency is open; `retryAfterMs` says when it is tried again, `cause` what it last failed with. */
export class CircuitOpenError extends RejectedError {
  static {
    named(CircuitOpenError, 'CircuitOpenError');
  }

  constructor(message?: string, options?: DependencyErrorOptions) {
    super({ status: 503, code: 'circuit-open' }, message, options);
  }
}

/** 503: as many calls as allowed are under way and waiting. */
export class BulkheadFullError extends RejectedError {
  static {
    named(BulkheadFullError, 'BulkheadFullError');
  }

  constructor(message?: string, options?: DependencyErrorOptions) {
    super({ status: 503, code: 'bulkhead-full' }, message, options);
  }
}

/** 503: the dependency asked for quiet (429 or 503 with Retry-After) and is left alone until then. */
export class DependencyPausedError extends RejectedError {
  static {
    named(DependencyPausedError, 'DependencyPausedError');
  }

  constructor(message?: string, options?: DependencyErrorOptions) {
    super({ status: 503, code: 'dependency-unavailable' }, message, options);
  }
}

/** Whether `error` says that a call was refused without trying, of whichever copy of this package. */
export const isRejectedError = (error: unknown): error is RejectedError => hasBrand(error, REJECTED);
