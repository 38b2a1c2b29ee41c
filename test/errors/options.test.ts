import { describe, expect, it } from '@jest/globals';
import {
  DuplicateResourceError,
  defineError,
  NotFoundError,
  readExtensions,
  ServiceUnavailableError,
  ValidationError,
} from '../../src/errors/index.ts';

describe('the options of an error', () => {
  it('replace the code and keep status and title', () => {
    const error = new NotFoundError('No such product', { code: 'product-not-found' });

    expect([error.code, error.status, error.title]).toEqual(['product-not-found', 404, 'Not Found']);
  });

  it('leave the title of the class behind with its code', () => {
    const Funds = defineError('insufficient-funds', { status: 403, title: 'Insufficient funds' });

    const errors = [
      new DuplicateResourceError('x', { code: 'conflict' }),
      new Funds(undefined, { code: 'forbidden' }),
      new DuplicateResourceError('x', { code: 'duplicate-resource' }),
    ];

    expect(errors.map(({ code, title }) => [code, title])).toEqual([
      ['conflict', 'Conflict'],
      ['forbidden', 'Forbidden'],
      ['duplicate-resource', 'Duplicate resource'],
    ]);
  });

  it.each(['ECONNREFUSED', '', 'a--b', 'x'.repeat(101), 404, null])('drop the code %p', (given) => {
    // Callers without types pass anything, a caught error for one.
    const options = Object.assign(new Error('refused'), { code: given }) as unknown as { code: string };

    const error = new DuplicateResourceError('x', options);

    expect([error.code, error.title]).toEqual(['duplicate-resource', 'Duplicate resource']);
  });

  it('keep a cause of undefined apart from none', () => {
    const causes = [new NotFoundError('x', { cause: undefined }), new NotFoundError('x')];

    expect(causes.map((error) => Object.hasOwn(error, 'cause'))).toEqual([true, false]);
  });

  it('carry headers', () => {
    const error = new ServiceUnavailableError('x', { headers: { 'Retry-After': '5' } });

    expect(error.headers).toEqual({ 'Retry-After': '5' });
  });

  it.each([0, 1.5, 60_000])('keep a retryAfterMs of %d', (retryAfterMs) => {
    expect(new ServiceUnavailableError('x', { retryAfterMs }).retryAfterMs).toBe(retryAfterMs);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null, {}])('drop a retryAfterMs of %p', (given) => {
    // Callers without types pass anything.
    const retryAfterMs = given as number;

    expect(new ServiceUnavailableError('x', { retryAfterMs }).retryAfterMs).toBeUndefined();
  });
});

describe('the extensions of an error', () => {
  it('are none unless given, and frozen', () => {
    const { extensions } = new NotFoundError();

    expect([Object.keys(extensions), Object.isFrozen(extensions)]).toEqual([[], true]);
  });

  it('are a frozen copy', () => {
    const given = { balance: 10 };

    const { extensions } = new NotFoundError('x', { extensions: given });
    given.balance = 20;

    expect([extensions.balance, Object.isFrozen(extensions)]).toEqual([10, true]);
  });

  it.each([
    'type',
    'title',
    'status',
    'detail',
    'instance',
    'code',
    'requestId',
    'correlationId',
    'traceId',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'toJSON',
  ])('lose the reserved name %s', (name) => {
    const { extensions } = new NotFoundError('x', { extensions: { [name]: 'mine', balance: 10 } });

    expect(Object.entries(extensions)).toEqual([['balance', 10]]);
  });

  it('lose an own __proto__ and pollute nothing', () => {
    const given: Record<string, unknown> = JSON.parse('{ "__proto__": { "polluted": true }, "balance": 10 }');

    const { extensions } = new NotFoundError('x', { extensions: given });

    expect([Object.keys(extensions), extensions.polluted]).toEqual([['balance'], undefined]);
  });

  it('lose null and undefined and keep other empty values', () => {
    const { extensions } = new NotFoundError('x', {
      extensions: { nothing: null, missing: undefined, zero: 0, no: false, empty: '' },
    });

    expect(Object.entries(extensions)).toEqual([
      ['zero', 0],
      ['no', false],
      ['empty', ''],
    ]);
  });

  it('inherit nothing', () => {
    const extensions = readExtensions({ balance: 10 });

    expect(Object.getPrototypeOf(extensions)).toBeNull();
  });
});

describe('ValidationError', () => {
  const fault = { detail: 'must be a number', pointer: '#/items/0/count' };

  it('shows its faults as an extension, beside others', () => {
    const error = new ValidationError('2 faults', { errors: [fault], extensions: { hint: 'see the docs' } });

    expect(error.errors).toEqual([fault]);
    expect({ ...error.extensions }).toEqual({ errors: [fault], hint: 'see the docs' });
  });

  it('shows none without any', () => {
    const error = new ValidationError('Odd');

    expect([error.errors, Object.keys(error.extensions)]).toEqual([[], []]);
  });

  it('keeps a frozen copy of the list', () => {
    const errors = [fault];

    const error = new ValidationError('1 fault', { errors });
    errors.pop();

    expect([error.errors.length, Object.isFrozen(error.errors)]).toEqual([1, true]);
  });
});
