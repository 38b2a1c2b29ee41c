import { describe, expect, it } from '@jest/globals';
import {
  BulkheadFullError,
  CircuitOpenError,
  DependencyPausedError,
  NotFoundError,
  RejectedError,
  UpstreamConnectionError,
  UpstreamResponseError,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';

describe('a refusal', () => {
  it.each([CircuitOpenError, BulkheadFullError, DependencyPausedError])(
    'carries no stack lines: %p',
    (Refusal) => {
      const { stack } = new Refusal('Not now');

      expect(stack?.split('\n')).toEqual([`${Refusal.prototype.name}: Not now`]);
    },
  );

  it('leaves the stacks of other errors alone', () => {
    const before = Error.stackTraceLimit;

    new CircuitOpenError('Not now');
    const { stack } = new NotFoundError('Gone');

    expect(Error.stackTraceLimit).toBe(before);
    expect(stack?.split('\n').length).toBeGreaterThan(1);
  });

  it('leaves them alone when its definition is refused, too', () => {
    class Odd extends RejectedError {}
    const before = Error.stackTraceLimit;

    expect(() => new Odd({ status: 404 })).toThrow(RangeError);

    expect(Error.stackTraceLimit).toBe(before);
  });
});

describe('UpstreamTimeoutError', () => {
  it('is of one attempt unless told otherwise', () => {
    const error = new UpstreamTimeoutError('Too late');

    expect([error.scope, error.reason, error.timeoutMs]).toEqual(['attempt', 'attempt-timeout', undefined]);
  });

  it.each([
    ['total', 'total-timeout'],
    ['connect', 'connect-timeout'],
    ['deadline', 'deadline'],
  ] as const)('names the scope %s', (scope, reason) => {
    const error = new UpstreamTimeoutError('Too late', { scope, timeoutMs: 300 });

    expect([error.scope, error.reason, error.timeoutMs]).toEqual([scope, reason, 300]);
  });
});

describe('UpstreamConnectionError', () => {
  it('names its reason, else its code', () => {
    const reasons = [
      new UpstreamConnectionError('No', { reason: 'connection-refused' }),
      new UpstreamConnectionError('No'),
    ];

    expect(reasons.map((error) => error.reason)).toEqual(['connection-refused', 'dependency-failed']);
  });
});

describe('UpstreamResponseError', () => {
  it.each([
    [500, 502, 'dependency-failed'],
    [404, 502, 'dependency-failed'],
    [504, 502, 'dependency-failed'],
    [429, 503, 'dependency-unavailable'],
    [503, 503, 'dependency-unavailable'],
  ])('answers an upstream %d as %d %s', (upstreamStatus, status, code) => {
    const error = new UpstreamResponseError('No', { upstreamStatus });

    expect(error).toMatchObject({ upstreamStatus, status, code, reason: `status-${upstreamStatus}` });
  });

  it('keeps the problem of the answer and a reason of its own', () => {
    const problem = { title: 'Out of stock' };

    const error = new UpstreamResponseError('No', { problem, reason: 'truncated', retryAfterMs: 500 });

    expect(error).toMatchObject({ problem, reason: 'truncated', retryAfterMs: 500, status: 502 });
    expect(Object.keys(error.extensions)).toEqual([]);
  });
});
