import { parseHttpDate } from './dates.ts';
import { fieldValue, type HeaderFields } from './fields.ts';
import { endToEnd } from './hop-by-hop.ts';
import type { RequestFields } from './request-rules.ts';
import type { StoredAnswer } from './stored-answer.ts';

/** Request headers that make a request conditional. */
const CONDITIONS: readonly string[] = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
];

/** Whether whoever asks has a condition of its own, or wants a part only. */
export const isConditional = (headers: RequestFields): boolean =>
  CONDITIONS.some((name) => headers[name] !== undefined);

/** Whether a cache can weigh the conditions of a request: those of the other headers are for the origin. */
export const isWeighable = (headers: RequestFields): boolean =>
  ['if-match', 'if-unmodified-since', 'if-range'].every((name) => headers[name] === undefined);

/** Whether an answer has anything by which the origin can confirm it. */
export const hasValidator = (headers: HeaderFields): boolean =>
  headers.etag !== undefined || headers['last-modified'] !== undefined;

/**
 * The headers that ask the origin whether a stored answer is still good; none where it has nothing to be asked by.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.3.1
 */
export const conditionsOf = ({ headers }: Pick<StoredAnswer, 'headers'>): RequestFields => {
  const etag = fieldValue(headers, 'etag');
  const lastModified = fieldValue(headers, 'last-modified');
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
};

const opaqueTag = (tag: string): string => tag.trim().replace(/^W\//, '');
const TAGS = /(?:W\/)?"[^"]*"/g;

/**
 * Whether whoever asks has the stored answer already, by its own conditions: then a 304 is the answer.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.3.2
 */
export const isNotModified = (
  request: RequestFields,
  { headers, status }: Pick<StoredAnswer, 'headers' | 'status'>,
  now: number,
): boolean => {
  const { 'if-none-match': noneMatch, 'if-modified-since': modifiedSince } = request;
  if (status !== 200) return false;
  if (noneMatch !== undefined) {
    const etag = fieldValue(headers, 'etag');
    if (noneMatch.trim() === '*') return true;
    const tags = (noneMatch.match(TAGS) ?? []).map(opaqueTag);
    return etag !== undefined && tags.includes(opaqueTag(etag));
  }
  const since = parseHttpDate(modifiedSince ?? '', now);
  const modified = parseHttpDate(
    fieldValue(headers, 'last-modified') ?? fieldValue(headers, 'date') ?? '',
    now,
  );
  return since !== undefined && modified !== undefined && modified <= since;
};

/** Headers of a 304 that say nothing of the answer it confirms: that one was decoded, and its body did not come again. */
const OF_THE_BODY: readonly string[] = ['content-length', 'content-encoding', 'content-range'];

/** Headers of a 304 to the one who asked; the rest would describe a body that does not come (RFC 9110 §15.4.5). */
const OF_A_304: readonly string[] = [
  'cache-control',
  'content-location',
  'date',
  'etag',
  'expires',
  'last-modified',
  'vary',
];

/** What a 304 says of a stored answer. */
export const notModifiedHeaders = (headers: HeaderFields): HeaderFields =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => OF_A_304.includes(name)));

/**
 * The headers of a stored answer, renewed by those of the 304 that confirmed it.
 *
 * @param isShared whether more than one user is served what is kept: then no cookie is
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3.2
 */
export const renewHeaders = (
  stored: HeaderFields,
  confirmed: HeaderFields,
  isShared: boolean,
): HeaderFields => {
  const fresh = Object.entries(endToEnd(confirmed)).filter(
    ([name]) => !OF_THE_BODY.includes(name) && !(isShared && name === 'set-cookie'),
  );
  // How old it is, the origin says now or not at all.
  const { age: _old, ...rest } = stored;
  return { ...rest, ...Object.fromEntries(fresh) };
};
