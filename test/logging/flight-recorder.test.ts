import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { multistream, pino } from 'pino';
import { keepContext, runWithCarrier, runWithContext } from '../../src/context/index.ts';
import { InternalServerError, NotFoundError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import {
  type AccessLogOptions,
  accessLog,
  type CreateLoggerOptions,
  createLogger,
  type LogEventsOptions,
  logEvents,
} from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

const setUp = (
  flightRecorder: CreateLoggerOptions['flightRecorder'],
  logger: object = {},
  lines: LogEventsOptions = {},
  access: AccessLogOptions = {},
  stream?: CreateLoggerOptions['stream'],
) => {
  const logs = captureLogs();
  const log = createLogger({ stream: stream ?? logs.stream, logger, flightRecorder });
  const events = createEventHub();
  logEvents(events, log, lines);
  const watch = accessLog({ logger: log, events, ...access });
  const begin = (requestId: string) => {
    const record = requestRecord({ requestId });
    const request = new IncomingMessage(new Socket());
    const response = new ServerResponse(request);
    keepContext(request, record);
    watch(request, response, () => undefined);
    const run = (work: () => void): void => runWithContext(record, work);
    const fail = (error: Error = new InternalServerError('boom')): void => {
      const kind = error instanceof NotFoundError ? 'business' : 'technical';
      const status = kind === 'business' ? 404 : 500;
      events.publish('request.failed', { request, error, status, code: 'x', kind });
    };
    const end = (status = 200): void => {
      response.statusCode = status;
      response.emit('finish');
      response.emit('close');
    };
    return { run, fail, end };
  };
  const messages = () => logs.lines.map(({ msg }) => msg);
  return { logs, log, begin, messages };
};

describe('flight recorder', () => {
  it('when a request fails › then its lines below the level stand before the record, in order and marked', () => {
    const { logs, log, begin, messages } = setUp({});
    const request = begin('r-1');

    request.run(() => {
      log.debug({ step: 1 }, 'first');
      log.child({ part: 'cart' }).debug('second');
      log.info('printed at once');
      log.trace('below what is kept');
    });
    request.fail();

    expect(messages()).toEqual(['printed at once', 'first', 'second', 'request failed: 500 x']);
    expect(logs.lines.slice(1, 3)).toMatchObject([
      { level: 'debug', requestId: 'r-1', flightRecorder: true, step: 1 },
      { level: 'debug', requestId: 'r-1', flightRecorder: true, part: 'cart' },
    ]);
    expect(logs.lines[3]).not.toHaveProperty('flightRecorder');
  });

  it('when nothing failed, or for a reason of the client, or outside a request › then nothing is printed', () => {
    const { log, begin, messages } = setUp({});
    const request = begin('r-1');

    log.debug('outside');
    request.run(() => log.debug('kept'));
    request.fail(new NotFoundError('no such order'));

    expect(messages()).toEqual(['request refused: 404 x']);
  });

  it('when another request fails › then it prints its own lines alone, and once', () => {
    const { log, begin, messages } = setUp({});
    const [one, two] = [begin('r-1'), begin('r-2')];

    one.run(() => log.debug('of one'));
    two.run(() => log.debug('of two'));
    two.fail();
    two.fail();

    expect(messages()).toEqual(['of two', 'request failed: 500 x', 'request failed: 500 x']);
  });

  it('keeps the line as it was when it was written, redacted', () => {
    const { logs, log, begin } = setUp({});
    const request = begin('r-1');
    const cart = { items: 1, token: 'hunter2' };

    request.run(() => log.debug({ cart }, 'cart'));
    cart.items = 2;
    request.fail();

    expect(logs.lines[0]).toMatchObject({ cart: { items: 1, token: '[Redacted]' } });
  });

  it('is bounded in lines, characters and requests', () => {
    const { log, begin, messages } = setUp({ maxLines: 2, maxChars: 1_000, maxRequests: 2 });
    const [oldest, many, long] = [begin('r-1'), begin('r-2'), begin('r-3')];

    oldest.run(() => log.debug('forgotten'));
    many.run(() =>
      ['a', 'b', 'c'].forEach((each) => {
        log.debug(each);
      }),
    );
    long.run(() => {
      log.debug('short');
      log.debug('x'.repeat(600));
      log.debug(`y${'x'.repeat(500)}`);
      log.debug('z'.repeat(2_000));
    });
    for (const request of [oldest, many, long]) request.fail();

    const failed = 'request failed: 500 x';
    expect(messages()).toEqual([failed, 'b', 'c', failed, `y${'x'.repeat(500)}`, failed]);
  });

  it('when a request has ended › then its late lines are not kept, and take no room of those under way', () => {
    const { log, begin, messages } = setUp({ maxRequests: 1 });
    const [live, ended] = [begin('r-1'), begin('r-2')];
    live.run(() => log.debug('of the live one'));
    ended.end();

    ended.run(() => log.debug('too late'));
    ended.fail();
    live.fail();

    const failed = 'request failed: 500 x';
    expect(messages()).toEqual(['request completed', failed, 'of the live one', failed]);
  });

  it('when no request that the access log saw is under way, as in a job › then nothing is kept', () => {
    const { log, begin, messages } = setUp({ maxRequests: 1 });
    const live = begin('r-1');
    live.run(() => log.debug('of the live one'));

    runWithCarrier(undefined, () => log.debug('of a job'));
    live.fail();

    expect(messages()).toEqual(['of the live one', 'request failed: 500 x']);
  });

  it('when a handler answers 500 itself › then its lines stand before the access line', () => {
    const { log, begin, messages } = setUp({});
    const [failed, fine] = [begin('r-1'), begin('r-2')];
    failed.run(() => log.debug('before the 500'));
    fine.run(() => log.debug('before the 200'));

    fine.end();
    failed.end(500);

    expect(messages()).toEqual(['request completed', 'before the 500', 'request completed']);
  });

  it('when identical failures are collapsed › then their lines are, too', () => {
    const { log, begin, messages } = setUp({}, {}, { collapse: {} });
    const error = new InternalServerError('boom');

    for (const request of [begin('r-1'), begin('r-2')]) {
      request.run(() => log.debug('of each'));
      request.fail(error);
      request.end(500);
    }

    const completed = 'request completed';
    expect(messages()).toEqual(['of each', 'request failed: 500 x', completed, completed]);
  });

  it('keeps the line of a request that comes in', () => {
    const { begin, messages } = setUp({}, {}, {}, { start: 'debug' });

    begin('r-1').fail();

    expect(messages()).toEqual(['request started', 'request failed: 500 x']);
  });

  it('prints lines where streams are chosen by level', () => {
    const [low, high] = [captureLogs(), captureLogs()];
    const stream = multistream([
      { level: 'debug', stream: low.stream },
      { level: 'error', stream: high.stream },
    ]);
    const { log, begin } = setUp({}, {}, {}, {}, stream);
    const request = begin('r-1');
    request.run(() => log.debug('kept'));

    log.error('the last level before');
    request.fail();

    const messagesOf = ({ lines }: typeof low) => lines.map(({ msg }) => msg);
    expect(messagesOf(low)).toEqual(['the last level before', 'kept', 'request failed: 500 x']);
    expect(messagesOf(high)).toEqual(['the last level before', 'request failed: 500 x']);
  });

  it('leaves isLevelEnabled to say what is printed, follows the level, and keeps silent children silent', () => {
    const { log, begin, messages } = setUp({ level: 'trace' });
    const request = begin('r-1');
    expect(log.isLevelEnabled('debug')).toBe(false);

    request.run(() => {
      log.child({}, { level: 'silent' }).error('silenced');
      log.child({}, { level: 'warn' }).info('below the level of a child');
      log.level = 'debug';
      log.debug('printed now');
      log.trace('kept still');
    });
    request.fail();

    expect(messages()).toEqual([
      'printed now',
      'below the level of a child',
      'kept still',
      'request failed: 500 x',
    ]);
  });

  it('prints a line that is written while another one is made, each for its own request', () => {
    const { log, begin, messages } = setUp({});
    const request = begin('r-1');
    const other = begin('r-2');
    const nested = { toJSON: () => other.run(() => log.debug('inner')) };

    request.run(() => log.debug({ nested }, 'outer'));
    request.fail();
    other.fail();

    expect(messages()).toEqual(['outer', 'request failed: 500 x', 'inner', 'request failed: 500 x']);
  });

  it.each<[string, CreateLoggerOptions, RegExp]>([
    [
      'a level that the logger does not know',
      { flightRecorder: { level: 'loud' } },
      /"flightRecorder.level"/,
    ],
    ['no line at all', { flightRecorder: { maxLines: 0 } }, /"flightRecorder.maxLines"/],
    ['an instance', { flightRecorder: {}, logger: pino() }, /"flightRecorder" must be false/],
  ])('refuses %s', (_what, options, message) => {
    expect(() => createLogger(options)).toThrow(message);
  });
});
