import { describe, expect, it } from '@jest/globals';
import { readHttpError } from '../../src/errors/index.ts';

describe('readHttpError', () => {
  it('reads an error of the http-errors family, with the kind that body-parser sets', () => {
    const error = Object.assign(new SyntaxError('Unexpected token'), {
      status: 400,
      statusCode: 400,
      expose: true,
      type: 'entity.parse.failed',
    });

    expect(readHttpError(error)).toEqual({ status: 400, expose: true, type: 'entity.parse.failed' });
  });

  it('reads one without a kind', () => {
    expect(readHttpError({ status: 503, statusCode: 503, expose: false, type: 7 })).toEqual({
      status: 503,
      expose: false,
      type: undefined,
    });
  });

  it.each([
    ['an error of an HTTP client, whose status is another server’s', { status: 401 }],
    ['two different statuses', { status: 404, statusCode: 400, expose: true }],
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
