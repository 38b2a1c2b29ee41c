import { describe, expect, it } from '@jest/globals';
import { type Logger, pino } from 'pino';
import { addContext, runWithContext } from '../../../src/context/index.ts';
import { breakwater } from '../../../src/index.ts';
import { type CreateLoggerOptions, createLogger, installCrashHandlers } from '../../../src/logging/index.ts';
import { captureLogs } from '../../../src/testing/index.ts';
import { requestRecord } from '../../support/records.ts';

const hmac = { key: 'a key of sixteen', keyId: 'k1' };
// printf ada@example.org | openssl dgst -sha256 -hmac 'a key of sixteen'
const HASH = 'k1:c2c3aa795a78707a';

const lineWith = (options: CreateLoggerOptions, userId: string | number = 'ada@example.org') => {
  const logs = captureLogs();
  const logger = createLogger({ ...options, stream: logs.stream });
  runWithContext(requestRecord({ fields: {} }), () => {
    addContext({ userId, tenant: 'acme' });
    logger.child({ part: 'cart' }).info('hello');
  });
  return logs.lines[0];
};

describe('the id of a user that the app bound', () => {
  it('is printed as it was bound unless it is told otherwise', () => {
    expect(lineWith({})).toMatchObject({ userId: 'ada@example.org', tenant: 'acme' });
    expect(lineWith({ userId: 'plain' })).toMatchObject({ userId: 'ada@example.org' });
  });

  it('is not printed at all', () => {
    const line = lineWith({ userId: 'off' });

    expect(line).not.toHaveProperty('userId');
    expect(line).toMatchObject({ tenant: 'acme' });
  });

  it.each<[string | number, string]>([
    ['ada@example.org', 'ada@…'],
    ['ada', 'a…'],
    ['a', '…'],
    [123_456, '123…'],
    ['😀😀😀', '😀…'],
  ])('is cut: %s is %s', (userId, printed) => {
    expect(lineWith({ userId: 'truncate' }, userId)).toMatchObject({ userId: printed });
  });

  it('is printed as a hash under the name of its key', () => {
    expect(lineWith({ userId: 'hmac', hmac })).toMatchObject({ userId: HASH, tenant: 'acme' });
  });

  it('follows what is bound later', () => {
    const logs = captureLogs();
    const logger = createLogger({ userId: 'truncate', stream: logs.stream });

    runWithContext(requestRecord({ fields: {} }), () => {
      logger.info('nobody');
      for (const userId of ['ada-1', 'bob-2']) {
        addContext({ userId });
        logger.info('somebody');
      }
    });

    expect(logs.lines.map(({ userId }) => userId)).toEqual([undefined, 'ad…', 'bo…']);
  });

  it('is left in the context as it is', () => {
    const record = requestRecord({ fields: {} });
    runWithContext(record, () => {
      addContext({ userId: 'ada' });
      createLogger({ userId: 'off', stream: captureLogs().stream }).info('hello');
    });

    expect(record.fields).toEqual({ userId: 'ada' });
  });

  it("is hidden in the lines of the app's own instance too", () => {
    const logs = captureLogs();
    const instance = pino({}, logs.stream);
    const logger = createLogger({ logger: instance, userId: 'off' });

    runWithContext(requestRecord({ fields: { userId: 'lovelace' } }), () => {
      instance.info('its own');
      instance.child({}).info('of its child');
      logger.info('ours');
    });

    expect(logs.lines).toHaveLength(3);
    expect(logs.text).not.toContain('lovelace');
  });

  it.each<[string, (instance: Logger) => Logger]>([
    ['another logger', (logger) => createLogger({ logger })],
    ['a logger with further secrets', (logger) => createLogger({ logger, redact: ['iban'] })],
    [
      'handlers of crashes',
      (logger) => {
        installCrashHandlers({ logger })();
        return logger;
      },
    ],
    ['a child', (logger) => createLogger({ logger: logger.child({ part: 'cart' }) })],
  ])('stays hidden in the lines of an instance of which %s is made later', (_what, make) => {
    const logs = captureLogs();
    const instance = pino({}, logs.stream);
    breakwater({ service: 'orders', logger: instance, log: { userId: 'hmac', hmac } });

    const later = make(instance);

    runWithContext(requestRecord({ fields: { userId: 'ada@example.org' } }), () => {
      for (const logger of [later, later.child({}), instance]) logger.info('hello');
    });
    expect(logs.lines.map(({ userId }) => userId)).toEqual([HASH, HASH, HASH]);
  });

  it('is hidden by the first that says how, whatever was made of the instance before', () => {
    const logs = captureLogs();
    const instance = pino({}, logs.stream);
    const before = createLogger({ logger: instance });
    createLogger({ logger: instance, userId: 'off' });

    runWithContext(requestRecord({ fields: { userId: 'lovelace' } }), () => {
      for (const logger of [before, instance]) logger.info('hello');
    });

    expect(logs.lines).toHaveLength(2);
    expect(logs.text).not.toContain('lovelace');
  });

  it('is hidden by a logger that is made of one that shows it, which goes on to', () => {
    const logs = captureLogs();
    const open = createLogger({ stream: logs.stream });
    const hiding = createLogger({ logger: open, userId: 'off' });
    const same = createLogger({ logger: hiding });

    runWithContext(requestRecord({ fields: { userId: 'lovelace' } }), () => {
      for (const logger of [open, hiding, same]) logger.info('hello');
    });

    expect(logs.lines.map(({ userId }) => userId)).toEqual(['lovelace', undefined, undefined]);
  });
});
