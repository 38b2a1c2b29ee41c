import { fieldValue, type HeaderFields } from './fields.ts';

/** Methods that change nothing (RFC 9110 §9.2.1). */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/** Whether a method may change what others have read. */
export const isUnsafe = (method: string): boolean => !SAFE_METHODS.includes(method);

const resolve = (reference: string, base: string): URL | undefined =>
  URL.canParse(reference, base) ? new URL(reference, base) : undefined;

/**
 * The URLs of which nothing kept is to be used any more, after an unsafe request was answered without an error: its own,
 * and those that the answer names in `Location` and `Content-Location` if they are of the same origin.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.4
 */
export const changedUrls = (target: URL, headers: HeaderFields): readonly string[] => {
  const named = ['location', 'content-location']
    .map((name) => fieldValue(headers, name))
    .map((reference) => (reference === undefined ? undefined : resolve(reference, target.href)))
    .filter((url) => url !== undefined && url.origin === target.origin)
    .map((url) => url?.href ?? '');
  return [...new Set([target.href, ...named])];
};
