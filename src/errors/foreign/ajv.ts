import { readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { type FoundFault, faultList, isListOf, itemsOf, messageOf, parsePointer } from './fault-list.ts';
import { thrownList } from './thrown-list.ts';
import { TRAIT } from './traits.ts';

const isIssue = (item: unknown): boolean =>
  typeof readSafely(item, 'instancePath') === 'string' &&
  typeof readSafely(item, 'schemaPath') === 'string' &&
  typeof readSafely(item, 'keyword') === 'string';

/** A missing or additional member is named by the parameters alone: the path ends at the object that it belongs to. */
const memberOf = (item: unknown): readonly string[] => {
  const params = readSafely(item, 'params');
  const name = readSafely(params, 'missingProperty') ?? readSafely(params, 'additionalProperty');
  return typeof name === 'string' ? [name] : [];
};

const toFound = (item: unknown): FoundFault => ({
  part: 'body',
  path: [...parsePointer(readSafely(item, 'instancePath')), ...memberOf(item)],
  message: messageOf(item),
});

/** Recognises ajv's `ValidationError` (`ajv: true`), its list of errors on an error of the app's own, and the bare list thrown. */
export const ajvFault = knownBy(TRAIT.errors | TRAIT.list | TRAIT.cause, (error) => {
  const errors = readSafely(error, 'errors');
  const list = isListOf(errors, isIssue) ? errors : thrownList(error);
  if (!isListOf(list, isIssue)) return undefined;
  const items = itemsOf(list);
  // Only `verbose: true` adds the data.
  return faultList(
    items.map(toFound),
    items.map((item) => readSafely(item, 'data')),
  );
});
