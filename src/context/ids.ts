import type { IncomingHttpHeaders } from 'node:http';

/** Response and request header of the request id. */
export const REQUEST_ID_HEADER = 'X-Request-ID';
/** Response and request header of the correlation id. */
export const CORRELATION_ID_HEADER = 'X-Correlation-ID';

const WELL_FORMED = /^[A-Za-z0-9._:/+=@~-]{1,128}$/;

/**
 * The first well-formed id among headers of these lower-case names. Node joins a header that was sent twice with a
 * comma, which no well-formed id has: two ids count as none.
 */
export const readId = (headers: IncomingHttpHeaders, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string' && WELL_FORMED.test(value)) return value;
  }
  return undefined;
};

/** Whether `value` can be an id: for those that no HTTP parser has seen. */
export const isWellFormedId = (value: unknown): value is string =>
  typeof value === 'string' && WELL_FORMED.test(value);
