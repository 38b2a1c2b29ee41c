import { describe, expect, it } from '@jest/globals';
import { isMalformedUrl, readBodyFault } from '../../../src/errors/index.ts';

const shaped = (status: number, more: object): Error =>
  Object.assign(new Error('quotes the body'), { status, statusCode: status, expose: true, ...more });

describe('readBodyFault', () => {
  it('recognises JSON that cannot be parsed', () => {
    expect(readBodyFault(shaped(400, { type: 'entity.parse.failed', name: 'SyntaxError' }))).toEqual({
      status: 400,
      code: 'malformed-json',
      detail: 'The request body is not valid JSON.',
      limit: undefined,
    });
  });

  it('takes another parser’s failure for what it is', () => {
    expect(readBodyFault(shaped(400, { type: 'entity.parse.failed' }))).toMatchObject({ code: undefined });
  });

  it.each([
    [10, 10],
    ['10', undefined],
    [Number.NaN, undefined],
  ])('reads limit %p as %p', (limit, expected) => {
    expect(readBodyFault(shaped(413, { type: 'entity.too.large', limit }))).toMatchObject({
      limit: expected,
    });
  });

  it('recognises broken compression by the code of zlib', () => {
    expect(readBodyFault(shaped(400, { code: 'Z_DATA_ERROR' }))).toMatchObject({
      code: 'malformed-encoding',
    });
  });

  it.each([
    ['nothing', undefined],
    ['a type of somebody else', shaped(400, { type: 'StripeCardError' })],
    ['a type without the shape', Object.assign(new Error(), { status: 413, type: 'entity.too.large' })],
    ['a zlib code of our own work', Object.assign(new Error(), { code: 'Z_DATA_ERROR' })],
    ['a plain http error', shaped(400, {})],
  ])('leaves %s alone', (_what, error) => {
    expect(readBodyFault(error)).toBeUndefined();
  });
});

describe('isMalformedUrl', () => {
  it('is true for a URIError with status 400 alone', () => {
    expect(isMalformedUrl(Object.assign(new URIError(), { status: 400 }))).toBe(true);
    expect(isMalformedUrl(new URIError())).toBe(false);
    expect(isMalformedUrl(Object.assign(new Error(), { status: 400 }))).toBe(false);
  });
});
