import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';

const create = (options: object) => () =>
  // Plain JavaScript may pass anything.
  createClient({ name: 'catalog', baseUrl: 'http://catalog', ...options } as never);

describe('the options of createClient', () => {
  it('need a name and a base', () => {
    expect(() => createClient(undefined as never)).toThrow(/createClient: option "name"/);
    expect(create({ baseUrl: undefined })).toThrow(/createClient\("catalog"\): option "baseUrl"/);
  });

  it.each([
    [{ hedge: { maxHedges: 0 } }, /"hedge.maxHedges" must be a whole number from 1 to 10/],
    [{ pause: { maxMs: 0 } }, /"pause.maxMs" must be/],
    [{ redirects: 3 }, /unknown option "redirects"/],
    [{ name: 7 }, /"name" must be a text/],
    [{ headers: { 'a b': 'x' } }, /option "headers": the name of a header/],
    [{ headers: { 'x-a': 'a\nb' } }, /option "headers".*"x-a"/],
    [
      { headers: { 'Idempotency-Key': 'same' } },
      /option "headers": "Idempotency-Key" is one call's own; .*"idempotencyKey"/,
    ],
    [{ allowedHosts: ['http://a'] }, /"allowedHosts" must be a list/],
    [{ propagateTo: ['a/b'] }, /"propagateTo" must be a list/],
    [{ timeout: { connectMs: 0 } }, /"timeout.connectMs"/],
    [{ timeout: { connectionMs: 1 } }, /unknown option "connectionMs" in "timeout"/],
    [
      { timeout: { connectMs: 500, attemptMs: 100 } },
      /"timeout.connectMs" \(500\).*"timeout.attemptMs" \(100\)/,
    ],
    [{ timeout: { attemptMs: 500, totalMs: 100 } }, /"timeout.attemptMs" \(500\).*"timeout.totalMs" \(100\)/],
    [{ retry: { statuses: [200] } }, /"retry.statuses"/],
    [{ retry: { methods: 'GET' } }, /"retry.methods"/],
    [
      { retry: { methods: ['G ET'] } },
      /"retry.methods" must be a list, each item the name of an HTTP method/,
    ],
    [{ retry: { retries: 1 } }, /unknown option "retries" in "retry"/],
    [{ breaker: { threshold: 1 } }, /unknown option "threshold" in "breaker"/],
    [{ bulkhead: { maxConcurrent: 0 } }, /"bulkhead.maxConcurrent"/],
    [{ cache: true }, /"cache" must be/],
    [{ cache: { staleIfErrorMs: -1 } }, /"cache.staleIfErrorMs" must be/],
    [{ cache: { mode: 'public' } }, /"cache.mode" must be/],
    [{ cache: { tenant: 'a' } }, /"cache.tenant" must be/],
    [{ cache: { ttl: 5 } }, /unknown option "ttl" in "cache"/],
    [{ cache: { staleIfErrorMs: 1, store: {} } }, /"cache.store" must be a store/],
    [{ throwOnStatus: 'no' }, /"throwOnStatus"/],
    [{ maxBodyBytes: 0 }, /"maxBodyBytes"/],
    [{ upstreamErrors: 'gone' }, /"upstreamErrors"/],
    [{ upstreamErrors: { 200: () => undefined } }, /no error status/],
    [{ upstreamErrors: { 404: 'NotFound' } }, /"upstreamErrors.404"/],
    [{ classify: true }, /"classify" must be a function/],
  ])('are refused by name: %j', (options, message) => {
    expect(create(options)).toThrow(message);
  });

  it('are copied: what is changed later changes nothing', () => {
    const upstreamErrors = { 404: 'pass' };

    create({ upstreamErrors })();

    expect(Object.isFrozen(upstreamErrors)).toBe(false);
  });

  it('that are good make a frozen client', () => {
    expect(Object.isFrozen(create({})())).toBe(true);
  });
});
