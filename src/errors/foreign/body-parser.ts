import { readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { readHttpError } from './http-error.ts';
import { TRAIT } from './traits.ts';

/** Kinds that body-parser and raw-body set as `type`. Their messages may quote the body, so none of them is used. */
const DETAILS: ReadonlyMap<string, string> = new Map([
  ['charset.unsupported', 'The character set of the request body is not supported.'],
  ['encoding.unsupported', 'The content encoding of the request body is not supported.'],
  ['entity.parse.failed', 'The request body cannot be parsed.'],
  ['entity.too.large', 'The request body is larger than allowed.'],
  ['entity.verify.failed', 'The request body was refused.'],
  ['parameters.too.many', 'The request body has too many parameters.'],
  ['querystring.parse.rangeError', 'The request body is nested too deeply.'],
  ['request.aborted', 'The request body is incomplete.'],
  ['request.size.invalid', 'The length of the request body differs from Content-Length.'],
]);

const INFLATED: ReadonlySet<unknown> = new Set(['deflate', 'gzip']);

/** What to send instead (RFC 9110 §12.5.3): one of these was refused only if `inflate` is off. */
const acceptEncoding = (error: unknown): Readonly<Record<string, string>> => ({
  'Accept-Encoding': INFLATED.has(readSafely(error, 'encoding')) ? 'identity' : 'gzip, deflate',
});

const isZlibCode = (code: unknown): boolean => typeof code === 'string' && code.startsWith('Z_');

/**
 * Recognises errors of body-parser (`express.json()` and its siblings) by their dotted `type`, and broken compression,
 * which has none, by zlib's code.
 */
export const bodyParserFault = knownBy(TRAIT.status, (error) => {
  const shape = readHttpError(error);
  if (shape === undefined) return undefined;
  const { status, type } = shape;
  if (status === 400 && type === undefined && isZlibCode(readSafely(error, 'code')))
    return { status, code: 'malformed-encoding', detail: 'The request body cannot be decompressed.' };
  const detail = type === undefined ? undefined : DETAILS.get(type);
  if (detail === undefined) return undefined;
  if (type === 'entity.parse.failed' && readSafely(error, 'name') === 'SyntaxError')
    return { status, code: 'malformed-json', detail: 'The request body is not valid JSON.' };
  if (type === 'encoding.unsupported') return { status, detail, headers: acceptEncoding(error) };
  const limit = type === 'entity.too.large' ? readSafely(error, 'limit') : undefined;
  return typeof limit === 'number' && Number.isFinite(limit)
    ? { status, detail, extensions: { limit } }
    : { status, detail };
});
