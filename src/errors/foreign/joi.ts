import { types } from 'node:util';
import { isArray, readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { type FoundFault, faultList, isListOf, itemsOf, keysOf, messageOf } from './fault-list.ts';
import { TRAIT } from './traits.ts';

const isJoiError = (error: unknown): boolean =>
  readSafely(error, 'isJoi') === true &&
  isListOf(
    readSafely(error, 'details'),
    (item) => isArray(readSafely(item, 'path')) && typeof readSafely(item, 'type') === 'string',
  );

const foundIn = (error: unknown, part: FoundFault['part'], prefix: readonly string[] = []): FoundFault[] =>
  itemsOf(readSafely(error, 'details')).map((item) => ({
    part,
    path: [...prefix, ...keysOf(readSafely(item, 'path'))],
    message: messageOf(item),
  }));

const valuesIn = (error: unknown): readonly unknown[] => [
  readSafely(error, '_original'),
  ...itemsOf(readSafely(error, 'details')).map((item) => readSafely(readSafely(item, 'context'), 'value')),
];

/** Recognises joi's `ValidationError` by its mark and its details. */
export const joiFault = knownBy(TRAIT.details, (error) =>
  isJoiError(error) ? faultList(foundIn(error, 'body'), valuesIn(error)) : undefined,
);

interface Segment {
  readonly part: FoundFault['part'];
  readonly prefix?: readonly string[];
}

/** Segments of celebrate, in the order in which faults are listed. */
const SEGMENTS: readonly (readonly [string, Segment])[] = [
  ['params', { part: 'params' }],
  ['query', { part: 'query' }],
  ['headers', { part: 'headers' }],
  ['cookies', { part: 'headers', prefix: ['cookie'] }],
  ['signedCookies', { part: 'headers', prefix: ['cookie'] }],
  ['body', { part: 'body' }],
];

/** A Map may be one of another realm, which no `instanceof` knows; one of a class of its own may say anything. */
const detailsOf = (details: ReadonlyMap<unknown, unknown>, segment: string): unknown =>
  Map.prototype.get.call(details, segment);

/** Recognises celebrate's error: a Map of joi's errors by the part of the request. */
export const celebrateFault = knownBy(TRAIT.details, (error) => {
  const details = readSafely(error, 'details');
  if (!types.isMap(details)) return undefined;
  const parts = SEGMENTS.map(([name, segment]) => ({ ...segment, joi: detailsOf(details, name) }));
  const failed = parts.filter(({ joi }) => isJoiError(joi));
  if (failed.length === 0) return undefined;
  return faultList(
    failed.flatMap(({ part, prefix, joi }) => foundIn(joi, part, prefix)),
    failed.map(({ joi }) => valuesIn(joi)),
  );
});
