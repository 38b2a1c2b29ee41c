import { STATUS_CODES } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { isErrorStatus, statusCode, statusPhrase } from '../../src/errors/index.ts';

/** Node's phrases that RFC 9110 renamed, that are obsolete, or that are written in another case. */
const OTHERWISE = new Set(['413', '418', '422', '509', '510']);

describe('statusPhrase', () => {
  it('calls each status by the name Node gives it, but for the renamed and the obsolete', () => {
    const others = Object.entries(STATUS_CODES)
      .filter(([status]) => Number(status) >= 400 && !OTHERWISE.has(status))
      .filter(([status, phrase]) => statusPhrase(Number(status)) !== phrase);

    expect(others).toEqual([]);
  });

  it('calls 413 and 422 as RFC 9110 does', () => {
    expect([413, 422].map(statusPhrase)).toEqual(['Content Too Large', 'Unprocessable Content']);
  });

  it('calls an unlisted status by its class', () => {
    expect([430, 599].map(statusPhrase)).toEqual(['Client Error', 'Server Error']);
  });
});

describe('statusCode', () => {
  it('is the phrase in kebab case', () => {
    expect([404, 418, 505, 599].map(statusCode)).toEqual([
      'not-found',
      'im-a-teapot',
      'http-version-not-supported',
      'server-error',
    ]);
  });
});

describe('isErrorStatus', () => {
  it('takes whole numbers from 400 to 599 only', () => {
    expect([400, 599].map(isErrorStatus)).toEqual([true, true]);
    expect([399, 600, 404.5, Number.NaN, '404', undefined].map(isErrorStatus)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
