import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { AxiosHeaders } from 'axios';
import { expectTypeOf } from 'expect-type';
import { inject, runWithContext } from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';

const record = requestRecord();
const OLD = '00-11111111111111111111111111111111-2222222222222222-01';
const TRACEPARENT = new RegExp(`^00-${record.traceId}-[0-9a-f]{16}-01$`);

const within = <T>(work: () => T): T => runWithContext(record, work);

describe('inject', () => {
  it('writes ids and trace into a plain object, and returns it', () => {
    const carrier = { type: 'order' };

    const returned = within(() => inject(carrier));

    expect(returned).toBe(carrier);
    expect(carrier).toEqual({
      type: 'order',
      'x-request-id': 'req-1',
      'x-correlation-id': 'corr-1',
      traceparent: expect.stringMatching(TRACEPARENT),
    });
  });

  it('writes nothing outside a request', () => {
    expect(inject({})).toEqual({});
  });

  it('speaks for the request it is told of', () => {
    expect(inject({}, undefined, { record })).toHaveProperty('x-request-id', 'req-1');
  });

  it.each(['traceparent', 'Traceparent', 'TRACEPARENT', 'traceParent'])(
    'replaces a %s of a plain object, and the state that belonged to it',
    (name) => {
      const carrier = { [name]: OLD, TraceState: 'old=1', 'X-Request-Id': 'old', Other: 'stays' };

      within(() => inject(carrier));

      expect(Object.keys(carrier).toSorted()).toEqual([
        'Other',
        'traceparent',
        'x-correlation-id',
        'x-request-id',
      ]);
      expect(carrier).toHaveProperty('traceparent', expect.stringMatching(TRACEPARENT));
    },
  );

  it('replaces them in a Map too, where casing counts', () => {
    const carrier = new Map<unknown, unknown>([
      ['TraceParent', OLD],
      ['tracestate', 'old=1'],
      [7, 'stays'],
    ]);

    within(() => inject(carrier));

    expect([...carrier.keys()]).toEqual([7, 'x-request-id', 'x-correlation-id', 'traceparent']);
  });

  it.each([
    ['Headers', () => new Headers({ Traceparent: OLD, Tracestate: 'old=1' })],
    ['headers of axios', () => new AxiosHeaders({ TraceParent: OLD, TraceState: 'old=1' })],
  ])('replaces them in %s', (_name, make) => {
    const carrier = make();

    within(() => inject<object>(carrier));

    expect(carrier.get('traceparent')).toMatch(TRACEPARENT);
    expect(carrier.has('tracestate')).toBe(false);
  });

  it('replaces them in metadata of gRPC', () => {
    const carrier = new Metadata();
    carrier.add('TraceParent', OLD);
    carrier.add('tracestate', 'old=1');

    within(() => inject(carrier));

    expect(carrier.get('traceparent')).toEqual([expect.stringMatching(TRACEPARENT)]);
    expect(carrier.get('tracestate')).toEqual([]);
  });

  it('writes by a setter, and clears a plain object for it', () => {
    const carrier: Record<string, { readonly text: string }> = { TRACEPARENT: { text: OLD } };

    within(() =>
      inject(carrier, (attributes, key, value) => {
        attributes[key] = { text: value };
      }),
    );

    expect(Object.keys(carrier)).toEqual(['x-request-id', 'x-correlation-id', 'traceparent']);
    expect(carrier.traceparent?.text).toMatch(TRACEPARENT);
  });

  it.each([
    ['an instance of a class', () => new (class Message {})()],
    ['an object with a prototype of its own', () => Object.create({ kind: 'message' })],
  ])('replaces them in %s', (_name, make) => {
    const carrier = Object.assign<object, object>(make(), { Traceparent: OLD, TraceState: 'old=1', id: 7 });

    within(() => inject(carrier));

    expect(Object.keys(carrier)).toEqual(['id', 'x-request-id', 'x-correlation-id', 'traceparent']);
  });

  it('writes into the headers of a Request', () => {
    const sent = new Request('http://users.internal/', {
      headers: { Traceparent: OLD, Tracestate: 'old=1' },
    });

    const returned = within(() => inject(sent));

    expect(returned).toBe(sent);
    expect([...sent.headers.keys()]).toEqual(['traceparent', 'x-correlation-id', 'x-request-id']);
    expect(sent.headers.get('traceparent')).toMatch(TRACEPARENT);
  });

  it.each<unknown>([{ record: undefined }, { record: null }, { record: {} }])(
    'writes nothing for %p, whatever request is served',
    (options) => {
      // null and an empty record are what the types forbid.
      const carrier = within(() => inject({}, undefined, options as object));

      expect(carrier).toEqual({});
    },
  );

  it('gives texts for an empty carrier, and else the carrier', () => {
    const carrier = new Map<string, string>();

    expectTypeOf(inject({})).toEqualTypeOf<Record<string, string>>();
    expectTypeOf(inject({}).traceparent).toEqualTypeOf<string | undefined>();
    expectTypeOf(inject(carrier)).toEqualTypeOf<Map<string, string>>();
    expectTypeOf(inject({ type: 'order' })).toEqualTypeOf<{ type: string }>();
    expect(inject(carrier)).toBe(carrier);
  });

  it.each<unknown>([undefined, null, 'text', 7])(
    'refuses the carrier %p, within a request or not',
    (given) => {
      // What the types forbid.
      expect(() => inject(given as object)).toThrow('inject: the carrier must be an object');
    },
  );

  it('refuses a setter that is none', () => {
    // What the types forbid.
    expect(() => inject({}, 'set' as never)).toThrow('inject: the setter must be a function');
  });
});
