import type { KeyObject } from 'node:crypto';
import { arrayOf, type Check, oneOf } from '../../kernel/index.ts';

/** How the address of a client is printed: not at all, as its network (/24, /48), as a keyed hash, or as it is. */
export type IpMode = 'off' | 'truncate' | 'hmac' | 'plain';

/** How the id of a user is printed: not at all, its beginning alone, as a keyed hash, or as it is. */
export type UserIdMode = 'off' | 'truncate' | 'hmac' | 'plain';

/** The key of keyed hashes; without one, the hash of every IPv4 address is found in a minute. */
export interface HmacOptions {
  /** At least 16 bytes, as text (UTF-8), as bytes or as a secret `KeyObject`. It is copied, and printed nowhere. */
  readonly key: string | Uint8Array | KeyObject;
  /** Name of the key, printed before each hash, so that lines from before and after a rotation can be told apart. */
  readonly keyId: string;
}

/** What of a person stands in the fields that a request's context puts into every line. */
export interface FieldPrivacyOptions {
  /**
   * How the field `userId` is printed that the app bound with `addContext`. `truncate` keeps at most four characters and
   * never more than half of them.
   *
   * @default 'plain' the app bound it to have it in its lines
   */
  readonly userId?: UserIdMode | undefined;
  /** Needed for the mode `hmac`. @default none */
  readonly hmac?: HmacOptions | undefined;
}

/** What of a request's input and of its client stands in its access line. */
export interface AccessPrivacyOptions {
  /** Names of request headers, in any case. Those that are secret are refused. @default [] */
  readonly headers?: readonly string[] | undefined;
  /** Names of response headers, in any case. Those that are secret are refused. @default [] */
  readonly responseHeaders?: readonly string[] | undefined;
  /** Keys of the query. Those that are secret are refused. @default [] */
  readonly query?: readonly string[] | undefined;
  /**
   * How the client's address is printed: that of the socket's other end, or what Express' `trust proxy` makes of the
   * headers.
   *
   * @default 'truncate'
   */
  readonly ip?: IpMode | undefined;
  /** Needed for the mode `hmac`. @default none */
  readonly hmac?: HmacOptions | undefined;
}

/** Defaults of what lines say of a person. */
export const FIELD_PRIVACY_DEFAULTS: FieldPrivacyOptions = Object.freeze<FieldPrivacyOptions>({
  // Not "plain", so that a logger made from one of ours goes on as that does.
  userId: undefined,
  hmac: undefined,
});

/** Defaults of what access lines say of a person. */
export const ACCESS_PRIVACY_DEFAULTS = Object.freeze({
  headers: Object.freeze([]),
  responseHeaders: Object.freeze([]),
  query: Object.freeze([]),
  ip: 'truncate',
  hmac: undefined,
}) satisfies AccessPrivacyOptions;

const MAX_NAMES = 64;

const listOf = (item: Check): Check => {
  const items = arrayOf(item);
  return {
    expects: `a list of up to ${MAX_NAMES}, each item ${item.expects}`,
    type: items.type,
    range: (value) => Array.isArray(value) && value.length <= MAX_NAMES && (items.range?.(value) ?? true),
  };
};

const headerName: Check = {
  expects: 'the name of a header',
  type: (value) => typeof value === 'string',
  range: (value) => /^[\w!#$%&'*+.^`|~-]{1,128}$/.test(String(value)),
};

const queryKey: Check = {
  expects: 'a text of 1 to 128 characters',
  type: (value) => typeof value === 'string',
  range: (value) => String(value).length >= 1 && String(value).length <= 128,
};

const modes = oneOf('off', 'truncate', 'hmac', 'plain');

// createPseudonym looks at it: what stands here is never shown, nor what somebody wrote in its place.
const hmac: Check = { expects: 'a key and its id', type: () => true };

/** What `userId` and `hmac` must be. */
export const fieldPrivacyChecks = { userId: modes, hmac };

/** What the options of access lines must be; which names are refused is seen as the reader is made. */
export const accessPrivacyChecks = {
  headers: listOf(headerName),
  responseHeaders: listOf(headerName),
  query: listOf(queryKey),
  ip: modes,
  hmac,
};
