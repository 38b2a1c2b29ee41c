import { describe, expect, it } from '@jest/globals';
import { bodyParserFault } from '../../../src/errors/foreign/body-parser.ts';
import { malformedUrlFault } from '../../../src/errors/foreign/malformed-url.ts';

const shaped = (status: number, more: object): Error =>
  Object.assign(new Error('quotes the body'), { status, statusCode: status, expose: true, ...more });

describe('bodyParserFault', () => {
  it('recognises JSON that cannot be parsed', () => {
    expect(bodyParserFault(shaped(400, { type: 'entity.parse.failed', name: 'SyntaxError' }))).toEqual({
      status: 400,
      code: 'malformed-json',
      detail: 'The request body is not valid JSON.',
    });
  });

  it('takes another parser’s failure for what it is', () => {
    expect(bodyParserFault(shaped(400, { type: 'entity.parse.failed' }))).toEqual({
      status: 400,
      detail: 'The request body cannot be parsed.',
    });
  });

  it.each([
    [10, { limit: 10 }],
    ['10', undefined],
    [Number.NaN, undefined],
  ])('reads limit %p as %p', (limit, expected) => {
    expect(bodyParserFault(shaped(413, { type: 'entity.too.large', limit }))?.extensions).toEqual(expected);
  });

  it('recognises broken compression by the code of zlib', () => {
    expect(bodyParserFault(shaped(400, { code: 'Z_DATA_ERROR' }))).toMatchObject({
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
    expect(bodyParserFault(error)).toBeUndefined();
  });
});

describe('malformedUrlFault', () => {
  it('knows a URIError with status 400', () => {
    expect(malformedUrlFault(Object.assign(new URIError(), { status: 400 }))).toMatchObject({
      code: 'malformed-url',
    });
  });

  it.each([
    ['a URIError of our own work', new URIError()],
    ['another error with status 400', Object.assign(new Error(), { status: 400 })],
  ])('leaves %s alone', (_what, error) => {
    expect(malformedUrlFault(error)).toBeUndefined();
  });
});
