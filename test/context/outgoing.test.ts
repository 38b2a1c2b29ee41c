import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  contextOf,
  outgoingHeaders,
  readHosts,
  requestContext,
  runWithContext,
} from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { requestRecord } from '../support/records.ts';

const NAMES = ['x-request-id', 'x-correlation-id', 'traceparent', 'tracestate', 'baggage'];
const record = requestRecord({
  propagateTo: readHosts(['users.internal:8080']),
  traceState: 'foo=1',
  baggage: 'tenant=7',
});

describe('outgoingHeaders', () => {
  it.each(['http://users.internal:8080/a', new URL('http://users.internal:8080/a')])(
    'gives ids, trace and baggage for a host of the app: %s',
    (url) => {
      const headers = runWithContext(record, () => outgoingHeaders(url));

      expect(Object.keys(headers)).toEqual(NAMES);
      expect(headers).toMatchObject({ 'x-request-id': 'req-1', tracestate: 'foo=1', baggage: 'tenant=7' });
    },
  );

  it('names a new span at each call', () => {
    const spans = runWithContext(record, () =>
      [1, 2, 3].map(() => outgoingHeaders('http://users.internal:8080/').traceparent?.split('-')[2]),
    );

    expect(new Set([...spans, record.spanId]).size).toBe(4);
  });

  it.each([
    'http://users.internal/',
    'http://evil.example/?a=users.internal:8080',
    'http://users.internal:8080@evil.example/',
    '/users.internal:8080',
    '//users.internal:8080/',
    'users.internal:8080',
    'ftp://users.internal:8080/',
    'data:text/plain,users.internal:8080',
    '',
    undefined,
    null,
    7,
    {},
    Object.create(null),
    Symbol('url'),
    new Proxy({}, { get: () => () => ({}) }),
  ])('gives nothing for %p', (url) => {
    // What the types forbid, and JavaScript does all the same.
    const headers = runWithContext(record, () => outgoingHeaders(url as string));

    expect(headers).toEqual({});
  });

  it('gives nothing outside a request', () => {
    expect(outgoingHeaders('http://users.internal:8080/')).toEqual({});
  });

  it('speaks for the request it is told of, in whichever context it is called', () => {
    const headers = outgoingHeaders('http://users.internal:8080/', { record });

    expect(headers).toHaveProperty('x-request-id', 'req-1');
  });

  it.each<unknown>([{ record: undefined }, { record: null }, { record: {} }, { record: 7 }])(
    'gives nothing for %p, whatever request is served',
    (options) => {
      // All but the first are what the types forbid.
      const headers = runWithContext(record, () =>
        outgoingHeaders('http://users.internal:8080/', options as object),
      );

      expect(headers).toEqual({});
    },
  );

  it.each<unknown>([null, undefined, {}])('takes %p for no options', (options) => {
    // null is what the types forbid.
    const headers = runWithContext(record, () =>
      outgoingHeaders('http://users.internal:8080/', options as object),
    );

    expect(headers).toHaveProperty('x-request-id', 'req-1');
  });

  it('gives nothing for a record that an older copy of the package made', () => {
    const { propagateTo: _, ...older } = record;

    // Such a record lacks what the type now promises.
    const headers = outgoingHeaders('http://users.internal:8080/', { record: older as typeof record });

    expect(headers).toEqual({});
  });

  describe.each(expressMajors)('$major', ({ express }) => {
    it('knows the hosts of the app that serves the request, one list for all its requests', async () => {
      const lists = new Set<unknown>();
      const appFor = (host: string) =>
        express()
          .use(requestContext({ propagateTo: [host] }))
          .get('/', (_req, res) => {
            res.json(['http://a/', 'http://b/'].map((url) => Object.keys(outgoingHeaders(url)).length));
          });
      const app = appFor('a').get('/list', (req, res) => {
        lists.add(contextOf(req)?.propagateTo);
        res.end();
      });

      const answers = await Promise.all([app, appFor('b')].map((each) => request(each).get('/')));
      await request(app).get('/list');
      await request(app).get('/list');

      expect(answers.map(({ body }) => body)).toEqual([
        [3, 0],
        [0, 3],
      ]);
      expect([lists.size, [...lists].every(Object.isFrozen)]).toEqual([1, true]);
    });
  });
});
