import { describe, expect, it } from '@jest/globals';
import { readHttpError } from '../../src/errors/foreign/http-error.ts';
import { createError } from '../support/http-errors.ts';

const untouchable = {
  getPrototypeOf: () => {
    throw new Error('s3cret');
  },
};

describe('readHttpError', () => {
  it('reads an error of the http-errors family, with the kind that body-parser sets', () => {
    const error = Object.assign(new SyntaxError('Unexpected token'), {
      status: 400,
      statusCode: 400,
      expose: true,
      type: 'entity.parse.failed',
    });

    expect(readHttpError(error)).toEqual({ status: 400, expose: false, type: 'entity.parse.failed' });
  });

  it('reads one without a kind', () => {
    expect(readHttpError({ status: 503, statusCode: 503, expose: false, type: 7 })).toEqual({
      status: 503,
      expose: false,
      type: undefined,
    });
  });

  it('lets status win over another statusCode', () => {
    expect(readHttpError({ status: 404, statusCode: 400, expose: true })).toMatchObject({ status: 404 });
  });

  it.each([
    ['of a listed status', () => createError(404, 'No such thing')],
    ['of a status without a class', () => createError(499, 'No such thing')],
    ['with an expose of its own', () => createError(400, 'No such thing', { expose: true })],
  ])('takes the message of an error %s for public', (_what, make) => {
    expect(readHttpError(make())).toMatchObject({ expose: true });
  });

  it.each([
    ['that wraps another', () => createError(400, new Error('s3cret'))],
    ['that wraps one of a server fault', () => createError(400, createError(500, 's3cret'))],
    ['that is switched off', () => createError(400, 's3cret', { expose: false })],
    ['of a server fault', () => createError(500, 's3cret')],
    ['whose prototype cannot be read', () => new Proxy(createError(400, 's3cret'), untouchable)],
  ])('takes the message of an error %s for private', (_what, make) => {
    expect(readHttpError(make())).toMatchObject({ expose: false });
  });

  it.each([
    ['an error of an HTTP client, whose status is another server’s', { status: 401 }],
    ['a second status that is none', { status: 404, statusCode: 200, expose: true }],
    ['no expose', { status: 404, statusCode: 404 }],
    ['an expose that is no boolean', { status: 404, statusCode: 404, expose: 'true' }],
    ['a status of no error', { status: 302, statusCode: 302, expose: true }],
    ['statuses that are texts', { status: '404', statusCode: '404', expose: true }],
    ['nothing', undefined],
    ['a text', 'x'],
  ])('does not recognise %s', (_name, value: unknown) => {
    expect(readHttpError(value)).toBeUndefined();
  });
});
