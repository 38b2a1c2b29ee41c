import { readSafely } from '../../kernel/index.ts';
import { toPointer } from '../fault-place.ts';
import { isObject, readText } from './dependency-fault.ts';
import type { ForeignFault, Recogniser } from './fault.ts';

const MAX_FAULTS = 100;
const MAX_PATH = 256;

const pathFault = (path: unknown, isMissing: boolean) => ({
  detail: isMissing ? 'This value is required.' : 'This value is not allowed.',
  ...(typeof path === 'string' && path !== '' && path.length <= MAX_PATH
    ? { pointer: toPointer(path.split('.')) }
    : {}),
});

const invalid = (errors: readonly object[]): ForeignFault => ({
  status: 422,
  detail: 'The request is not valid.',
  extensions: { errors },
});

const valuesOf = (value: unknown): readonly unknown[] => {
  try {
    return isObject(value) ? Object.values(value).slice(0, MAX_FAULTS) : [];
  } catch {
    // A hostile proxy, or a throwing getter.
    return [];
  }
};

/** Mongoose: a map of errors, each with its `kind` and `path`. Their messages quote values. */
export const mongooseValidationFault: Recogniser = (error) => {
  const isValidation =
    readSafely(error, 'name') === 'ValidationError' && readText(error, '_message') !== undefined;
  const errors = valuesOf(readSafely(error, 'errors')).filter(
    (each) => readText(each, 'kind') !== undefined && readText(each, 'path') !== undefined,
  );
  if (!isValidation || errors.length === 0) return undefined;
  return invalid(
    errors.map((each) => pathFault(readSafely(each, 'path'), readSafely(each, 'kind') === 'required')),
  );
};

/** Sequelize: a list of errors, each with the `path` of its attribute. */
export const sequelizeValidationFault: Recogniser = (error) => {
  const errors = readSafely(error, 'errors');
  if (readSafely(error, 'name') !== 'SequelizeValidationError' || !Array.isArray(errors)) return undefined;
  const faults = errors
    .slice(0, MAX_FAULTS)
    .map((each) => pathFault(readSafely(each, 'path'), readSafely(each, 'type') === 'notNull Violation'));
  return faults.length === 0 ? undefined : invalid(faults);
};
