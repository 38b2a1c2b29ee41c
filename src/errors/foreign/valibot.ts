import { readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { type FoundFault, faultList, isListOf, itemsOf, keysOf, messageOf } from './fault-list.ts';
import { TRAIT } from './traits.ts';

const KINDS: ReadonlySet<unknown> = new Set(['schema', 'validation', 'transformation']);

const isIssue = (item: unknown): boolean =>
  KINDS.has(readSafely(item, 'kind')) &&
  typeof readSafely(item, 'type') === 'string' &&
  typeof readSafely(item, 'received') === 'string';

const toFound = (item: unknown): FoundFault => ({
  part: 'body',
  path: keysOf(itemsOf(readSafely(item, 'path')).map((segment) => readSafely(segment, 'key'))),
  message: messageOf(item),
});

const valuesIn = (item: unknown): unknown => [
  readSafely(item, 'input'),
  // The first segment holds the whole of what was validated.
  readSafely(itemsOf(readSafely(item, 'path'))[0], 'input'),
];

/** Recognises valibot's `ValiError` by its issues. */
export const valibotFault = knownBy(TRAIT.issues, (error) => {
  const issues = readSafely(error, 'issues');
  if (!isListOf(issues, isIssue)) return undefined;
  const items = itemsOf(issues);
  return faultList(items.map(toFound), valuesIn(items[0]));
});
