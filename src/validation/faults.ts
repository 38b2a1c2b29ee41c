import {
  firstItems,
  namedPath,
  publicDetail,
  type RequestFault,
  type SubmittedTexts,
  toName,
  toPointer,
} from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';

/** The parts of a request that can be validated, in the order in which their faults are listed. */
export const REQUEST_PARTS = ['params', 'query', 'headers', 'body'] as const;

/** One of them. */
export type RequestPart = (typeof REQUEST_PARTS)[number];

const MAX_DEPTH = 32;
const UNKNOWN_MEMBER = 'No such member is known';

const segmentsOf = (issue: unknown): readonly unknown[] => {
  const path = readSafely(issue, 'path');
  return Array.isArray(path) ? firstItems(path, MAX_DEPTH) : [];
};

const keyOf = (segment: unknown): string =>
  String(typeof segment === 'object' && segment !== null ? readSafely(segment, 'key') : segment);

/**
 * An issue as one issue for each place. zod tells of all unknown members in one issue of the object they stand in, whose
 * message quotes them.
 */
export const splitIssue = (issue: unknown): readonly unknown[] => {
  const keys = readSafely(issue, 'keys');
  if (readSafely(issue, 'code') !== 'unrecognized_keys' || !Array.isArray(keys) || keys.length === 0)
    return [issue];
  const given = String(readSafely(issue, 'message'));
  const message = keys.some((key) => given.includes(String(key))) ? UNKNOWN_MEMBER : given;
  const path = segmentsOf(issue);
  return keys.map((key: unknown) => ({ message, path: [...path, key] }));
};

/** One issue of a schema as a fault of the request: where, and what is wrong, without the submitted value. */
export const toFault = (part: RequestPart, issue: unknown, submitted: SubmittedTexts): RequestFault => {
  const path = namedPath(segmentsOf(issue).map(keyOf));
  const detail = publicDetail(readSafely(issue, 'message'), submitted);
  return part === 'body' ? { detail, pointer: toPointer(path) } : { detail, in: part, name: toName(path) };
};
