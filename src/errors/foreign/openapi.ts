import { readSafely } from '../../kernel/index.ts';
import { isErrorStatus } from '../status.ts';
import { knownBy } from './fault.ts';
import { type FoundFault, faultList, isListOf, itemsOf, messageOf, parsePointer } from './fault-list.ts';
import { TRAIT } from './traits.ts';

/** Names of express-openapi-validator's errors: status phrases, with spaces. */
const NAMES: ReadonlySet<unknown> = new Set([
  'Bad Request',
  'Forbidden',
  'Internal Server Error',
  'Method Not Allowed',
  'Not Acceptable',
  'Not Found',
  'Request Entity Too Large',
  'Unauthorized',
  'Unsupported Media Type',
]);

const PARTS: ReadonlyMap<string | undefined, FoundFault['part']> = new Map([
  ['body', 'body'],
  ['query', 'query'],
  ['params', 'params'],
  ['headers', 'headers'],
  ['cookies', 'headers'],
]);

const isIssue = (item: unknown): boolean =>
  typeof readSafely(item, 'message') === 'string' && readSafely(item, 'path') !== null;

const toFound = (item: unknown): FoundFault => {
  const [first, ...path] = parsePointer(readSafely(item, 'path'));
  return {
    part: PARTS.get(first) ?? 'body',
    path: first === 'cookies' ? ['cookie', ...path] : path,
    message: messageOf(item),
  };
};

const isOfPart = (item: unknown): boolean => PARTS.has(parsePointer(readSafely(item, 'path'))[0]);

/**
 * Recognises errors of express-openapi-validator: a status, a path, and errors which say where in the request. Only those
 * of a request that is not valid are listed: of the others, path and message repeat the URL.
 */
export const openapiFault = knownBy(TRAIT.status, (error) => {
  const status = readSafely(error, 'status');
  const errors = readSafely(error, 'errors');
  if (!NAMES.has(readSafely(error, 'name')) || !isErrorStatus(status) || !isListOf(errors, isIssue))
    return undefined;
  const headers = readSafely(error, 'headers');
  const answer = { status, headers: typeof headers === 'object' && headers !== null ? headers : undefined };
  const listed = itemsOf(errors).filter(isOfPart);
  if (readSafely(error, 'name') !== 'Bad Request' || status >= 500 || listed.length === 0) return answer;
  return { ...faultList(listed.map(toFound), []), ...answer };
});
