import { errorOfFault, isCastError } from '../errors/index.ts';
import { type Check, readOptions } from '../kernel/index.ts';
import type { ErrorMapper } from './mappers.ts';

/** Options of `mongooseErrors()`. */
export interface MongooseErrorsOptions {
  /**
   * Status of a value that cannot be cast: 404 suits an app that only casts ids of its paths.
   * @default 400
   */
  readonly castError?: 400 | 404 | undefined;
}

const DEFAULTS: { readonly castError: 400 | 404 } = Object.freeze({ castError: 400 });

const STATUS: Check = {
  expects: '400 or 404',
  type: (value) => typeof value === 'number',
  range: (value) => value === 400 || value === 404,
};

/**
 * A mapper for `mapErrors` that decides what Mongoose's CastError is answered with. Everything else of Mongoose is
 * recognised without it.
 *
 * @throws TypeError or RangeError for an option that is unknown or wrong
 * @example
 * problemHandler({ mapErrors: [mongooseErrors({ castError: 404 })] });
 */
export const mongooseErrors = (options?: MongooseErrorsOptions): ErrorMapper => {
  const site = { where: 'mongooseErrors' };
  const { castError: status } = readOptions(site, options, DEFAULTS, { castError: STATUS });
  const detail = status === 400 ? 'A value of the request is of the wrong kind.' : undefined;
  return (error) => (isCastError(error) ? errorOfFault({ status, detail }, error) : undefined);
};
