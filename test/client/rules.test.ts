import { describe, expect, it } from '@jest/globals';
import { requestBodyError, statusError, transportError, unreadable } from '../../src/client/errors.ts';
import {
  isWorthRetrying,
  outcomeOfError,
  RETRY_STATUSES,
  staleReasonOf,
  whyNotAgain,
} from '../../src/client/rules.ts';
import {
  BulkheadFullError,
  CircuitOpenError,
  DependencyPausedError,
  NotFoundError,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';

const subject = { dependency: 'catalog', label: 'GET /x' };
const answered = (status: number) => statusError(subject, { status, headers: {}, body: new Uint8Array() }, 0);
const failed = (code: string) => transportError(subject, Object.assign(new Error(code), { code }));
const statuses = new Set(RETRY_STATUSES);

describe('the rules of HTTP', () => {
  it.each([
    [400, false, 'success', undefined],
    [401, false, 'success', undefined],
    [404, false, 'success', undefined],
    [408, true, 'failure', undefined],
    [409, false, 'success', undefined],
    [425, false, 'success', undefined],
    [429, true, 'neutral', undefined],
    [499, false, 'success', undefined],
    [500, true, 'failure', 'upstream-5xx'],
    [501, false, 'success', undefined],
    [502, true, 'failure', 'upstream-5xx'],
    [503, true, 'failure', 'upstream-5xx'],
    [504, true, 'failure', 'upstream-5xx'],
    [505, false, 'success', undefined],
    [507, false, 'failure', undefined],
    [599, false, 'failure', undefined],
  ])('for an answer of %d: worth a retry %j, outcome %s, stale as %s', (status, again, outcome, stale) => {
    const error = answered(status);

    expect([isWorthRetrying(error, statuses), outcomeOfError(error), staleReasonOf(error)]).toEqual([
      again,
      outcome,
      stale,
    ]);
  });

  it.each([
    ['ECONNREFUSED', 'connection-refused', true],
    ['ECONNRESET', 'connection-reset', true],
    ['EPIPE', 'connection-reset', true],
    ['UND_ERR_SOCKET', 'connection-reset', true],
    ['EAI_AGAIN', 'dns', true],
    ['ENOTFOUND', 'dns', true],
    ['EHOSTUNREACH', 'connection-failed', true],
    ['ENETUNREACH', 'connection-failed', true],
    ['ETIMEDOUT', 'connection-failed', true],
    ['CERT_HAS_EXPIRED', 'tls', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', false],
    ['UND_ERR_CLOSED', 'client-closed', false],
    ['HPE_INVALID_CONSTANT', 'invalid-http', false],
  ])('%s is %s, worth a retry: %j', (code, reason, again) => {
    const error = failed(code);

    expect([(error as { reason?: string }).reason, isWorthRetrying(error, statuses)]).toEqual([
      reason,
      again,
    ]);
    expect(staleReasonOf(error)).toBe('network');
  });

  it.each([
    [new CircuitOpenError(), 'circuit-open'],
    [new BulkheadFullError(), 'bulkhead-full'],
    [new DependencyPausedError(), 'paused'],
    [new UpstreamTimeoutError(), 'timeout'],
    [new NotFoundError(), undefined],
    [requestBodyError(subject, new Error('disk gone')), undefined],
    [unreadable(subject, 200, 'truncated'), 'network'],
    [unreadable(subject, 302, 'status-302'), undefined],
  ])('%p may be answered by an old answer as %j', (error, reason) => {
    expect(staleReasonOf(error)).toBe(reason);
  });

  it.each([
    [404, 'truncated', false],
    [404, 'too-large', false],
    [503, 'truncated', true],
    [503, 'too-large', true],
    [200, 'truncated', true],
    [200, 'too-large', false],
    [200, 'content-encoding', false],
    [503, 'content-encoding', true],
  ] as const)('an answer of %d that is %s is worth a retry: %j', (status, reason, again) => {
    expect(isWorthRetrying(unreadable(subject, status, reason), statuses)).toBe(again);
  });

  it('what our own body failed with is neutral, and nothing to repeat', () => {
    const error = requestBodyError(subject, new Error('disk gone'));
    const again = { error, repeatable: true, wasUnsent: true, wasUnmade: false };

    expect([outcomeOfError(error), isWorthRetrying(error, statuses)]).toEqual(['neutral', false]);
    expect(whyNotAgain({ content: undefined }, again)).toBe('body');
  });

  it.each([
    [true, false, false, undefined],
    [false, true, false, undefined],
    [false, false, false, 'method'],
    [true, true, true, 'body'],
  ])(
    'repeatable %j, never sent %j, never made %j: not again as of %j',
    (repeatable, wasUnsent, wasUnmade, why) => {
      const again = { error: answered(503), repeatable, wasUnsent, wasUnmade };

      expect(whyNotAgain({ content: undefined }, again)).toBe(why);
    },
  );
});
