import { createHmac, randomBytes } from 'node:crypto';

/** Headers that prove who is asking, and such as look like it. */
const CREDENTIAL =
  /auth|cookie|token|secret|key|sess|signature|hmac|passw|passcode|passphrase|credential|jwt|bearer|dpop|saml|assertion|ticket|otp|-(?:cert|sig|pin)(?:$|-)/;

/** Headers that name somebody: whoever asks, or for whom. `User-Agent` is nobody. */
const IDENTITY =
  /tenant|account|customer|subject|identity|principal|email|impersonat|on-behalf|organi[sz]ation|workspace|company|merchant|project|member|person|patient|employee|consumer|login|oidc|actor|caller|msisdn|role|sudo|forwarded-for|user(?!-?agent)|(?:^|[-_])(?:org|sub|uid|sid|client|device|shop|from)[-_]?(?:id)?(?:$|[-_])/;

/**
 * Headers that say what is asked for, and nothing of who asks. A list of these, as no list of the others is ever whole:
 * each vendor has a header of its own for keys, tokens and tenants. `Origin` and `Referer` may say whose page it is.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['accept', 'accept-charset', 'accept-datetime', 'accept-encoding', 'accept-language'],
  ...['cache-control', 'pragma', 'prefer', 'priority', 'range', 'save-data', 'te', 'user-agent'],
  ...['content-digest', 'content-disposition', 'content-encoding', 'content-language', 'content-length'],
  ...['content-location', 'content-md5', 'content-range', 'content-type'],
  ...['digest', 'etag', 'last-modified', 'repr-digest'],
  ...['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since'],
]);

/** What browsers say of themselves and of how they fetch. */
const CLIENT_HINT = /^sec-(?:ch|fetch)-/;

/** Whether a request header, its name in lower case, says nothing of who asks. */
export const isHarmlessHeader = (name: string): boolean => HARMLESS.has(name) || CLIENT_HINT.test(name);

/** Whether a request header, its name in lower case, looks as if it carried a credential. */
export const isCredentialHeader = (name: string): boolean => CREDENTIAL.test(name);

/** Whether a request header, its name in lower case, looks as if it told callers apart. */
export const isIdentityHeader = (name: string): boolean => CREDENTIAL.test(name) || IDENTITY.test(name);

/** Makes the keys of one cache, as digests under a secret: they tell nothing of what they were made of. */
export interface CacheKeys {
  /** A digest of texts: the same for the same ones, in the same order. */
  digest(...texts: readonly string[]): string;
}

/**
 * Keys under a secret.
 *
 * @param secret the same for all processes that share a store. @default one of this process alone
 */
export const createCacheKeys = (secret?: string): CacheKeys => {
  const key = secret ?? randomBytes(32);
  return Object.freeze<CacheKeys>({
    digest: (...texts) => createHmac('sha256', key).update(JSON.stringify(texts)).digest('base64url'),
  });
};
