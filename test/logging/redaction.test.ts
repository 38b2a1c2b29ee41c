import { describe, expect, it } from '@jest/globals';
import type { Logger } from 'pino';
import { NotFoundError, UpstreamResponseError } from '../../src/errors/index.ts';
import { createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';

/** The one line that is written for these arguments. */
const lineFor = (...args: readonly unknown[]) => {
  const logs = captureLogs();
  const logger = createLogger({
    stream: logs.stream,
    logger: { base: null, timestamp: false },
    redact: ['IBAN'],
  });
  Reflect.apply(logger.info, logger, args);
  expect(logs.lines).toHaveLength(1);
  return { ...logs.lines[0], text: logs.text };
};

describe('redaction by name', () => {
  it.each([
    'authorization',
    'Authorization',
    'PROXY-AUTHORIZATION',
    'cookie',
    'Set-Cookie',
    'x-api-key',
    'x-csrf-token',
    'accessToken',
    'client_secret',
    'passwd',
    'userPassword',
    'apiKey',
    'api_key',
    'iban',
    'pwd',
    'dbPwd',
    'pass',
    'db_pass',
    'dbPass',
    'passphrase',
    'jwt',
    'sid',
    'connect.sid',
    'sessionId',
    'session_id',
    'privateKey',
    'accessKey',
    'aws_access_key_id',
    'credentials',
  ])('hides %s, whatever holds it', (name) => {
    const line = lineFor({ [name]: 'hunter2', headers: [{ a: { [name]: ['hunter2'] } }] });

    expect(line).toMatchObject({ [name]: '[Redacted]', headers: [{ a: { [name]: '[Redacted]' } }] });
    expect(line.text).not.toContain('hunter2');
  });

  it('prints names that only look alike', () => {
    const fields = {
      bypass: 'a',
      passenger: 'b',
      inside: 'c',
      presided: 'd',
      key: 'e',
      session: 'f',
      primaryKey: 'g',
    };

    expect(lineFor(fields)).toMatchObject(fields);
  });

  it('leaves everything else as JSON would print it', () => {
    const fields = {
      word: 'a',
      zero: 0,
      no: false,
      nil: null,
      list: [1, { b: 2 }],
      date: new Date(0),
      token: null,
    };

    expect(lineFor(fields)).toMatchObject(JSON.parse(JSON.stringify(fields)));
  });

  it('hides secrets among the bindings of children and in what a message interpolates', () => {
    const logs = captureLogs();
    const logger = createLogger({ stream: logs.stream });

    logger
      .child({ token: 'hunter2' })
      .child({ nested: { cookie: 'hunter2' } })
      .info('got %o', { secret: 'hunter2' });

    expect(logs.lines[0]).toMatchObject({ token: '[Redacted]', nested: { cookie: '[Redacted]' } });
    expect(logs.text).not.toContain('hunter2');
  });

  describe('in a child with options of its own', () => {
    type Make = (logger: Logger) => Logger;

    const secret = { password: 'hunter2' };
    const spoil = () => ({ kept: true, ...secret });
    const fail = (): never => {
      throw new Error('a fault of the app');
    };

    it.each<[string, Make]>([
      ['a serializer', (logger) => logger.child({}, { serializers: { user: spoil } })],
      [
        'a serializer of what it binds',
        (logger) => logger.child({ user: 1 }, { serializers: { user: spoil } }),
      ],
      ['a serializer that throws', (logger) => logger.child({}, { serializers: { user: fail } })],
      ['a serializer of errors', (logger) => logger.child({}, { serializers: { err: spoil } })],
      [
        'a serializer of messages',
        (logger) => logger.child({}, { serializers: { msg: () => 'pwd: hunter2\n' } }),
      ],
      ['a formatter of lines', (logger) => logger.child({}, { formatters: { log: spoil } })],
      ['a formatter of lines that throws', (logger) => logger.child({}, { formatters: { log: fail } })],
      ['a formatter of bindings', (logger) => logger.child({ a: 1 }, { formatters: { bindings: spoil } })],
      [
        'keys without value',
        (logger) => logger.child({}, { serializers: undefined, formatters: undefined } as object),
      ],
      ['a level alone', (logger) => logger.child(secret, { level: 'debug' })],
      ['a child of its own', (logger) => logger.child({}, { serializers: { user: spoil } }).child(secret)],
      [
        'bindings that are set later',
        (logger) => {
          const child = logger.child({});
          child.setBindings({ ...secret, set: 1, nested: { token: 'hunter2' } });
          return child;
        },
      ],
    ])('hides secrets behind %s', (_what, make) => {
      const logs = captureLogs();
      const logger = make(createLogger({ stream: logs.stream }));

      logger.info({ user: secret, err: new Error('a fault') }, 'hello');

      expect(logs.lines).toHaveLength(1);
      expect(logs.text).not.toContain('hunter2');
      expect(logs.lines[0]).toHaveProperty('msg');
    });

    it('prints what the serializer makes of the value, and what was set', () => {
      const logs = captureLogs();
      const logger = createLogger({ stream: logs.stream }).child({}, { serializers: { user: spoil } });
      logger.setBindings({ tenant: 'acme' });

      logger.info({ user: 1, err: new Error('a fault') });

      expect(logs.lines[0]).toMatchObject({
        tenant: 'acme',
        user: { kept: true, password: '[Redacted]' },
        err: { message: 'a fault' },
      });
    });
  });

  it('does not touch the object that is logged', () => {
    const headers = { authorization: 'hunter2' };

    lineFor({ headers });

    expect(headers).toEqual({ authorization: 'hunter2' });
  });

  it('cuts what is nested deeper than it looks', () => {
    const line = lineFor({ a: { b: { c: { d: { e: { f: { password: 'hunter2' } } } } } } });

    expect(line).toMatchObject({ a: { b: { c: { d: { e: { f: '[Truncated]' } } } } } });
  });

  it('prints method and path of a request, status of a response, and nothing else of them', () => {
    const req = { method: 'GET', url: '/x?token=hunter2', headers: { cookie: 'hunter2' }, body: 'hunter2' };

    const line = lineFor({ req, res: { statusCode: 200, body: 'hunter2' } });

    expect(line).toMatchObject({ req: { method: 'GET', path: '/x' }, res: { status: 200 } });
    expect(line.text).not.toContain('hunter2');
  });
});

describe('requests under any name', () => {
  it('have method and path alone', () => {
    const message = {
      method: 'GET',
      url: '/x?q=hunter2',
      originalUrl: '/shop/x?q=hunter2',
      rawHeaders: ['X-Auth', 'hunter2'],
      headers: { 'x-auth': 'hunter2' },
      query: { q: 'hunter2' },
      body: 'hunter2',
    };

    const line = lineFor({ incoming: message, nested: { list: [message] } });

    expect(line.text).not.toContain('hunter2');
    expect(line).toMatchObject({
      incoming: { method: 'GET', path: '/shop/x' },
      nested: { list: [{ method: 'GET', path: '/shop/x' }] },
    });
  });

  it('have the status where they are answers that the app got', () => {
    const line = lineFor({
      answer: { statusCode: 204, rawHeaders: ['X-Auth', 'hunter2'], method: null, url: '' },
    });

    expect(line).toMatchObject({ answer: { path: '', status: 204 } });
    expect(line.text).not.toContain('hunter2');
  });
});

describe('errors in a line', () => {
  it('have type, message, code, status, stack and the chain of causes', () => {
    const root = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = new UpstreamResponseError('catalog answered 500', {
      dependency: 'catalog',
      upstreamStatus: 500,
      cause: new Error('middle', { cause: root }),
    });

    expect(lineFor({ err: error })).toMatchObject({
      err: {
        type: 'UpstreamResponseError',
        message: 'catalog answered 500',
        code: 'dependency-failed',
        status: 502,
        dependency: 'catalog',
        reason: 'status-500',
        stack: expect.stringContaining('redaction.test.ts'),
        cause: { message: 'middle', cause: { code: 'ECONNREFUSED', stack: expect.any(String) } },
      },
    });
  });

  it('have no stack when they are business errors', () => {
    expect(lineFor({ err: new NotFoundError('No such order') })).toMatchObject({
      err: { type: 'NotFoundError', code: 'not-found', status: 404 },
    });
    expect(lineFor({ err: new NotFoundError('No such order') }).text).not.toContain('"stack"');
  });

  it('take nothing from foreign HTTP errors but the allow-list, under any name', () => {
    const extra = {
      headers: 'hunter2',
      body: 'hunter2',
      config: 'hunter2',
      request: 'hunter2',
      response: 'hunter2',
    };
    const error = Object.assign(new Error('Request failed'), {
      status: 401,
      code: 'ERR_BAD_REQUEST',
      ...extra,
    });

    const line = lineFor({ err: error, failure: error, nested: { error } });

    expect(line.text).not.toContain('hunter2');
    expect(line).toMatchObject({ failure: { code: 'ERR_BAD_REQUEST' }, nested: { error: { status: 401 } } });
  });

  it('print the members of an AggregateError', () => {
    const error = new AggregateError([new Error('one'), 'two'], 'both failed');

    expect(lineFor({ err: error })).toMatchObject({
      err: { errors: [{ message: 'one' }, { type: 'string', message: '"two"' }] },
    });
  });

  it('end: chains, cycles, nests, long messages and long stacks', () => {
    const cyclic = new Error('cyclic');
    cyclic.cause = new Error('back', { cause: cyclic });
    let chain = new Error('0');
    for (let depth = 1; depth < 50; depth += 1) chain = new Error(`${depth}`, { cause: chain });
    let nest: unknown[] = [new Error('leaf')];
    for (let depth = 0; depth < 6; depth += 1)
      nest = Array.from({ length: 20 }, () => new AggregateError(nest, 'nest'));
    const long = new Error('m'.repeat(1_000_000));

    const lines = [cyclic, chain, new AggregateError(nest), long].map((err) => lineFor({ err }));

    expect(lines[0]).toMatchObject({ err: { message: 'cyclic', cause: { message: 'back' } } });
    expect(lines[1]?.text.match(/"cause"/g)).toHaveLength(7);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThan(200_000);
  });
});

describe('logging of hostile values', () => {
  const throwing = {
    get a(): never {
      throw new Error('getter');
    },
  };
  const cyclic: Record<string, unknown> = { name: 'cyclic' };
  cyclic.self = cyclic;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const hostileError = Object.defineProperties(new Error('x'), {
    stack: { get: () => JSON.parse('{') },
    message: { get: () => JSON.parse('{') },
  });
  const toJSON = (): never => {
    throw new Error('toJSON');
  };

  it.each<[string, unknown]>([
    ['a throwing getter', throwing],
    ['a throwing getter inside', { inside: throwing }],
    ['a cycle', cyclic],
    ['a BigInt', { big: 1n }],
    ['a throwing toJSON', { toJSON }],
    ['a throwing toJSON inside', { inside: { toJSON } }],
    ['a revoked proxy', revoked.proxy],
    ['a revoked proxy inside', { inside: revoked.proxy }],
    ['a frozen error', Object.freeze(new Error('frozen'))],
    ['an error with throwing getters', hostileError],
    ['an error with throwing getters inside', { err: hostileError }],
    ['a __proto__ member', JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"hasOwnProperty":1}')],
    ['a null prototype', Object.create(null)],
    ['bytes', { bytes: Buffer.from('hunter2') }],
    [
      'a hundred thousand members',
      Object.fromEntries(Array.from({ length: 100_000 }, (_each, index) => [`k${index}`, index])),
    ],
    ['a symbol', { symbol: Symbol('s'), fn: () => 1, undef: undefined }],
    ['undefined', undefined],
    ['null', null],
  ])('prints one line for %s and does not throw', (_what, value) => {
    expect(lineFor(value, 'the message').text.length).toBeLessThan(200_000);
  });

  it('warns the process, once, when the stream fails', () => {
    const write = (): never => {
      throw new Error('disk full');
    };
    const logger = createLogger({ stream: { write } });
    const warnings: unknown[] = [];
    const { emitWarning } = process;
    // Jest's process is a copy that hears no warnings.
    process.emitWarning = (...warning: unknown[]) => {
      warnings.push(warning);
    };

    try {
      logger.info('lost');
      logger.info('lost too');
    } finally {
      process.emitWarning = emitWarning;
    }

    expect(warnings).toEqual([[expect.stringContaining('disk full'), { code: 'BREAKWATER_LOG' }]]);
  });
});
