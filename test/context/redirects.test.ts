import { describe, expect, it } from '@jest/globals';
import { readHosts, runWithContext, stripOnRedirect } from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';

const record = requestRecord({ propagateTo: readHosts(['users.internal']) });
const FIELDS = ['X-Request-ID', 'x-correlation-id', 'Traceparent', 'tracestate', 'Baggage'];
const VENDORS = [
  'B3',
  'X-B3-TraceId',
  'x-b3-sampled',
  'X-Amzn-Trace-Id',
  'X-Cloud-Trace-Context',
  'Request-Id',
];

const headersWith = (...names: string[]) =>
  Object.fromEntries([...names, 'Accept'].map((name) => [name, 'x']));

/** Names of the headers that are left. */
const leftBy = (options: object, ...details: unknown[]): string[] => {
  const headers = headersWith(...FIELDS, ...VENDORS);
  runWithContext(record, () => stripOnRedirect({ ...options, headers }, ...details));
  return Object.keys(headers);
};

describe('stripOnRedirect', () => {
  it.each([
    [{ href: 'http://evil.example/?users.internal' }],
    [{ url: new URL('http://users.internal@evil.example/') }],
    [{ href: '/relative' }],
    [{}],
    [{ href: 7 }],
  ])('takes every header of ids, trace and baggage out on the way to %j', (options) => {
    expect(leftBy(options)).toEqual(['Accept']);
  });

  it('leaves them on the way to a host of the app', () => {
    expect(leftBy({ url: new URL('https://users.internal:8443/') })).toHaveLength(12);
  });

  it.each([
    ['http://a.example/', 12],
    ['http://a.example:8080/', 1],
    ['https://a.example/', 1],
    ['http://b.example/', 1],
  ])('from http://a.example to %s leaves %d headers', (href, left) => {
    expect(leftBy({ href }, { headers: {} }, { url: 'http://a.example/old' })).toHaveLength(left);
  });

  it('takes them out outside a request', () => {
    const headers = headersWith('traceparent');

    stripOnRedirect({ href: 'http://users.internal/', headers });

    expect(headers).toEqual({ Accept: 'x' });
  });

  it.each([{}, { headers: null }, { headers: 'x' }])('does nothing to %j', (options) => {
    expect(() => stripOnRedirect(options)).not.toThrow();
  });
});
