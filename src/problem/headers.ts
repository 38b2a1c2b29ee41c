import { validateHeaderName, validateHeaderValue } from 'node:http';
import { readSafely } from '../kernel/index.ts';
import type { Report } from './report.ts';

/** Response headers that an error may set, besides those that start with `ratelimit` or `x-ratelimit`. */
const ALLOWED: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-patch',
  'accept-post',
  'allow',
  'content-range',
  'link',
  'proxy-authenticate',
  'retry-after',
  'upgrade',
  'www-authenticate',
]);

/** Headers of the answer that was meant to be given, and that would be wrong on the one that is. */
const LEFTOVERS: ReadonlySet<string> = new Set([
  'accept-ranges',
  'age',
  'cache-control',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'digest',
  'edge-control',
  'etag',
  'expires',
  'last-modified',
  'location',
  'pragma',
  'refresh',
  'repr-digest',
  'signature',
  'signature-input',
  'sourcemap',
  'surrogate-control',
  'trailer',
  'transfer-encoding',
  'x-accel-expires',
  'x-accel-redirect',
  'x-sendfile',
  'x-sourcemap',
]);

/** `CDN-Cache-Control` of RFC 9213, and those of single vendors: `Vercel-CDN-Cache-Control` for one. */
const CDN_CACHE_CONTROL = 'cdn-cache-control';

/** Whether a header that is set already must go before a problem with `status` is answered. */
export const isLeftover = (name: string, status: number): boolean => {
  const key = name.toLowerCase();
  if (key.endsWith(CDN_CACHE_CONTROL)) return true;
  return LEFTOVERS.has(key) && !(key === 'content-range' && status === 416);
};

const isAllowed = (name: string): boolean => {
  if (name.length > MAX_NAME_LENGTH) return false;
  const key = name.toLowerCase();
  return ALLOWED.has(key) || key.startsWith('ratelimit') || key.startsWith('x-ratelimit');
};

/** Bounds of what one error may set: clients refuse answers whose headers have more than 16 kB in all. */
const MAX_HEADERS = 16;
const MAX_NAME_LENGTH = 64;
const MAX_VALUE_LENGTH = 2_048;

const isValid = (name: string, value: string, report: Report): boolean => {
  try {
    if (value.length > MAX_VALUE_LENGTH) throw new RangeError(`The value of ${name} is too long`);
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch (thrown) {
    report('a header of an error was dropped', thrown);
    return false;
  }
};

const namesOf = (given: object, report: Report): readonly string[] => {
  try {
    return Object.keys(given).filter(isAllowed).slice(0, MAX_HEADERS);
  } catch (thrown) {
    report('the headers of an error cannot be read', thrown);
    return [];
  }
};

/** The headers that an error asks for, as far as they are allowed and valid; the others are dropped. */
export const readErrorHeaders = (given: unknown, report: Report): Readonly<Record<string, string>> => {
  if (typeof given !== 'object' || given === null) return {};
  const headers: [string, string][] = [];
  for (const name of namesOf(given, report)) {
    const value = readSafely(given, name);
    const line = typeof value === 'number' ? String(value) : value;
    if (typeof line === 'string' && isValid(name, line, report)) headers.push([name, line]);
  }
  return Object.fromEntries(headers);
};

const MAX_SECONDS = 2_147_483_647;

/**
 * A duration as the value of `Retry-After`: whole seconds, rounded up.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export const retryAfterSeconds = (ms: number): string => String(Math.min(Math.ceil(ms / 1_000), MAX_SECONDS));
