import { readSafely } from '../kernel/index.ts';

/** Methods of RFC 9110 §9, RFC 5789 (PATCH) and the QUERY draft: those that OpenTelemetry's conventions name. */
const KNOWN: ReadonlySet<unknown> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);

/**
 * The method of a request; `_OTHER` for one that is none of the usual, so that the field has few values.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#method
 */
export const methodOf = (request: unknown): string | undefined => {
  const method = readSafely(request, 'method');
  if (typeof method !== 'string') return undefined;
  return KNOWN.has(method) ? method : '_OTHER';
};
