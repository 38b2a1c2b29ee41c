import { describe, expect, it } from '@jest/globals';
import {
  createCacheKeys,
  isCredentialHeader,
  isHarmlessHeader,
  isIdentityHeader,
} from '../../src/cache/partition.ts';

describe('createCacheKeys', () => {
  it('gives the same key for the same texts under the same secret', () => {
    const keys = [1, 2].map(() => createCacheKeys('secret').digest('a', 'b'));

    expect(keys[0]).toBe(keys[1]);
  });

  it('gives other keys under another secret, and under that of another process', () => {
    const keys = ['secret', 'other', undefined, undefined].map((secret) =>
      createCacheKeys(secret).digest('a'),
    );

    expect(new Set(keys).size).toBe(4);
  });

  it('keeps one secret for as long as it lives', () => {
    const { digest } = createCacheKeys();

    expect(digest('a')).toBe(digest('a'));
  });

  it.each([
    ['order', ['b', 'a']],
    ['boundaries', ['ab']],
    ['quotes', ['a","b']],
    ['number of texts', ['a', 'b', '']],
    ['case', ['A', 'b']],
  ])('gives another key for another %s', (_what, texts) => {
    const { digest } = createCacheKeys('secret');

    expect(digest(...texts)).not.toBe(digest('a', 'b'));
  });

  it('shows nothing of what it was made of, and is short whatever that was', () => {
    const { digest } = createCacheKeys('secret');
    const credential = 'Bearer hunter2';

    const keys = [digest(credential), digest(credential.repeat(10_000))];

    expect(keys).toEqual(Array(2).fill(expect.stringMatching(/^[\w-]{43}$/)));
  });

  it('is no plain digest of a credential, which could be guessed', () => {
    const plain = createCacheKeys('').digest('Bearer a');

    expect(createCacheKeys('secret').digest('Bearer a')).not.toBe(plain);
  });
});

describe('isCredentialHeader', () => {
  it.each([
    'authorization',
    'cookie',
    'proxy-authorization',
    'x-api-key',
    'apikey',
    'x-session-id',
    'x-amz-security-token',
    'x-csrf-token',
    'x-auth-user',
    'x-client-secret',
    'signature',
    'x-password',
    'x-goog-iap-jwt-assertion',
    'dpop',
    'x-ssl-client-cert',
  ])('knows %s', (name) => {
    expect([isCredentialHeader(name), isIdentityHeader(name)]).toEqual([true, true]);
  });

  it.each(['accept', 'accept-language', 'user-agent', 'x-tenant', 'x-user-id', 'x-request-id'])(
    'passes %s',
    (name) => {
      expect(isCredentialHeader(name)).toBe(false);
    },
  );
});

describe('isHarmlessHeader', () => {
  it.each([
    'accept',
    'accept-language',
    'content-type',
    'if-none-match',
    'range',
    'sec-ch-ua',
    'sec-fetch-mode',
    'user-agent',
  ])('knows %s', (name) => {
    expect(isHarmlessHeader(name)).toBe(true);
  });

  it.each([
    'authorization',
    'baggage',
    'forwarded',
    'origin',
    'referer',
    'sec-websocket-key',
    'x-anything',
    'x-forwarded-for',
  ])('lets %s tell callers apart', (name) => {
    expect(isHarmlessHeader(name)).toBe(false);
  });
});

describe('isIdentityHeader', () => {
  it.each([
    'x-tenant',
    'x-tenant-id',
    'tenantid',
    'x-user',
    'x-user-id',
    'x-userid',
    'x-username',
    'user_id',
    'remote-user',
    'x-forwarded-user',
    'x-forwarded-email',
    'x-account-id',
    'x-customer',
    'x-org-id',
    'x-orgid',
    'x-organization-id',
    'x-workspace',
    'x-ms-client-principal-name',
    'x-client-id',
    'sub',
    'x-on-behalf-of',
    'impersonate-user',
    'x-member-id',
    'x-login',
    'sudo',
    'x-consumer-custom-id',
    'x-amzn-oidc-data',
    'x-role',
    'x-sid',
    'phpsessid',
    'x-hmac',
    'x-pin',
    'x-actor',
    'x-company-id',
    'from',
    'x-forwarded-for',
    'openai-project',
  ])('knows %s', (name) => {
    expect(isIdentityHeader(name)).toBe(true);
  });

  it.each([
    'accept',
    'accept-encoding',
    'accept-language',
    'cache-control',
    'content-type',
    'host',
    'origin',
    'referer',
    'user-agent',
    'x-user-agent',
    'x-request-id',
    'x-correlation-id',
    'traceparent',
    'tracestate',
    'x-forwarded-proto',
    'x-subscription-plan-list',
  ])('passes %s', (name) => {
    expect(isIdentityHeader(name)).toBe(false);
  });
});
