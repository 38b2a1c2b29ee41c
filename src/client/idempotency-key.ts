import { randomUUID } from 'node:crypto';
import type { HeadersOption } from './headers.ts';

/** Name of the header that tells a server which requests are one and the same. */
export const IDEMPOTENCY_KEY = 'idempotency-key';

// Visible ASCII; quotes of the draft's own notation are among it.
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The headers of a call with its idempotency key: minted once, so that each attempt sends the same.
 *
 * @throws TypeError for a key that cannot be one, and for two of them
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header#section-2
 */
export const withIdempotencyKey = (
  headers: HeadersOption,
  given: string | true | undefined,
): HeadersOption => {
  if (given === undefined) return headers;
  if (headers[IDEMPOTENCY_KEY] !== undefined)
    throw new TypeError('"idempotencyKey" and the header "Idempotency-Key" exclude each other');
  const key = given === true ? randomUUID() : given;
  // The key is not repeated: it may stand for somebody's order.
  if (!KEY.test(key))
    throw new TypeError('"idempotencyKey" must be 1 to 255 visible characters of ASCII, or true');
  return Object.freeze({ ...headers, [IDEMPOTENCY_KEY]: key });
};
