import { join } from 'node:path';
import { STSServiceException } from '@aws-sdk/client-sts';
import { status as grpcStatus, Metadata } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { isPermanent, isThrottling, retryAfterOf } from '../../../src/errors/index.ts';
import { readScript } from '../../support/child.ts';

describe('what errors thrown by HTTP clients say of trying again', () => {
  let told: Readonly<Record<string, unknown>> = {};

  beforeAll(async () => {
    told = await readScript(join(__dirname, '..', 'fixtures', 'asked-too-much.ts'));
  }, 60_000);

  it.each(['axios', 'got', 'ky', 'octokit', 'openai', 'gaxios', 'superagent'])(
    '%s: a 429 throttles and says when, a 404 lasts, a 500 and a refused connection pass',
    (name) => {
      expect(told[name]).toEqual([
        [true, 7_000, false],
        [false, 0, true],
        [false, 0, false],
        [false, 0, false],
      ]);
    },
  );
});

describe('AWS SDK', () => {
  const awsError = (name: string, more: object = {}) =>
    Object.assign(
      new STSServiceException({
        name,
        message: 'Slow',
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      }),
      more,
    );

  it.each([
    'BandwidthLimitExceeded',
    'EC2ThrottledException',
    'LimitExceededException',
    'PriorRequestNotComplete',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
    'TransactionInProgressException',
  ])('throttles by the name %s, whatever its status', (name) => {
    expect([isThrottling(awsError(name)), isPermanent(awsError(name))]).toEqual([true, false]);
  });

  it.each([
    ['$retryable', awsError('X', { $retryable: { throttling: true } })],
    ['the status', awsError('X', { $metadata: { httpStatusCode: 429 } })],
    ['the code of version 2', { code: 'ThrottlingException', statusCode: 400, retryable: true }],
  ])('throttles by %s', (_what, error) => {
    expect([isThrottling(error), isPermanent(error)]).toEqual([true, false]);
  });

  it.each([
    ['AccessDeniedException', 400, true],
    ['SlowDownPlease', 400, true],
    ['MyThrottlingException', 503, false],
    ['InternalFailure', 500, false],
  ])('does not throttle by the name %s', (name, httpStatusCode, lasting) => {
    const error = awsError(name, { $metadata: { httpStatusCode } });

    expect([isThrottling(error), isPermanent(error)]).toEqual([false, lasting]);
  });

  it('does not throttle by a $retryable that says something else', () => {
    expect(isThrottling(awsError('X', { $retryable: { throttling: 'true' } }))).toBe(false);
  });
});

describe('gRPC', () => {
  const grpcError = (code: number) =>
    Object.assign(new Error('8 Nope'), { code, details: 'Nope', metadata: new Metadata() });

  it.each([
    ['RESOURCE_EXHAUSTED', true, false],
    ['UNAVAILABLE', false, false],
    ['DEADLINE_EXCEEDED', false, false],
    ['ABORTED', false, false],
    ['INTERNAL', false, false],
    ['UNKNOWN', false, false],
    ['DATA_LOSS', false, false],
    ['INVALID_ARGUMENT', false, true],
    ['NOT_FOUND', false, true],
    ['ALREADY_EXISTS', false, true],
    ['PERMISSION_DENIED', false, true],
    ['FAILED_PRECONDITION', false, true],
    ['OUT_OF_RANGE', false, true],
    ['UNIMPLEMENTED', false, true],
    ['UNAUTHENTICATED', false, true],
  ] as const)('%s: throttles %p, lasts %p', (name, throttles, lasts) => {
    const error = grpcError(grpcStatus[name]);

    expect([isThrottling(error), isPermanent(error)]).toEqual([throttles, lasts]);
  });
});

describe('Stripe and Azure', () => {
  it('a rate limit of Stripe throttles', () => {
    const raw = { type: 'invalid_request_error' as const, statusCode: 429, headers: { 'retry-after': '3' } };
    const error = new Stripe.errors.StripeRateLimitError({ ...raw, message: 'Slow' });

    expect([isThrottling(error), retryAfterOf(error), isPermanent(error)]).toEqual([true, 3_000, false]);
  });

  it('a declined card lasts', () => {
    const error = new Stripe.errors.StripeCardError({ type: 'card_error', statusCode: 402, headers: {} });

    expect([isThrottling(error), isPermanent(error)]).toEqual([false, true]);
  });

  it("Azure's RestError with 429 throttles, and says when", () => {
    // As @azure/core-rest-pipeline makes it.
    const headers = new Headers({ 'Retry-After': '5' });
    const error = Object.assign(new Error('Slow'), {
      name: 'RestError',
      statusCode: 429,
      code: 'TooManyRequests',
      response: { status: 429, headers },
    });

    expect([isThrottling(error), retryAfterOf(error), isPermanent(error)]).toEqual([true, 5_000, false]);
  });
});
