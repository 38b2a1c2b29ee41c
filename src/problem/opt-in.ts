import { errorOfFault, jwtFault, type Recogniser, validationFault, zodFault } from '../errors/index.ts';
import { integer, readOptions } from '../kernel/index.ts';
import type { ErrorMapper } from './mappers.ts';

const mapperOf =
  (recogniser: Recogniser): ErrorMapper =>
  (error) => {
    const fault = recogniser(error);
    return fault === undefined ? undefined : errorOfFault(fault, error);
  };

/**
 * A mapper for `mapErrors` that answers 401 `token-expired` or `invalid-token` to what jsonwebtoken and jose say of a bad
 * token. For apps that verify with them the tokens of their callers, and no others.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export const jwtErrors = (): ErrorMapper => mapperOf(jwtFault);

/**
 * A mapper for `mapErrors` that answers 422 with the list of faults to errors of zod. For apps that parse with it what
 * their callers send, and nothing else; `validate()` needs no mapper.
 */
export const zodErrors = (): ErrorMapper => mapperOf(zodFault);

/** Options of `validatorErrors()`. */
export interface ValidatorErrorsOptions {
  /** Status of the answer, 400 to 499. @default 422 */
  readonly status?: number | undefined;
}

interface ValidatorErrorsSettings {
  readonly status: number;
}

/** The defaults of `validatorErrors()`. */
export const VALIDATOR_ERRORS_DEFAULTS: ValidatorErrorsSettings = Object.freeze({ status: 422 });

/**
 * A mapper for `mapErrors` that answers errors of validation libraries (express-validator, celebrate, joi, ajv, yup,
 * valibot, class-validator) with a status of the app's choice.
 *
 * @throws TypeError or RangeError for an option that is unknown or wrong
 * @example
 * problemHandler({ mapErrors: [validatorErrors({ status: 400 })] });
 */
export const validatorErrors = (options?: ValidatorErrorsOptions): ErrorMapper => {
  const where = { where: 'validatorErrors' };
  const { status } = readOptions<ValidatorErrorsSettings>(where, options, VALIDATOR_ERRORS_DEFAULTS, {
    status: integer(400, 499),
  });
  return mapperOf((error) => {
    const fault = validationFault(error);
    return fault === undefined ? undefined : { ...fault, status };
  });
};
