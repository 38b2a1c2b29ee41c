import { describe, expect, it } from '@jest/globals';
import {
  BusinessError,
  ConflictError,
  defineError,
  NotFoundError,
  retryableOf,
  ServiceUnavailableError,
} from '../../src/errors/index.ts';
import { loadCopy } from '../support/copy.ts';

describe('retryable', () => {
  it('is not said unless somebody says it', () => {
    expect([new NotFoundError().retryable, new ServiceUnavailableError().retryable]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([true, false])('is what the options say: %p', (retryable) => {
    expect(new ConflictError('Try again', { retryable }).retryable).toBe(retryable);
  });

  it('is what a class says, unless the options say otherwise', () => {
    class Busy extends BusinessError {
      constructor(options = {}) {
        super({ status: 409, retryable: true }, 'Busy', options);
      }
    }
    const Locked = defineError('locked', { status: 409, retryable: true });

    expect([new Busy().retryable, new Locked().retryable]).toEqual([true, true]);
    expect([
      new Busy({ retryable: false }).retryable,
      new Locked(undefined, { retryable: false }).retryable,
    ]).toEqual([false, false]);
  });

  it('is dropped where it is neither true nor false', () => {
    // What only a JavaScript caller can write.
    const options = { retryable: 'yes' as unknown as boolean };

    expect(new ConflictError('x', options).retryable).toBeUndefined();
  });

  it('is no name for an extension', () => {
    const error = new ConflictError('x', { extensions: { retryable: true, sku: 'a' } });

    expect({ ...error.extensions }).toEqual({ sku: 'a' });
  });
});

describe('retryableOf', () => {
  it('reads errors of every copy of the package, and no others', async () => {
    const copy = await loadCopy();
    const foreign = Object.assign(new Error(), { retryable: true });

    const errors = [new copy.ConflictError('x', { retryable: true }), foreign, undefined, 'x'];

    expect(errors.map(retryableOf)).toEqual([true, undefined, undefined, undefined]);
  });
});
