import { describe, expect, it } from '@jest/globals';
import { mergeHeaders, readHeaders } from '../../src/client/headers.ts';

const merged = (client: object, call: object, ownHost = true, propagate = ownHost) =>
  mergeHeaders({
    client: readHeaders({ ...client }),
    call: readHeaders({ ...call }),
    contentType: undefined,
    ownHost,
    propagate,
  });

describe('readHeaders', () => {
  it.each(['a\r\nx-evil: 1', 'a\nb', 'a\0', 'ł', '😀'])('refuses the value %j', (value) => {
    expect(() => readHeaders({ 'x-a': value })).toThrow(TypeError);
  });

  it.each(['', 'a b', 'a:b', 'ä', 'a\r\nb'])('refuses the name %j', (name) => {
    expect(() => readHeaders({ [name]: 'x' })).toThrow(TypeError);
  });

  it.each([new Headers({ 'x-a': '1' }), new Map([['x-a', '1']])])(
    'refuses %p, which has no keys',
    (given) => {
      // What the type forbids for a Map, a user without types may write.
      expect(() => readHeaders(given as unknown as Record<string, string>)).toThrow(TypeError);
    },
  );

  it.each(['Host', 'content-length', 'Transfer-Encoding', 'connection', 'upgrade'])(
    'keeps %s to itself',
    (name) => {
      expect(() => readHeaders({ [name]: 'x' })).toThrow(/transport/);
    },
  );

  it('does not repeat a bad value, which may be a credential', () => {
    expect(() => readHeaders({ authorization: 'Bearer hunter2\n' })).toThrow(/^(?!.*hunter2)/);
  });
});

describe('mergeHeaders', () => {
  it('asks for JSON unless told otherwise', () => {
    expect([merged({}, {}).accept, merged({}, { Accept: 'text/plain' }).accept]).toEqual([
      'application/json, application/problem+json',
      'text/plain',
    ]);
  });

  it('lets the call win over the client, whatever the case of the name', () => {
    expect(merged({ 'X-A': 'client' }, { 'x-a': 'call' })['x-a']).toBe('call');
  });

  it('leaves out what is undefined', () => {
    expect(merged({ 'x-a': 'client' }, { 'x-a': undefined, accept: undefined })).toEqual({});
  });

  it.each([true, false])('sends ids of the client to another host where ids may go: %j', (propagate) => {
    const sent = merged({ 'x-request-id': 'batch-7' }, {}, false, propagate);

    expect(sent['x-request-id']).toBe(propagate ? 'batch-7' : undefined);
  });

  it('sends only harmless headers of the client to another host, but all of the call', () => {
    const client = { authorization: 'client', 'x-api-key': 'client', dpop: 'client', range: 'client' };

    expect(merged(client, { 'x-api-key': 'call', 'x-a': 'call', accept: undefined }, false)).toEqual({
      'x-api-key': 'call',
      'x-a': 'call',
      range: 'client',
    });
  });
});
