import { describe, expect, it } from '@jest/globals';
import {
  CircuitOpenError,
  ConflictError,
  DependencyError,
  isPermanent,
  isThrottling,
  retryAfterOf,
  ServiceUnavailableError,
  TooManyRequestsError,
  UpstreamConnectionError,
  UpstreamResponseError,
  UpstreamTimeoutError,
} from '../../../src/errors/index.ts';
import { loadCopy } from '../../support/copy.ts';

const answered = (upstreamStatus: number, retryAfterMs?: number) =>
  new UpstreamResponseError('answered', { upstreamStatus, retryAfterMs });
const coded = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code, ...more });
const wrapped = (depth: number, error: unknown): unknown =>
  depth === 0 ? error : new Error('wrapped', { cause: wrapped(depth - 1, error) });
const loop: { cause?: unknown } = new Error('loop');
loop.cause = loop;
/** Answers every question with itself. */
const echo: object = new Proxy(() => echo, { get: () => echo });
const throwing = new Proxy(new Error('x'), {
  get: () => {
    throw new Error('no');
  },
});

describe('isThrottling', () => {
  it.each<[string, unknown]>([
    ['an upstream 429', answered(429)],
    ['one whose reason is written', new UpstreamResponseError('x', { upstreamStatus: 429, reason: 'quota' })],
    ['a business error of ours with 429', new TooManyRequestsError('Slow')],
    ['a bare status', { status: 429 }],
    ['a bare statusCode', { statusCode: 429 }],
    ['the cause of an error of ours', new DependencyError('Down', { cause: { status: 429 } })],
    ['the fifth cause', wrapped(5, answered(429))],
  ])('knows %s', (_what, error) => {
    expect(isThrottling(error)).toBe(true);
  });

  it('knows an upstream 429 of another copy of the package', async () => {
    const copy = await loadCopy();

    expect(isThrottling(new copy.UpstreamResponseError('x', { upstreamStatus: 429 }))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['another status', answered(503)],
    ['a plain error', new Error('429')],
    ['a status that is a text', { status: '429' }],
    ['the sixth cause', wrapped(6, answered(429))],
    ['what a refusal was refused for', new CircuitOpenError('Open', { cause: answered(429) })],
    [
      'what stands behind an answer that says something else',
      Object.assign(answered(503), { cause: answered(429) }),
    ],
    ['a timeout with a 429 behind it', new UpstreamTimeoutError('Late', { cause: answered(429) })],
    ['nothing', undefined],
    ['null', null],
    ['a text', '429'],
    ['an error that causes itself', loop],
    ['a proxy that throws', throwing],
    ['a proxy that answers everything', echo],
  ])('does not take %s for it', (_what, error) => {
    expect(isThrottling(error)).toBe(false);
  });
});

describe('retryAfterOf', () => {
  it.each<[string, unknown, number]>([
    ['an error of ours', answered(503, 1_500), 1_500],
    ['one that says 0', answered(503, 0), 0],
    ['one that says nothing', answered(503), 0],
    ['the cause of one that says nothing', new DependencyError('Down', { cause: answered(503, 700) }), 700],
    [
      'the first that says something',
      new DependencyError('Down', { retryAfterMs: 1, cause: answered(503, 700) }),
      1,
    ],
    ['a refusal, not what stands behind it', new CircuitOpenError('Open', { cause: answered(503, 700) }), 0],
    ["a foreign answer's header", { response: { status: 503, headers: { 'retry-after': '2' } } }, 2_000],
    [
      'a foreign header that is garbage',
      { response: { status: 503, headers: { 'retry-after': 'soon' } } },
      0,
    ],
    ['a plain error', new Error('x'), 0],
    ['a lost race for a lock', coded('40P01', { severity: 'ERROR', routine: 'DeadLockReport' }), 0],
    ['a plain error with our word on it', Object.assign(new Error('x'), { retryAfterMs: 5 }), 0],
    ['our error with a text on it', Object.assign(answered(503), { retryAfterMs: '5' }), 0],
    ['our error with a negative number on it', Object.assign(answered(503), { retryAfterMs: -5 }), 0],
    ['our error with NaN on it', Object.assign(answered(503), { retryAfterMs: Number.NaN }), 0],
    ['an error that causes itself', loop, 0],
    ['a proxy that throws', throwing, 0],
    ['a proxy that answers everything', echo, 0],
  ])('reads %s', (_what, error, ms) => {
    expect(retryAfterOf(error)).toBe(ms);
  });
});

describe('isPermanent', () => {
  it.each<[string, unknown]>([
    ...[
      'TypeError',
      'ReferenceError',
      'RangeError',
      'SyntaxError',
      'EvalError',
      'URIError',
      'AssertionError',
    ].map((name): [string, unknown] => [name, Object.assign(new Error('bug'), { name })]),
    ['a thrown TypeError', new TypeError('x is not a function')],
    ['work that was called off', new DOMException('off', 'AbortError')],
    ...[300, 302, 400, 401, 403, 404, 409, 410, 422, 499, 501, 505].map((status): [string, unknown] => [
      `an upstream ${status}`,
      answered(status),
    ]),
    ...[
      'tls',
      'client-closed',
      'too-large',
      'content-type',
      'invalid-json',
      'empty-body',
      'invalid-http',
    ].map((reason): [string, unknown] => [reason, new UpstreamConnectionError('x', { reason })]),
    [
      'an unreadable answer of 200',
      new UpstreamResponseError('x', { upstreamStatus: 200, reason: 'invalid-json' }),
    ],
    ['a certificate that has expired', coded('CERT_HAS_EXPIRED')],
    ['one that nobody signed', coded('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['one that fetch met', new TypeError('fetch failed', { cause: coded('CERT_HAS_EXPIRED') })],
    ['an answer that is no HTTP', coded('HPE_INVALID_CONSTANT')],
    ['a business error', new ConflictError('Taken')],
    ['a duplicate row', coded('23505', { severity: 'ERROR', routine: '_bt_check_unique', constraint: 'u' })],
    ['a 404 as http-errors writes it', { status: 404 }],
    ['an open circuit of opossum', coded('EOPENBREAKER')],
    ['a full one', coded('ESEMLOCKED')],
    ['a wrapped 404', new DependencyError('No rates', { cause: answered(404) })],
  ])('takes %s for it', (_what, error) => {
    expect(isPermanent(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a plain error', new Error('down')],
    ['an error of our own that says nothing', new ServiceUnavailableError('Down')],
    ...[408, 425, 429, 500, 502, 503, 504, 506, 599].map((status): [string, unknown] => [
      `an upstream ${status}`,
      answered(status),
    ]),
    [
      'an answer of 404 that broke off',
      new UpstreamResponseError('x', { upstreamStatus: 404, reason: 'truncated' }),
    ],
    ['a refused connection', coded('ECONNREFUSED')],
    ['a reset one', coded('ECONNRESET')],
    ['a name that cannot be looked up now', coded('EAI_AGAIN')],
    ['a failed fetch, which is a TypeError', new TypeError('fetch failed', { cause: coded('ECONNREFUSED') })],
    ['a TypeError that wraps a network error', new TypeError('x', { cause: coded('ECONNRESET') })],
    ['a timeout', new UpstreamTimeoutError('Late')],
    ['the timeout of a signal', new DOMException('late', 'TimeoutError')],
    ['an error of ours that wraps a bug', new DependencyError('Down', { cause: new TypeError('bug') })],
    ['a lost race for a lock', coded('40P01', { severity: 'ERROR', routine: 'DeadLockReport' })],
    ['a bare 503', { status: 503 }],
    ['a code of an exit', { status: 1 }],
    ['nothing', undefined],
    ['an error that causes itself', loop],
    ['a proxy that throws', throwing],
    ['a proxy that answers everything', echo],
  ])('does not take %s for it', (_what, error) => {
    expect(isPermanent(error)).toBe(false);
  });
});
