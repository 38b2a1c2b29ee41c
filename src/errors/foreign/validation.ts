import { isBreakwaterError } from '../base.ts';
import { ajvFault } from './ajv.ts';
import { classValidatorFault } from './class-validator.ts';
import { mongooseValidationFault, sequelizeValidationFault } from './document-fault.ts';
import { expressValidatorFault } from './express-validator.ts';
import { firstOf } from './fault.ts';
import { celebrateFault, joiFault } from './joi.ts';
import { valibotFault } from './valibot.ts';
import { yupFault } from './yup.ts';
import { zodFault } from './zod.ts';

/** Those that say that the request is not valid, and where: an app may choose another status than 422 for all of them. */
export const validationFault = firstOf(
  expressValidatorFault,
  celebrateFault,
  joiFault,
  ajvFault,
  yupFault,
  valibotFault,
  classValidatorFault,
);

/** Also those that are not the caller's in every app: their words quote data all the same. */
const listingFault = firstOf(validationFault, zodFault, mongooseValidationFault, sequelizeValidationFault);

const MAX_PLACES = 20;

/** Where one listed fault is: its pointer, or part and name. */
const placeOf = (fault: Readonly<Record<string, unknown>>): string =>
  typeof fault.pointer === 'string' ? fault.pointer : `${fault.in ?? 'body'} ${fault.name ?? ''}`.trim();

/**
 * What a log says of an error that a validation library made, in place of its own words, which quote what was submitted:
 * `3 faults: #/a, #/b, query page`. `undefined` for all other errors. Never throws.
 */
export const faultSummary = (error: unknown): string | undefined => {
  // Those of ours are made of public words.
  const fault = isBreakwaterError(error) ? undefined : listingFault(error);
  if (fault === undefined) return undefined;
  const errors = fault.extensions?.errors;
  const faults: readonly Readonly<Record<string, unknown>>[] = Array.isArray(errors) ? errors : [];
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  const places = [...new Set(faults.map(placeOf))];
  const more = places.length > MAX_PLACES ? ', …' : '';
  return `${count}: ${places.slice(0, MAX_PLACES).join(', ')}${more}`;
};
