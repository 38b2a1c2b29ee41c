import { readSafely } from '../../kernel/index.ts';
import { publicDetail } from '../fault-detail.ts';
import { firstItems, namedPath, toName, toPointer } from '../fault-place.ts';
import { type SubmittedTexts, submittedTexts } from '../submitted-texts.ts';
import type { RequestFault } from '../validation.ts';
import type { ForeignFault } from './fault.ts';

/** The most faults that one answer lists. */
const MAX_FAULTS = 100;
const MAX_DEPTH = 32;
const MAX_PATH_LENGTH = 1_000;

/** One fault as a library tells of it. */
export interface FoundFault {
  /** The part of the request; `body` where the library does not know. */
  readonly part: 'body' | 'headers' | 'params' | 'query';
  readonly path: readonly string[];
  /** The library's own words, which may quote what was submitted. */
  readonly message: unknown;
}

/** Items of a list, at most one more than an answer shows; of anything else, and of a hostile list, none. */
export const itemsOf = (list: unknown): readonly unknown[] => {
  try {
    return Array.isArray(list) ? firstItems(list, MAX_FAULTS + 1) : [];
  } catch {
    // A revoked proxy, or a getter that throws.
    return [];
  }
};

/** Whether `list` is a list with items, all of which pass `test`. */
export const isListOf = (list: unknown, test: (item: unknown) => boolean): boolean => {
  const items = itemsOf(list);
  return items.length > 0 && items.every(test);
};

/** Segments of a path that is a list of keys. */
export const keysOf = (path: unknown): readonly string[] =>
  itemsOf(path)
    .slice(0, MAX_DEPTH)
    .filter((key) => typeof key === 'string' || typeof key === 'number')
    .map(String);

/** Segments of a path in text form: `items[0].sku`, `["a.b"].c`. */
export const parsePath = (path: unknown): readonly string[] => {
  if (typeof path !== 'string') return [];
  const segments = path.slice(0, MAX_PATH_LENGTH).matchAll(/\["([^"]*)"\]|[^.[\]]+/g);
  return Array.from(segments, ([plain, quoted]) => quoted ?? plain).slice(0, MAX_DEPTH);
};

/** Segments of a JSON Pointer: `/items/0/sku` (RFC 6901 §3). */
export const parsePointer = (pointer: unknown): readonly string[] => {
  if (typeof pointer !== 'string') return [];
  const segments = pointer
    .slice(0, MAX_PATH_LENGTH)
    .split('/')
    .slice(1, MAX_DEPTH + 1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
};

/** Texts in what an error carries of the submitted data; what cannot be read counts as too much to look at. */
export const textsIn = (values: unknown): SubmittedTexts => {
  try {
    return submittedTexts(values);
  } catch {
    return undefined;
  }
};

const toFault = ({ part, path, message }: FoundFault, submitted: SubmittedTexts): RequestFault => {
  const named = namedPath(path);
  // Libraries put the whole path into their words, and with it a key that is no name.
  const detail = publicDetail(named.length === path.length ? message : undefined, submitted);
  return part === 'body' ? { detail, pointer: toPointer(named) } : { detail, in: part, name: toName(named) };
};

const summary = (count: number): string => {
  if (count > MAX_FAULTS)
    return `The request is not valid: more than ${MAX_FAULTS} faults, the first ${MAX_FAULTS} are listed`;
  return `The request is not valid: ${count === 1 ? '1 fault' : `${count} faults`}`;
};

/**
 * What a request with these faults is answered with: 422 and a list, in which nothing stands of `values`.
 *
 * @param values what the error carries of the submitted data
 */
export const faultList = (found: readonly FoundFault[], values: unknown): ForeignFault => {
  const submitted = textsIn(values);
  const errors = found.slice(0, MAX_FAULTS).map((each) => toFault(each, submitted));
  return errors.length === 0
    ? { status: 422, detail: 'The request is not valid' }
    : { status: 422, detail: summary(found.length), extensions: { errors } };
};

/** The `message` of one item. */
export const messageOf = (item: unknown): unknown => readSafely(item, 'message');
