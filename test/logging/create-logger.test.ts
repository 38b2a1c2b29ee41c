import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { addContext, type RequestContext, runWithContext } from '../../src/context/index.ts';
import { type CreateLoggerOptions, createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';
import { namesIn } from './lines.ts';

const record = (over: Partial<RequestContext> = {}) => requestRecord({ traceFlags: 2, ...over });

const IDS = {
  requestId: 'req-1',
  correlationId: 'corr-1',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
};

const plain = { base: null, timestamp: false } as const;

describe('createLogger', () => {
  it('writes service, version and environment into each line', () => {
    const logs = captureLogs();

    const logger = createLogger({
      stream: logs.stream,
      service: 'orders',
      version: '1.4.0',
      environment: 'test',
    });
    logger.info('hello');

    expect(logs.lines[0]).toMatchObject({
      service: 'orders',
      version: '1.4.0',
      environment: 'test',
      msg: 'hello',
    });
  });

  it('logs from info on unless pino is told otherwise', () => {
    const logs = captureLogs();

    createLogger({ stream: logs.stream }).debug('quiet');
    createLogger({ stream: logs.stream, logger: { level: 'debug' } }).debug('asked for');

    expect(logs.lines.map(({ msg }) => msg)).toEqual(['asked for']);
  });

  it('takes levels of the app, and silence', () => {
    const options = { level: 'audit', customLevels: { audit: 35 } };

    expect(createLogger({ logger: options }).level).toBe('audit');
    expect(createLogger({ logger: { level: 'silent' } }).level).toBe('silent');
  });

  it('puts the ids and the bound fields of the request into each line', () => {
    const logs = captureLogs();
    const logger = createLogger({ stream: logs.stream, logger: plain });

    runWithContext(record({ clientRequestId: 'theirs', linkTraceId: 'link' }), () => {
      addContext({ userId: 'u-1' });
      logger.info('inside');
    });
    logger.info('outside');

    expect(logs.lines).toEqual([
      { level: 'info', userId: 'u-1', ...IDS, clientRequestId: 'theirs', linkTraceId: 'link', msg: 'inside' },
      { level: 'info', msg: 'outside' },
    ]);
  });

  it('sees what is bound after a child was made', () => {
    const logs = captureLogs();

    runWithContext(record(), () => {
      const child = createLogger({ stream: logs.stream }).child({ part: 'cart' });
      addContext({ tenant: 'acme' });
      child.info('late');
    });

    expect(logs.lines[0]).toMatchObject({ part: 'cart', tenant: 'acme' });
  });

  it('lets nobody overwrite the ids, level and time, nor write a name twice', () => {
    const logs = captureLogs();
    const logger = createLogger({ stream: logs.stream, service: 'orders' });
    const forged = {
      requestId: 'forged',
      clientRequestId: 'forged',
      level: 60,
      time: 1,
      pid: 1,
      service: 'forged',
    };

    runWithContext(record(), () => {
      logger.info({ ...forged, kept: true }, 'line');
      logger.child({ ...forged, bound: true }).info('child');
    });

    expect(logs.text).not.toContain('forged');
    expect(logs.lines).toMatchObject([
      { level: 'info', service: 'orders', ...IDS, kept: true },
      { level: 'info', service: 'orders', ...IDS, bound: true },
    ]);
    for (const line of logs.text.trim().split('\n'))
      expect(new Set(namesIn(line)).size).toBe(namesIn(line).length);
  });

  it('composes with mixin, merge strategy, formatter, serializer and hook of the user', () => {
    const logs = captureLogs();
    const logger = createLogger({
      stream: logs.stream,
      logger: {
        ...plain,
        mixin: () => ({ requestId: 'mixed in', region: 'eu', token: 'mixed in' }),
        mixinMergeStrategy: (line, mixin) => ({ ...line, ...mixin, merged: true }),
        formatters: { level: (label) => ({ level: label }), log: (line) => ({ ...line, formatted: true }) },
        serializers: { user: ({ id }: { id: string }) => ({ id, password: 'serialized' }) },
        hooks: {
          logMethod(args, method) {
            Reflect.apply(method, this, [...args, 'hooked']);
          },
        },
      },
    });

    runWithContext(record(), () => logger.info({ user: { id: 'u-1', name: 'Ada' } }));

    expect(logs.lines).toEqual([
      {
        level: 'info',
        user: { id: 'u-1', password: '[Redacted]' },
        ...IDS,
        region: 'eu',
        token: '[Redacted]',
        merged: true,
        formatted: true,
        msg: 'hooked',
      },
    ]);
  });

  it('keeps ids and line where the mixin of the user throws', () => {
    const logs = captureLogs();
    const mixin = (): object => {
      throw new Error('broken mixin');
    };
    const logger = createLogger({ stream: logs.stream, logger: { mixin } });

    runWithContext(record(), () => logger.info('still here'));

    expect(logs.lines[0]).toMatchObject({ ...IDS, mixinError: 'broken mixin', msg: 'still here' });
  });

  it('is the same logger when it is given one of its own', () => {
    const logger = createLogger({ stream: captureLogs().stream, service: 'orders' });

    expect(createLogger({ logger })).toBe(logger);
    expect(createLogger({ logger, service: 'orders' })).toBe(logger);
  });

  it('adds what one of its own does not say yet, once', () => {
    const logs = captureLogs();
    const logger = createLogger({ stream: logs.stream, logger: plain, service: 'orders' });

    createLogger({ logger, service: 'other', version: '2' }).info('both');

    expect(logs.text).toBe('{"level":"info","service":"orders","version":"2","msg":"both"}\n');
  });

  it.each<[string, unknown, string]>([
    ['a text for the logger', { logger: 'pino' }, 'logger'],
    [
      'an object that only looks like a logger',
      { logger: { child: () => ({}), bindings: () => ({}) } },
      'logger',
    ],
    ['a stream that cannot write', { stream: {} }, 'stream'],
    ['an empty service', { service: '' }, 'service'],
    ['a pattern to redact', { redact: [/x/] }, 'redact'],
    ['a level that pino does not know', { logger: { level: 'loud' } }, 'logger.level'],
    ['a number that is no level', { logger: { level: 31 } }, 'logger.level'],
    ['an unknown option', { name: 'orders' }, 'name'],
  ])('refuses %s', (_what, options, name) => {
    // Bad on purpose.
    expect(() => createLogger(options as CreateLoggerOptions)).toThrow(new RegExp(`createLogger.*"${name}"`));
  });
});

describe('createLogger with an instance of pino', () => {
  it('finds the symbols of the installed pino that it relies on', () => {
    const names = Object.getOwnPropertySymbols(pino()).map(({ description }) => description);

    expect(names).toEqual(
      expect.arrayContaining([
        'pino.mixin',
        'pino.mixinMergeStrategy',
        'pino.messageKey',
        'pino.serializers',
        'pino.formatters',
      ]),
    );
  });

  it('gives the context to the lines of the instance and of its children, old ones too', () => {
    const logs = captureLogs();
    const instance = pino({ ...plain, mixin: () => ({ requestId: 'mixed in', region: 'eu' }) }, logs.stream);
    const older = instance.child({ module: 'stock' });

    createLogger({ logger: instance });
    runWithContext(record(), () => {
      instance.info({ requestId: 'forged' }, 'instance');
      older.info('older child');
    });

    expect(logs.lines).toEqual([
      { level: 30, region: 'eu', ...IDS, msg: 'instance' },
      { level: 30, module: 'stock', region: 'eu', ...IDS, msg: 'older child' },
    ]);
  });

  it('redacts and binds in the logger that is returned, and leaves the instance as it was there', () => {
    const logs = captureLogs();
    const instance = pino(plain, logs.stream);

    createLogger({ logger: instance, service: 'orders', instance: 'i-1' }).info({ password: 'p' }, 'ours');
    instance.info({ password: 'p' }, 'theirs');

    expect(logs.lines).toEqual([
      { level: 30, service: 'orders', instance: 'i-1', password: '[Redacted]', msg: 'ours' },
      { level: 30, password: 'p', msg: 'theirs' },
    ]);
  });

  it('does not bind a name that the instance has bound', () => {
    const logs = captureLogs();
    const instance = pino({ ...plain, base: { service: 'theirs' } }, logs.stream);

    createLogger({ logger: instance, service: 'ours', instance: 'i-1' }).info('once');

    expect(logs.text).toBe('{"level":30,"service":"theirs","instance":"i-1","msg":"once"}\n');
  });

  it('asks the mixin of the instance once per line, however often it is given', () => {
    const logs = captureLogs();
    const asked = new EventEmitter();
    let calls = 0;
    asked.on('mixin', () => {
      calls += 1;
    });
    const instance = pino({ ...plain, mixin: () => ({ heard: asked.emit('mixin') }) }, logs.stream);

    createLogger({ logger: instance });
    createLogger({ logger: instance }).info('twice given');

    expect(calls).toBe(1);
  });

  it('follows the level of the instance', () => {
    const logs = captureLogs();
    const instance = pino(plain, logs.stream);
    const logger = createLogger({ logger: instance });

    instance.level = 'debug';
    logger.debug('turned up');

    expect(logs.lines).toHaveLength(1);
  });
});
