import { describe, expect, it } from '@jest/globals';
import { createEventHub } from '../../src/events/index.ts';
import { accessLog, createLogger, type LogInputOptions, logEvents } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';

/** What the record of a failed request says of its input. */
const inputOf = (input: LogInputOptions, request: object, redact: readonly string[] = []): unknown => {
  const logs = captureLogs();
  const logger = createLogger({ stream: logs.stream, logger: { base: null, timestamp: false }, redact });
  const events = createEventHub();
  logEvents(events, logger, { input });

  events.publish('request.failed', {
    request,
    error: new Error('a bug'),
    status: 500,
    code: 'internal-server-error',
    kind: 'technical',
  });

  return logs.lines[0]?.input;
};

describe('logEvents({ input })', () => {
  it('prints what is listed, by part and path, and nothing else', () => {
    const request = {
      params: { id: '7', other: 'x' },
      query: { page: '2', filter: { kind: 'tea' }, other: 'x' },
      body: { user: { id: 42, name: 'x' }, items: [{ sku: 'a' }, { sku: 'b', n: 1 }], dry: true, note: null },
    };

    const input = inputOf(
      {
        params: ['id'],
        query: ['page', 'filter.kind'],
        body: [
          'user.id',
          'items.0.sku',
          'items.*.sku',
          'items.length',
          'dry',
          'note',
          'absent',
          'user.id.deep',
        ],
      },
      request,
    );

    expect(input).toEqual({
      params: { id: '7' },
      query: { page: '2', 'filter.kind': 'tea' },
      body: {
        'user.id': 42,
        'items.0.sku': 'a',
        'items.*.sku': ['a', 'b'],
        'items.length': 2,
        dry: true,
        note: null,
      },
    });
  });

  it.each<[string, LogInputOptions]>([
    ['nothing is listed', {}],
    ['nothing of what is listed is there', { params: ['id'], query: ['page'], body: ['a.*.b', '*'] }],
  ])('prints no input where %s', (_what, input) => {
    expect(inputOf(input, { body: { a: {} } })).toBeUndefined();
  });

  it('prints no object whole, and of a list its scalars', () => {
    const body = { user: { password: 'hunter2' }, list: [1, { a: 1 }, ['x'], 'y'], when: new Date(0) };

    expect(inputOf({ body: ['user', 'list', 'when'] }, { body })).toEqual({
      body: { user: '[Object]', list: [1, '[Object]', '[Object]', 'y'], when: '[Object]' },
    });
  });

  it('redacts by the names of a path, those of the app included', () => {
    const body = { user: { password: 'hunter2', iban: 'hunter2', pass: 'hunter2' }, tokens: ['hunter2'] };
    const listed = ['user.password', 'user.iban', 'user.pass', 'tokens.0', 'tokens'];

    const input = inputOf({ body: listed, params: ['token'] }, { body, params: { token: 'hunter2' } }, [
      'IBAN',
    ]);

    expect(input).toEqual({
      params: { token: '[Redacted]' },
      body: Object.fromEntries(listed.map((path) => [path, '[Redacted]'])),
    });
  });

  it('scrubs texts, keeps them on one line and cuts them', () => {
    const body = { note: 'Bearer abc.def\n2', long: 'x'.repeat(10_000), big: 2n ** 70n };

    expect(inputOf({ body: ['note', 'long', 'big'] }, { body })).toEqual({
      body: {
        note: 'Bearer [Redacted]\\u000a2',
        long: `${'x'.repeat(200)}…`,
        big: '1180591620717411303424',
      },
    });
  });

  it('prints twenty items of a list and fifty values in all', () => {
    const items = Array.from({ length: 1_000 }, (_, n) => ({ n }));

    const input = inputOf(
      { query: ['q'], body: ['items.*.n', 'numbers', 'more', 'last'] },
      {
        query: { q: 'a' },
        body: { items, numbers: items.map(({ n }) => n), more: items.map(({ n }) => n), last: 1 },
      },
    );

    expect(input).toEqual({
      query: { q: 'a' },
      body: {
        'items.*.n': items.slice(0, 20).map(({ n }) => n),
        numbers: items.slice(0, 20).map(({ n }) => n),
        more: items.slice(0, 9).map(({ n }) => n),
      },
    });
  });

  it('takes a dot in a key for a part of it where the key is there', () => {
    expect(inputOf({ query: ['a.b'] }, { query: { 'a.b': '1', a: { b: '2' } } })).toEqual({
      query: { 'a.b': '1' },
    });
  });

  it('reads own members alone, and runs no getter', () => {
    const body = Object.create({ inherited: 'x' }, { got: { get: () => 'x', enumerable: true } });

    const listed = ['inherited', 'got', '__proto__', 'constructor.name', 'toString'];

    expect(inputOf({ body: listed }, { body })).toBeUndefined();
  });

  it('survives proxies that throw, and getters of the request', () => {
    const throwing = () => {
      throw new Error('trap');
    };
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    const list = new Proxy([1], { getOwnPropertyDescriptor: throwing, get: throwing });
    const request = {
      params: proxy,
      body: { list, gone: proxy },
      get query() {
        return throwing();
      },
    };

    expect(
      inputOf({ params: ['id'], query: ['q'], body: ['list', 'list.*', 'gone', 'gone.*'] }, request),
    ).toEqual({ body: { list: [], gone: '[Object]' } });
  });

  it.each<[string, unknown, string]>([
    ['a text', 'body', 'option "input" must be an object, but was "body"'],
    [
      'an unknown part',
      { cookies: ['a'] },
      'unknown option "cookies" in "input"; known are params, query, body',
    ],
    [
      'a part that is no list',
      { body: 'a' },
      'option "input.body" must be a list, each item a name, or up to 16 names joined by dots, but was "a"',
    ],
    ['an empty name', { body: ['a..b'] }, 'option "input.body" must be a list'],
    ['an overlong name', { query: ['x'.repeat(200)] }, 'option "input.query" must be a list'],
    ['a number', { params: [1] }, 'option "input.params" must be a list'],
  ])('refuses %s', (_what, input, message) => {
    // What only a JavaScript caller can write.
    const options = { input: input as LogInputOptions };

    expect(() => logEvents(createEventHub(), {}, options)).toThrow(`logEvents: ${message}`);
    expect(() => accessLog(options)).toThrow(`accessLog: ${message}`);
  });
});
