import { describe, expect, it } from '@jest/globals';
import { endToEnd } from '../../../src/cache/http/hop-by-hop.ts';

describe('endToEnd', () => {
  it.each([
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authentication-info',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ])('leaves out %s', (name) => {
    expect(endToEnd({ [name]: 'x', etag: '"1"' })).toEqual({ etag: '"1"' });
  });

  it('leaves out what Connection lists, in whatever case and in however many lines', () => {
    const headers = { connection: ['A, close', ' b-C ,,'], a: '1', 'b-c': ['2', '3'], d: '4' };

    expect(endToEnd(headers)).toEqual({ d: '4' });
  });

  it('keeps what says how far the answer may be used, though Connection lists it', () => {
    const rules = { age: '1', 'cache-control': 'must-revalidate', date: 'x', expires: '0', vary: 'a' };
    const connection = Object.keys(rules).join(',');

    expect(endToEnd({ ...rules, connection })).toEqual(rules);
  });
});
