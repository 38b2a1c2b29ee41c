import { createHmac, randomBytes } from 'node:crypto';

/** Headers that say who is asking, or prove it. */
const CREDENTIAL =
  /^(?:authorization|cookie|proxy-authorization)$|auth|token|secret|key|session|signature|password|credential/;

/** Whether a request header, its name in lower case, looks as if it carried a credential. */
export const isCredentialHeader = (name: string): boolean => CREDENTIAL.test(name);

/** Builds the keys of one cache. */
export interface CacheKeys {
  /**
   * The key of a request. Every header given is part of it, as a keyed digest: credentials, so that no caller gets what
   * another one was answered, and all others, so that an answer that varies is not mixed up (RFC 9111 §4.1).
   */
  keyOf(method: string, url: string, headers: Readonly<Record<string, string>>): string;
}

/** Keys under a secret of their own, so that a digest tells nothing about the credential behind it. */
export const createCacheKeys = (): CacheKeys => {
  const secret = randomBytes(32);
  return Object.freeze<CacheKeys>({
    keyOf: (method, url, headers) => {
      const fields = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
      const partition = createHmac('sha256', secret).update(JSON.stringify(fields)).digest('base64url');
      return `${method} ${url} ${partition}`;
    },
  });
};
