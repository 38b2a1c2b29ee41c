import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { transportError } from '../../src/client/errors.ts';
import { createClient } from '../../src/client/index.ts';
import { isWorthRetrying, RETRY_STATUSES } from '../../src/client/rules.ts';
import { UpstreamResponseError, UpstreamTimeoutError } from '../../src/errors/index.ts';
import { type FakeUpstream, fakeUpstream, refusedUrl } from '../../src/testing/index.ts';

const statuses = new Set(RETRY_STATUSES);
const subject = { dependency: 'catalog', label: 'GET /x' };
const failed = (code: string): unknown =>
  transportError(subject, Object.assign(new Error('as undici throws it'), { code }));

describe('whether a client repeats what failed with a code', () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENETDOWN',
    'EAI_AGAIN',
    'ENOTFOUND',
    'UND_ERR_SOCKET',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
  ])('it does for %s', (code) => {
    expect(isWorthRetrying(failed(code), statuses)).toBe(true);
  });

  it.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
    'HPE_INVALID_CONSTANT',
    'UND_ERR_DESTROYED',
    'UND_ERR_CLOSED',
  ])('it does not for %s', (code) => {
    expect(isWorthRetrying(failed(code), statuses)).toBe(false);
  });

  it('it does for a timeout', () => {
    expect(isWorthRetrying(new UpstreamTimeoutError('Late'), statuses)).toBe(true);
  });

  it('it does not for an error that is not of a dependency', () => {
    expect(isWorthRetrying(new Error('?'), statuses)).toBe(false);
  });

  it.each([
    [503, true],
    [500, true],
    [408, true],
    [429, true],
    [404, false],
    [302, false],
    [501, false],
    [599, false],
  ])('it goes by the list for status %d', (upstreamStatus, again) => {
    const error = new UpstreamResponseError('x', { upstreamStatus });

    expect(isWorthRetrying(error, statuses)).toBe(again);
    expect(isWorthRetrying(error, new Set([upstreamStatus]))).toBe(upstreamStatus >= 300);
  });
});

describe('a client whose upstream', () => {
  let upstream: FakeUpstream;

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(() => upstream.close());

  it('refuses connections asks again', async () => {
    const retry = { backoff: { baseMs: 0 } } as const;
    const client = createClient({ name: 'catalog', baseUrl: await refusedUrl(), retry });

    const error = await client.get('/x').catch((thrown: unknown) => thrown);
    await client.close();

    expect(error).toMatchObject({
      reason: 'connection-refused',
      journal: {
        attempts: [1, 2, 3].map((number) => ({ number, status: undefined, reason: 'connection-refused' })),
        stopped: 'attempts',
      },
    });
  });

  it('speaks no TLS is asked once', async () => {
    const client = createClient({ name: 'catalog', baseUrl: upstream.url.replace('http:', 'https:') });

    const error = await client.get('/x').catch((thrown: unknown) => thrown);
    await client.close();

    expect(error).toMatchObject({
      reason: 'tls',
      journal: { attempts: [{ number: 1, reason: 'tls' }], stopped: 'not-retryable' },
    });
  });
});
