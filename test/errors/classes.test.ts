import { describe, expect, it } from '@jest/globals';
import * as errors from '../../src/errors/index.ts';
import {
  type BreakwaterErrorOptions,
  BusinessError,
  isBreakwaterError,
  isBusinessError,
  isRejectedError,
  isTechnicalError,
  isUpstreamError,
  NotFoundError,
  ServiceUnavailableError,
  TechnicalError,
} from '../../src/errors/index.ts';

type Plain = new (
  message?: string,
  options?: BreakwaterErrorOptions,
) => errors.BreakwaterError & Record<string, unknown>;
type Row = readonly [name: string, status: number, code: string, title: string];

const business: readonly Row[] = [
  ['BadRequestError', 400, 'bad-request', 'Bad Request'],
  ['UnauthorizedError', 401, 'unauthorized', 'Unauthorized'],
  ['ForbiddenError', 403, 'forbidden', 'Forbidden'],
  ['NotFoundError', 404, 'not-found', 'Not Found'],
  ['MethodNotAllowedError', 405, 'method-not-allowed', 'Method Not Allowed'],
  ['ConflictError', 409, 'conflict', 'Conflict'],
  ['DuplicateResourceError', 409, 'duplicate-resource', 'Duplicate resource'],
  ['StaleVersionError', 409, 'stale-version', 'Stale version'],
  ['InvalidTransitionError', 409, 'invalid-transition', 'Invalid transition'],
  ['GoneError', 410, 'gone', 'Gone'],
  ['PreconditionFailedError', 412, 'precondition-failed', 'Precondition Failed'],
  ['ContentTooLargeError', 413, 'content-too-large', 'Content Too Large'],
  ['UnsupportedMediaTypeError', 415, 'unsupported-media-type', 'Unsupported Media Type'],
  ['UnprocessableContentError', 422, 'unprocessable-content', 'Unprocessable Content'],
  ['ValidationError', 422, 'unprocessable-content', 'Unprocessable Content'],
  ['PreconditionRequiredError', 428, 'precondition-required', 'Precondition Required'],
  ['TooManyRequestsError', 429, 'too-many-requests', 'Too Many Requests'],
  ['QuotaExceededError', 429, 'quota-exceeded', 'Quota exceeded'],
];
const own: readonly Row[] = [
  ['InternalServerError', 500, 'internal-server-error', 'Internal Server Error'],
  ['ConfigurationError', 500, 'configuration-error', 'Configuration error'],
  ['BadGatewayError', 502, 'bad-gateway', 'Bad Gateway'],
  ['ServiceUnavailableError', 503, 'service-unavailable', 'Service Unavailable'],
  ['ResourceExhaustedError', 503, 'resource-exhausted', 'Resource exhausted'],
  ['GatewayTimeoutError', 504, 'gateway-timeout', 'Gateway Timeout'],
];
const rejected: readonly Row[] = [
  ['CircuitOpenError', 503, 'circuit-open', 'Service Unavailable'],
  ['BulkheadFullError', 503, 'bulkhead-full', 'Service Unavailable'],
  ['DependencyPausedError', 503, 'dependency-unavailable', 'Service Unavailable'],
];
const upstream: readonly Row[] = [
  ['UpstreamTimeoutError', 504, 'dependency-timeout', 'Gateway Timeout'],
  ['UpstreamConnectionError', 502, 'dependency-failed', 'Bad Gateway'],
  ['DependencyError', 502, 'dependency-failed', 'Bad Gateway'],
  ['UpstreamResponseError', 502, 'dependency-failed', 'Bad Gateway'],
];
const technical = [...own, ...rejected, ...upstream];

/** The class of that name; all of them take a message and options. */
const classOf = (name: string): Plain => (errors as unknown as Record<string, Plain>)[name] as Plain;

