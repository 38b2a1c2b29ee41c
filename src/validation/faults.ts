import { publicDetail, type RequestFault, type SubmittedTexts, toName, toPointer } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';

/** The parts of a request that can be validated. */
export const REQUEST_PARTS = ['params', 'query', 'body'] as const;

/** One of them. */
export type RequestPart = (typeof REQUEST_PARTS)[number];

const MAX_DEPTH = 32;

const keyOf = (segment: unknown): string =>
  String(typeof segment === 'object' && segment !== null ? readSafely(segment, 'key') : segment);

const pathOf = (issue: unknown): readonly string[] => {
  const path = readSafely(issue, 'path');
  return Array.isArray(path) ? path.slice(0, MAX_DEPTH).map(keyOf) : [];
};

/** One issue of a schema as a fault of the request: where, and what is wrong, without the submitted value. */
export const toFault = (part: RequestPart, issue: unknown, submitted: SubmittedTexts): RequestFault => {
  const path = pathOf(issue);
  const detail = publicDetail(readSafely(issue, 'message'), submitted);
  return part === 'body' ? { detail, pointer: toPointer(path) } : { detail, in: part, name: toName(path) };
};
