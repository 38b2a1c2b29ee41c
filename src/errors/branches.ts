import { brandSymbol, hasBrand } from '../kernel/index.ts';
import {
  BreakwaterError,
  type BreakwaterErrorOptions,
  branded,
  type ErrorDefinition,
  named,
} from './base.ts';

const BUSINESS = brandSymbol('error.business');
const TECHNICAL = brandSymbol('error.technical');

/**
 * The caller asked for something that cannot be had, and can act on it. Answers 4xx; its message is public.
 *
 * @throws RangeError for a status outside 400 to 499
 */
export abstract class BusinessError extends BreakwaterError {
  static {
    named(BusinessError, 'BusinessError');
    branded(BusinessError, BUSINESS);
  }

  constructor(definition: ErrorDefinition, message?: string, options: BreakwaterErrorOptions = {}) {
    if (definition.status >= 500)
      throw new RangeError('A business error answers 4xx: extend TechnicalError for 5xx');
    super(
      definition,
      message,
      options.publicDetail === undefined && message !== undefined
        ? { ...options, publicDetail: message }
        : options,
    );
  }
}

/**
 * Something failed that the caller cannot mend. Answers 5xx; its message is for the log alone.
 *
 * @throws RangeError for a status outside 500 to 599
 */
export abstract class TechnicalError extends BreakwaterError {
  static {
    named(TechnicalError, 'TechnicalError');
    branded(TechnicalError, TECHNICAL);
  }

  constructor(definition: ErrorDefinition, message?: string, options: BreakwaterErrorOptions = {}) {
    if (definition.status < 500)
      throw new RangeError('A technical error answers 5xx: extend BusinessError for 4xx');
    super(definition, message, options);
  }
}

/** Whether `error` is a business error (4xx, the caller can act), of whichever copy of this package. */
export const isBusinessError = (error: unknown): error is BusinessError => hasBrand(error, BUSINESS);

/** Whether `error` is a technical error (5xx, the caller cannot act), of whichever copy of this package. */
export const isTechnicalError = (error: unknown): error is TechnicalError => hasBrand(error, TECHNICAL);