describe.each([...business, ...technical])('%s', (name, status, code, title) => {
  const ErrorClass = classOf(name);

  it('has its status, code, title and name, and its title for a message', () => {
    const error = new ErrorClass();

    expect([error.status, error.code, error.title, error.name, error.message]).toEqual([
      status,
      code,
      title,
      name,
      title,
    ]);
  });

  it('takes message and cause, and says its name first in the stack', () => {
    const cause = new Error('behind it');

    const error = new ErrorClass('No luck', { cause });

    expect([error.message, error.cause]).toEqual(['No luck', cause]);
    expect(error.stack?.split('\n')[0]).toBe(`${name}: No luck`);
  });

  it('is an Error and one of this package', () => {
    const error = new ErrorClass();

    expect([error instanceof Error, isBreakwaterError(error)]).toEqual([true, true]);
  });
});

describe('the business branch', () => {
  it.each(business)('%s is a business error whose message is public', (name) => {
    const error = new (classOf(name))('No such product');

    expect([isBusinessError(error), isTechnicalError(error), error.publicDetail]).toEqual([
      true,
      false,
      'No such product',
    ]);
  });

  it('says nothing in public without a message', () => {
    expect(new NotFoundError().publicDetail).toBeUndefined();
  });

  it('says its publicDetail instead of the message where it has one', () => {
    const error = new NotFoundError('Row 7 of table p', { publicDetail: 'No such product' });

    expect([error.message, error.publicDetail]).toEqual(['Row 7 of table p', 'No such product']);
  });

  it.each([500, 503, 600])('does not answer %d', (status) => {
    class Odd extends BusinessError {}

    expect(() => new Odd({ status })).toThrow(
      new RangeError('A business error answers 4xx: extend TechnicalError for 5xx'),
    );
  });

  it.each([399, 404.5, Number.NaN])('does not answer %d either', (status) => {
    class Odd extends BusinessError {}

    expect(() => new Odd({ status })).toThrow(RangeError);
  });
});

describe('the technical branch', () => {
  it.each(technical)('%s is a technical error whose message is not public', (name) => {
    const error = new (classOf(name))('password=hunter2');

    expect([isTechnicalError(error), isBusinessError(error), error.publicDetail]).toEqual([
      true,
      false,
      undefined,
    ]);
  });

  it('says its publicDetail in public', () => {
    const error = new ServiceUnavailableError('db-7 is down', { publicDetail: 'Back at noon' });

    expect([error.message, error.publicDetail]).toEqual(['db-7 is down', 'Back at noon']);
  });

  it.each([404, 499, 600, Number.NaN])('does not answer %d', (status) => {
    class Odd extends TechnicalError {}

    expect(() => new Odd({ status })).toThrow(RangeError);
  });
});

describe('the families of dependencies', () => {
  it.each(rejected)('%s is rejected, not upstream', (name) => {
    const error = new (classOf(name))();

    expect([isRejectedError(error), isUpstreamError(error)]).toEqual([true, false]);
  });

  it.each(upstream)('%s is upstream, not rejected', (name) => {
    const error = new (classOf(name))();

    expect([isUpstreamError(error), isRejectedError(error)]).toEqual([true, false]);
  });

  it.each([...business, ...own])('%s is neither', (name) => {
    const error = new (classOf(name))();

    expect([isRejectedError(error), isUpstreamError(error)]).toEqual([false, false]);
  });

  it.each([...rejected, ...upstream])('%s knows the name of the dependency', (name) => {
    const options: errors.DependencyErrorOptions = { dependency: 'catalog' };

    expect(new (classOf(name))('No luck', options).dependency).toBe('catalog');
  });
});

describe('the everyday families', () => {
  it.each([
    ['DuplicateResourceError', 'ConflictError'],
    ['StaleVersionError', 'ConflictError'],
    ['InvalidTransitionError', 'ConflictError'],
    ['ValidationError', 'UnprocessableContentError'],
    ['QuotaExceededError', 'TooManyRequestsError'],
  ])('%s is a %s', (name, family) => {
    expect(new (classOf(name))()).toBeInstanceOf(classOf(family));
  });

  it('take a class of an app with a problem type of its own', () => {
    class OrderLockedError extends errors.ConflictError {
      constructor(message?: string) {
        super(message, {}, { code: 'order-locked', title: 'Order locked' });
      }
    }

    expect(new OrderLockedError()).toMatchObject({
      status: 409,
      code: 'order-locked',
      title: 'Order locked',
    });
  });
});
