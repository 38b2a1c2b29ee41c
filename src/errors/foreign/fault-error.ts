import { brandSymbol, hasBrand } from '../../kernel/index.ts';
import type { BreakwaterError, BreakwaterErrorOptions, ErrorDefinition } from '../base.ts';
import { branded, named } from '../base.ts';
import { BusinessError, TechnicalError } from '../branches.ts';
import type { ForeignFault } from './fault.ts';

const RECOGNISED = brandSymbol('error.recognised');

class RecognisedBusinessError extends BusinessError {
  static {
    named(RecognisedBusinessError, 'RecognisedBusinessError');
    branded(RecognisedBusinessError, RECOGNISED);
  }
}

class RecognisedTechnicalError extends TechnicalError {
  static {
    named(RecognisedTechnicalError, 'RecognisedTechnicalError');
    branded(RecognisedTechnicalError, RECOGNISED);
  }
}

const definitionOf = ({ status, code, title }: ForeignFault): ErrorDefinition =>
  code === undefined ? { status } : { status, code, title };

/** The error of ours that says what `fault` says, for mappers that an app opts into. */
export const errorOfFault = (fault: ForeignFault, cause: unknown): BreakwaterError => {
  const options: BreakwaterErrorOptions = {
    cause,
    publicDetail: fault.detail,
    extensions: fault.extensions,
    // The final handler reads headers of every error as if they were foreign.
    headers: fault.headers as Readonly<Record<string, string>> | undefined,
    retryAfterMs: fault.retryAfterMs,
    retryable: fault.retryable,
  };
  return fault.status < 500
    ? new RecognisedBusinessError(definitionOf(fault), fault.detail, options)
    : new RecognisedTechnicalError(definitionOf(fault), undefined, options);
};

/** Whether `error` only says what a recogniser found, of whichever copy of this package. */
export const isRecognisedError = (error: unknown): boolean => hasBrand(error, RECOGNISED);
