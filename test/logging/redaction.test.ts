import { describe, expect, it } from '@jest/globals';
import type { Logger } from 'pino';
import { createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { lineFor } from './lines.ts';

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
    'proxyAuthorization',
    'setCookie',
    'authorizationHeader',
    'http_authorization',
    'HTTP_COOKIE',
    'x-forwarded-authorization',
    'requestCookies',
    'signedCookies',
    'csrf',
    '_xsrf',
    'bearer',
    'authBearer',
    'otp',
    'user_totp',
    'userOtp',
    'signingKey',
    'encryption_key',
    'x-amz-signature',
    'X-Hub-Signature-256',
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
      authorized: 'h',
      authority: 'i',
      footprint: 'j',
      laptop: 'k',
      overbearer: 'l',
      signature: 'm',
      methodSignature: 'n',
      publicKey: 'o',
      encryption: 'p',
    };

    expect(lineFor(fields)).toMatchObject(fields);
  });

  it.each<[string, unknown, unknown]>([
    ['a flat list of headers', ['x-api-key', 'hunter2', 'a', 'b'], ['x-api-key', '[Redacted]', 'a', 'b']],
    [
      'pairs',
      [
        ['Authorization', 'hunter2'],
        ['a', 'b'],
      ],
      [
        ['Authorization', '[Redacted]'],
        ['a', 'b'],
      ],
    ],
    ['pairs with lists', [['set-cookie', ['hunter2']]], [['set-cookie', '[Redacted]']]],
    ['names that redact lists', ['iban', 'hunter2'], ['iban', '[Redacted]']],
    ['a named value', [{ name: 'cookie', value: 'hunter2' }], [{ name: 'cookie', value: '[Redacted]' }]],
    ['a value with a key', { key: 'password', value: ['hunter2'] }, { key: 'password', value: '[Redacted]' }],
    ['a failed check', { path: 'user.password', value: 1 }, { path: 'user.password', value: '[Redacted]' }],
    ['names alone', ['id', 'password', 'mail'], ['id', 'password', 'mail']],
    ['texts', ['your token expired', 'log in'], ['your token expired', 'log in']],
    ['any other value', { name: 'page', value: 2 }, { name: 'page', value: 2 }],
  ])('hides the value after a secret name: %s', (_what, given, printed) => {
    const line = lineFor({ given });

    expect(line).toMatchObject({ given: printed });
    expect(line.text).not.toContain('hunter2');
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
    logs.expectNoSecret('hunter2');
  });

  it.each(['%o', '%O', '%j'])('hides in what %s interpolates what no text shows', (form) => {
    expect(lineFor(`got ${form}`, { iban: 'hunter2', page: 2 })).toMatchObject({
      msg: 'got {"iban":"[Redacted]","page":2}',
    });
  });

  it.each<[string, unknown, string]>([
    ['an error', new Error('boom, password: hunter2'), 'Error: boom, password: [Redacted]'],
    ['an error without a message', new TypeError(), 'TypeError'],
    [
      'an error that quotes its input',
      Object.assign(new Error('hunter2'), {
        name: 'ZodError',
        issues: [{ code: 'custom', path: ['a'], message: 'hunter2' }],
      }),
      'ZodError: 1 fault: ',
    ],
    ['what has a text', { toString: () => 'order 7, token=hunter2' }, 'order 7, token=[Redacted]'],
    ['what has none', { a: 'hunter2' }, '[object Object]'],
    ['what throws', { toString: () => JSON.parse('{') }, 'an object'],
    ['a list', ['authorization', 'hunter2'], 'authorization,[Redacted]'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('interpolates the text of %s', (_what, given, printed) => {
    const line = lineFor('failed: %s', given);

    expect(line).toMatchObject({ msg: expect.stringContaining(`failed: ${printed}`) });
    expect(line.text).not.toContain('hunter2');
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
      logs.expectNoSecret('hunter2');
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
