import { isArray, readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { type FoundFault, faultList, isListOf, itemsOf, messageOf, parsePath } from './fault-list.ts';
import { TRAIT } from './traits.ts';

const isText = (value: unknown): boolean => typeof value === 'string';

const isYupError = (error: unknown): boolean =>
  readSafely(error, 'name') === 'ValidationError' &&
  isArray(readSafely(error, 'inner')) &&
  isListOf(readSafely(error, 'errors'), isText);

const toFound = (error: unknown): FoundFault => ({
  part: 'body',
  path: parsePath(readSafely(error, 'path')),
  message: messageOf(error),
});

const valuesIn = (error: unknown): unknown => [
  readSafely(error, 'value'),
  readSafely(readSafely(error, 'params'), 'originalValue'),
];

/** Recognises yup's `ValidationError`: with `abortEarly: false` it holds one of its kind for each fault. */
export const yupFault = knownBy(TRAIT.errors, (error) => {
  if (!isYupError(error)) return undefined;
  const inner = itemsOf(readSafely(error, 'inner'));
  const each = inner.length > 0 ? inner : [error];
  return faultList(each.map(toFound), [valuesIn(error), each.map(valuesIn)]);
});
