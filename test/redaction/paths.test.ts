import { describe, expect, it } from '@jest/globals';
import { createRedactor, pathOf } from '../../src/redaction/index.ts';

describe('pathOf', () => {
  it.each<[string, object, string]>([
    ['/reset/abcd', { token: 'abcd' }, '/reset/[Redacted]'],
    ['/reset/a%20b/x', { token: 'a b' }, '/reset/[Redacted]/x'],
    ['/files/abcd.json', { token: 'abcd' }, '/files/[Redacted]'],
    ['/t/a/data', { token: 'a' }, '/t/[Redacted]/data'],
    ['/k/aaaa/bbbb', { secret: ['aaaa', 'bbbb'] }, '/k/[Redacted]/[Redacted]'],
    ['/k/aaaa/bbbb', { secret: 'aaaa/bbbb' }, '/k/[Redacted]/[Redacted]'],
    ['/orders/abcd', { id: 'abcd' }, '/orders/abcd'],
    ['/reset/%zz', { token: 'abcd' }, '/reset/%zz'],
    ['/reset/', { token: '' }, '/reset/'],
    ['/reset', { token: undefined }, '/reset'],
  ])('of %s with the parameters %j is %s', (originalUrl, params, expected) => {
    expect(pathOf({ originalUrl, params })).toBe(expected);
  });

  it('survives parameters that cannot be listed', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();

    expect(pathOf({ url: '/a?b', params: proxy })).toBe('/a');
  });
});

describe('a redactor', () => {
  it('takes a name with dots for a path, each of whose names counts', () => {
    const fields = createRedactor(['iban']).fields({
      'user.iban': 1,
      'password.0': 1,
      'pass.first': 1,
      'user.name': 1,
    });

    expect(fields).toEqual({
      'user.iban': '[Redacted]',
      'password.0': '[Redacted]',
      'pass.first': '[Redacted]',
      'user.name': 1,
    });
  });
});
