import { isArray, readSafely } from '../../kernel/index.ts';
import { isObject } from './dependency-fault.ts';
import { knownBy } from './fault.ts';
import { type FoundFault, faultList, isListOf, itemsOf } from './fault-list.ts';
import { thrownList } from './thrown-list.ts';
import { TRAIT } from './traits.ts';

const MAX_DEPTH = 16;
const MAX_FOUND = 101;

const isIssue = (item: unknown): boolean =>
  typeof readSafely(item, 'property') === 'string' &&
  (isObject(readSafely(item, 'constraints')) || isArray(readSafely(item, 'children')));

const messagesOf = (item: unknown): readonly unknown[] => {
  const constraints = readSafely(item, 'constraints');
  try {
    return isObject(constraints) ? Object.values(constraints) : [];
  } catch {
    // A hostile proxy.
    return [];
  }
};

/** Faults of a tree: each node has faults of its own, or those of the members below it. */
const collect = (items: unknown, above: readonly string[], found: FoundFault[]): void => {
  for (const item of itemsOf(items)) {
    if (found.length >= MAX_FOUND || above.length >= MAX_DEPTH) return;
    const path = [...above, String(readSafely(item, 'property'))];
    found.push(...messagesOf(item).map((message) => ({ part: 'body', path, message }) as const));
    collect(readSafely(item, 'children'), path, found);
  }
};

/** Recognises the list of errors that class-validator's `validateOrReject` rejects with; the list is no Error itself. */
export const classValidatorFault = knownBy(TRAIT.list | TRAIT.cause, (error) => {
  const list = thrownList(error);
  if (!isListOf(list, isIssue)) return undefined;
  const found: FoundFault[] = [];
  collect(list, [], found);
  const values = itemsOf(list).map((item) => [readSafely(item, 'target'), readSafely(item, 'value')]);
  return faultList(found, values);
});
