import { readSafely } from '../../kernel/index.ts';
import { namedPath, toPointer } from '../fault-place.ts';
import { isObject, readText } from './dependency-fault.ts';
import { type ForeignFault, knownBy } from './fault.ts';
import { TRAIT } from './traits.ts';

const MAX_FAULTS = 100;
const MAX_PATH = 256;

const pathFault = (path: unknown, isMissing: boolean) => ({
  detail: isMissing ? 'This value is required.' : 'This value is not allowed.',
  ...(typeof path === 'string' && path !== '' && path.length <= MAX_PATH
    ? { pointer: toPointer(namedPath(path.split('.'))) }
    : {}),
});

const invalid = (errors: readonly object[]): ForeignFault => ({
  status: 422,
  detail: 'The request is not valid.',
  extensions: { errors },
});

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] => {
  try {
    return isObject(value) ? Object.entries(value).slice(0, MAX_FAULTS) : [];
  } catch {
    // A hostile proxy, or a throwing getter.
    return [];
  }
};

/** Mongoose: a map of errors by their whole paths; the `path` of each begins at its own document. Messages quote values. */
export const mongooseValidationFault = knownBy(TRAIT.errors, (error) => {
  const isValidation =
    readSafely(error, 'name') === 'ValidationError' && readText(error, '_message') !== undefined;
  const errors = entriesOf(readSafely(error, 'errors')).filter(
    ([, each]) => readText(each, 'kind') !== undefined && readText(each, 'path') !== undefined,
  );
  if (!isValidation || errors.length === 0) return undefined;
  return invalid(errors.map(([path, each]) => pathFault(path, readSafely(each, 'kind') === 'required')));
});

/** Sequelize: a list of errors, each with the `path` of its attribute; `bulkCreate()` wraps that of each row. */
export const sequelizeValidationFault = knownBy(TRAIT.errors, (error) => {
  const isRow = readSafely(error, 'name') === 'SequelizeBulkRecordError';
  const known = isRow ? readSafely(error, 'errors') : error;
  const errors = readSafely(known, 'errors');
  if (readSafely(known, 'name') !== 'SequelizeValidationError' || !Array.isArray(errors)) return undefined;
  const faults = errors
    .slice(0, MAX_FAULTS)
    .map((each) => pathFault(readSafely(each, 'path'), readSafely(each, 'type') === 'notNull Violation'));
  return faults.length === 0 ? undefined : invalid(faults);
});
