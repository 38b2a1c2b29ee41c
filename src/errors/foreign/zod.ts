import { isArray, readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { type FoundFault, faultList, isListOf, itemsOf, keysOf, messageOf } from './fault-list.ts';
import { TRAIT } from './traits.ts';

const NAMES: ReadonlySet<unknown> = new Set(['ZodError', 'ZodRealError', '$ZodError']);

const isIssue = (item: unknown): boolean =>
  typeof readSafely(item, 'code') === 'string' &&
  isArray(readSafely(item, 'path')) &&
  typeof readSafely(item, 'message') === 'string';

const toFound = (item: unknown): FoundFault => ({
  part: 'body',
  path: keysOf(readSafely(item, 'path')),
  message: messageOf(item),
});

const valuesIn = (item: unknown): unknown => [
  // zod 4 with `reportInput`.
  readSafely(item, 'input'),
  // The value in zod 3, except where it is the name of a type.
  readSafely(item, 'code') === 'invalid_type' ? undefined : readSafely(item, 'received'),
];

/**
 * Recognises errors of zod 3, zod 4 and zod mini by their issues. Not for every app: what an app parses with zod may as
 * well be another server's answer or its own settings, whose faults are not the caller's.
 */
export const zodFault = knownBy(TRAIT.issues, (error) => {
  const issues = readSafely(error, 'issues');
  if (!NAMES.has(readSafely(error, 'name')) || !isListOf(issues, isIssue)) return undefined;
  const items = itemsOf(issues);
  return faultList(items.map(toFound), items.map(valuesIn));
});
