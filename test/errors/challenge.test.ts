import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Challenge, ForbiddenError, UnauthorizedError } from '../../src/errors/index.ts';

const fieldOf = (challenge: Challenge): string | undefined =>
  new UnauthorizedError('Log in', { challenge }).headers?.['WWW-Authenticate'];

describe('the challenge of an UnauthorizedError', () => {
  it.each<[string, Challenge, string]>([
    ['a scheme alone', { scheme: 'Bearer' }, 'Bearer'],
    ['a realm', { scheme: 'Basic', realm: 'Orders' }, 'Basic realm="Orders"'],
    [
      'everything of RFC 6750',
      {
        scheme: 'Bearer',
        realm: 'orders',
        scope: 'orders:read orders:write',
        error: 'invalid_token',
        errorDescription: 'The token expired',
        errorUri: 'https://docs.example.com/tokens',
      },
      'Bearer realm="orders", scope="orders:read orders:write", error="invalid_token", ' +
        'error_description="The token expired", error_uri="https://docs.example.com/tokens"',
    ],
    [
      'other parameters',
      { scheme: 'DPoP', params: { algs: 'ES256', 'not a name': 'x', ALGS: 'none' } },
      'DPoP algs="ES256"',
    ],
    ['a whole field value', 'Basic realm="Orders", charset="UTF-8"', 'Basic realm="Orders", charset="UTF-8"'],
    ['a field value with escaped quotes', 'Basic realm="\\"Orders\\""', 'Basic realm="\\"Orders\\""'],
    ['a token of the Negotiate scheme', 'Negotiate oYG2MIGz==', 'Negotiate oYG2MIGz=='],
  ])('takes %s', (_what, challenge, field) => {
    expect(fieldOf(challenge)).toBe(field);
  });

  it.each<[string, Challenge, string]>([
    ['a realm', { scheme: 'Basic', realm: 'a", error="x\\' }, 'Basic realm="a\\", error=\\"x\\\\"'],
    [
      'a description',
      { scheme: 'Bearer', errorDescription: 'a", b="\\' },
      `Bearer error_description="a', b=''"`,
    ],
    ['an error', { scheme: 'Bearer', error: 'a"\r\nSet-Cookie: x=1' }, `Bearer error="a' Set-Cookie: x=1"`],
    ['a realm with controls', { scheme: 'Basic', realm: 'a\u0000\u001b[1m\u2028é' }, 'Basic realm="a [1m "'],
    ['a parameter', { scheme: 'X', params: { nonce: '"\n"' } }, 'X nonce="\\" \\""'],
  ])('lets %s not break out of its quotes', (_what, challenge, field) => {
    expect(fieldOf(challenge)).toBe(field);
  });

  it('cuts a value that is too long', () => {
    expect(fieldOf({ scheme: 'Basic', realm: '"'.repeat(10_000) })).toBe(
      `Basic realm="${'\\"'.repeat(500)}"`,
    );
  });

  it.each<[string, unknown]>([
    ['a scheme that is no token', { scheme: 'Bearer realm' }],
    ['no scheme', { realm: 'x' }],
    ['nothing', ''],
    ['a line break', 'Basic realm="x"\r\nSet-Cookie: a=b'],
    ['a line break at the end', 'Basic realm="x"\n'],
    ['an open quote', 'Basic realm="x'],
    ['an escaped end of a quote', 'Basic realm="x\\"'],
    ['letters beyond ASCII', 'Basic realm="é"'],
    ['a field that is too long', `Basic ${'x'.repeat(3_000)}`],
    ['a number', 7],
    ['null', null],
  ])('is dropped where it is %s', (_what, challenge) => {
    // What only a JavaScript caller can write.
    expect(fieldOf(challenge as Challenge)).toBeUndefined();
  });

  it('takes the place of one among the headers, and leaves the others', () => {
    const error = new UnauthorizedError('Log in', {
      headers: { 'www-authenticate': 'Basic', Link: '</login>' },
      challenge: { scheme: 'Bearer' },
    });

    expect(error.headers).toEqual({ Link: '</login>', 'WWW-Authenticate': 'Bearer' });
  });

  it('is allowed for a ForbiddenError too', () => {
    const error = new ForbiddenError('May not', {
      challenge: { scheme: 'Bearer', error: 'insufficient_scope', scope: 'orders:write' },
    });

    expect(error.headers).toEqual({
      'WWW-Authenticate': 'Bearer scope="orders:write", error="insufficient_scope"',
    });
  });

  it('is one whole field of that scheme, whatever its values are', () => {
    const value = fc.string({ unit: 'binary', maxLength: 40 });
    const parts = fc.record({
      realm: value,
      scope: value,
      error: value,
      errorDescription: value,
      errorUri: value,
    });
    const param = /[\w-]+="(?:[ !#-[\]-~]|\\["\\])*"/.source;
    const whole = new RegExp(`^Bearer ${param}(?:, ${param}){4,5}$`);

    fc.assert(
      fc.property(parts, fc.dictionary(value, value, { maxKeys: 1 }), (given, params) => {
        const field = fieldOf({ scheme: 'Bearer', ...given, params }) ?? '';

        validateHeaderValue('WWW-Authenticate', field);
        expect(field).toMatch(whole);
      }),
      { seed: 7 },
    );
  });
});
