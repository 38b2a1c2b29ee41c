import { type BreakwaterErrorOptions, named } from './base.ts';
import { UnprocessableContentError } from './business.ts';

/** One fault of a request: in the body with a `pointer`, elsewhere with `in` and `name`. */
export type RequestFault =
  | {
      /** What is wrong, without the submitted value. */
      readonly detail: string;
      /** JSON Pointer as a URI fragment, `#/items/0/sku` (RFC 6901 §6, RFC 9457 §3). */
      readonly pointer: string;
    }
  | {
      readonly detail: string;
      /** The part of the request. */
      readonly in: 'params' | 'query' | 'headers';
      /** The parameter, nested ones joined by a dot. */
      readonly name: string;
    };

/** Options of a validation error: the faults, each a member of `errors` in the problem document. */
export interface ValidationErrorOptions extends BreakwaterErrorOptions {
  readonly errors?: readonly RequestFault[] | undefined;
}

/** 422: the request does not say what it must; `errors` lists every fault. */
export class ValidationError extends UnprocessableContentError {
  static {
    named(ValidationError, 'ValidationError');
  }

  /** Every fault found. Frozen. */
  readonly errors: readonly RequestFault[];

  constructor(message?: string, options: ValidationErrorOptions = {}) {
    const errors = Object.freeze([...(options.errors ?? [])]);
    const extensions = errors.length > 0 ? { ...options.extensions, errors } : options.extensions;
    super(message, { ...options, extensions });
    this.errors = errors;
  }
}
