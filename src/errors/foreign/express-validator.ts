import { isArray, readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { type FoundFault, faultList, isListOf, itemsOf, parsePath } from './fault-list.ts';
import { TRAIT } from './traits.ts';

const PARTS: ReadonlyMap<unknown, FoundFault['part']> = new Map([
  ['body', 'body'],
  ['query', 'query'],
  ['params', 'params'],
  ['headers', 'headers'],
  ['cookies', 'headers'],
]);

const isFieldError = (item: unknown): boolean =>
  PARTS.has(readSafely(item, 'location')) && typeof readSafely(item, 'path') === 'string';

/** The fields behind one error: itself, those of `oneOf()`, those of `checkExact()`. */
const fieldsOf = (item: unknown): readonly unknown[] => {
  if (isFieldError(item)) return [item];
  const fields = readSafely(item, 'fields');
  if (isArray(fields)) return itemsOf(fields);
  return itemsOf(readSafely(item, 'nestedErrors')).flatMap((each) =>
    isArray(each) ? itemsOf(each) : [each],
  );
};

const isError = (item: unknown): boolean =>
  typeof readSafely(item, 'type') === 'string' && fieldsOf(item).some(isFieldError);

const toFound = (field: unknown, message: unknown): FoundFault => {
  const location = readSafely(field, 'location');
  const path = parsePath(readSafely(field, 'path'));
  return {
    part: PARTS.get(location) ?? 'body',
    path: location === 'cookies' ? ['cookie', ...path] : path,
    // Fields of checkExact() have no message of their own.
    message: readSafely(field, 'msg') ?? message,
  };
};

/** Recognises what `validationResult(req).throw()` of express-validator throws. */
export const expressValidatorFault = knownBy(TRAIT.errors, (error) => {
  const errors = readSafely(error, 'errors');
  if (typeof readSafely(error, 'array') !== 'function' || !isListOf(errors, isError)) return undefined;
  const found = itemsOf(errors).map((item) => ({
    fields: fieldsOf(item).filter(isFieldError),
    message: readSafely(item, 'msg'),
  }));
  return faultList(
    found.flatMap(({ fields, message }) => fields.map((field) => toFound(field, message))),
    found.flatMap(({ fields }) => fields.map((field) => readSafely(field, 'value'))),
  );
});
