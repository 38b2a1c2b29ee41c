import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { runWithContext } from '../../src/context/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import {
  type CreateLoggerOptions,
  createLogger,
  type LogPreset,
  logEvents,
} from '../../src/logging/index.ts';
import { breakwater } from '../../src/suite/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';
import { namesIn } from './lines.ts';
import { ACCESS, FAILED, failure } from './sample-lines.ts';

const PRESETS = ['plain', 'otel', 'ecs', 'gcp'] as const;

/** How the presets say whose line it is. */
const SERVICE = {
  plain: '"service":"orders"',
  otel: '"service.name":"orders"',
  ecs: '"service.name":"orders"',
  gcp: '"serviceContext":{"service":"orders"}',
} as const;

/** Members by which the presets say the time; they are left out of what is compared. */
const TIMES = ['time', 'timestamp', '@timestamp'];

const withoutTime = (line: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(line).filter(([name]) => !TIMES.includes(name)));

const create = (preset: LogPreset, more: CreateLoggerOptions = {}) => {
  const logs = captureLogs();
  const names = { service: 'orders', version: '1.4.0', environment: 'test', instance: 'orders-7' };
  const gcpProject = preset === 'gcp' ? 'shop' : undefined;
  const logger = createLogger({ stream: logs.stream, ...names, preset, gcpProject, ...more });
  const lines = () => logs.lines.map(withoutTime);
  return { logs, logger, lines };
};

describe.each(PRESETS)('preset %s', (preset) => {
  it('writes lines that its reader understands', () => {
    const { logger, lines } = create(preset);
    const record = requestRecord({
      clientRequestId: 'theirs',
      linkTraceId: 'f'.repeat(32),
      linkSpanId: 'e'.repeat(16),
    });

    logger.info({ status: 'shipped', method: 'by ship' }, 'a line of the app, outside a request');
    runWithContext(record, () => {
      logger.child({ logger: 'orders.repo' }).debug('below the level');
      logger.child({ logger: 'orders.repo' }).warn({ orderId: 7 }, 'a line of the app');
      logger.warn(ACCESS, 'request completed');
      logger.error(FAILED(), 'request failed');
    });
    logger.fatal({ event: 'process.crash', err: failure('out of luck') }, 'uncaught exception');

    expect(lines()).toMatchSnapshot();
  });

  it('says the time in ISO 8601, UTC, with milliseconds', () => {
    const { logger, logs } = create(preset);
    const before = Date.now();

    logger.info('now');

    const time = String(TIMES.map((name) => logs.lines[0]?.[name]).find((each) => each !== undefined));
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
  });

  it('lets nobody forge a name of its own, nor write one twice', () => {
    const { logger, logs } = create(preset);

    runWithContext(requestRecord(), () => logger.info('honest'));
    const names = Object.keys(logs.lines[0] ?? {});
    const forged = Object.fromEntries(names.map((name) => [name, 'forged']));
    logs.clear();
    runWithContext(requestRecord(), () => logger.child(forged).info(forged, 'honest'));

    expect(logs.text).not.toContain('forged');
    expect(Object.keys(logs.lines[0] ?? {}).sort()).toEqual([...names].sort());
    expect(namesIn(logs.text)).toEqual([...new Set(namesIn(logs.text))]);
  });

  it('gives way to what the options of pino say', () => {
    const { logger, logs } = create(preset, {
      logger: {
        timestamp: false,
        messageKey: 'said',
        base: { region: 'eu' },
        formatters: { level: (_label, number) => ({ grade: number }) },
        mixin: () => ({ mixed: true }),
      },
    });

    logger.info('x');

    expect(logs.lines[0]).toMatchObject({ grade: 30, said: 'x', region: 'eu', mixed: true });
    expect(TIMES.some((name) => logs.text.includes(`"${name}"`))).toBe(false);
  });

  it('names the fields of an instance, and tells what it leaves to it', () => {
    const logs = captureLogs();
    const warnings: unknown[] = [];
    const { emitWarning } = process;
    // Jest's process is a copy that hears no warnings.
    process.emitWarning = (...warning: unknown[]) => void warnings.push(warning);
    const instance = pino({}, logs.stream);

    try {
      createLogger({ logger: instance, preset, service: 'orders' }).warn('x');
      createLogger({ logger: instance, service: 'orders' }).warn('without a preset');
    } finally {
      process.emitWarning = emitWarning;
    }

    expect(logs.lines[0]).toMatchObject({ level: 40, time: expect.any(Number), msg: 'x' });
    expect(logs.text).toContain(SERVICE[preset]);
    expect(warnings).toEqual([
      [expect.stringContaining(`the preset "${preset}" names the fields`), { code: 'BREAKWATER_LOG_PRESET' }],
    ]);
  });

  it('writes the lines of an app', async () => {
    const logs = captureLogs();
    const { before, after } = breakwater({ service: 'orders', log: { stream: logs.stream, preset } });
    const app = express();
    app.use(before);
    app.get('/orders/:id', () => {
      throw failure('boom');
    });
    app.use(after);

    await request(app).get('/orders/7').set('X-Request-ID', 'r-1');
    await logs.waitFor((line) => JSON.stringify(line).includes('"http.server.request"'));

    for (const line of logs.text.trim().split('\n')) {
      expect(namesIn(line)).toEqual([...new Set(namesIn(line))]);
      expect(line).toContain('r-1');
    }
    expect(logs.lines).toHaveLength(2);
  });
});

describe('docs/log-formats.md', () => {
  it.each(PRESETS)('shows the lines that the preset %s really writes', (preset) => {
    const { logger, lines } = create(preset);
    const docs = readFileSync(join(__dirname, '..', '..', 'docs', 'log-formats.md'), 'utf8');
    const [, shown = ''] = new RegExp(`### ${preset}\\n[^]*?\`\`\`json\\n([^]*?)\`\`\``).exec(docs) ?? [];

    runWithContext(requestRecord(), () => {
      logger.info(ACCESS, 'request completed');
      logger.error(FAILED(), 'request failed: 500 internal-server-error');
    });

    const parsed = shown
      .trim()
      .split('\n')
      .map((line) => withoutTime(JSON.parse(line)));
    expect(parsed).toEqual(lines());
  });
});

describe('presets', () => {
  it('leave the level a number where transports choose by it, and say it by their own names besides', () => {
    const line = (preset: LogPreset, number: number): object => {
      const logs = captureLogs();
      const instance = pino({ customLevels: { notice: 35 } }, logs.stream);
      const { emitWarning } = process;
      process.emitWarning = () => undefined;
      try {
        const logger = createLogger({ logger: instance, preset });
        Reflect.apply(Reflect.get(logger, number === 35 ? 'notice' : 'error'), logger, ['x']);
      } finally {
        process.emitWarning = emitWarning;
      }
      return logs.lines[0] ?? {};
    };

    expect(line('otel', 35)).toMatchObject({ level: 35, severity_text: 'NOTICE', severity_number: 11 });
    expect(line('ecs', 35)).toMatchObject({ level: 35, 'log.level': 'notice' });
    expect(line('gcp', 50)).toMatchObject({ level: 50, severity: 'ERROR' });
    expect(line('plain', 50)).toMatchObject({ level: 50 });
  });

  it('name a failed attempt over HTTP as the conventions of OpenTelemetry do, and no other one', () => {
    const { logger, lines } = create('otel');
    const events = createEventHub();
    logEvents(events, logger);
    const attempt = { number: 1, status: 503, code: 'dependency-failed', durationMs: 1, waitMs: 0 } as const;
    const failed = {
      dependency: 'catalog',
      attempt: { ...attempt, reason: 'status-503' },
      maxAttempts: 3,
      nextWaitMs: 1,
      error: new TypeError('no use'),
    };

    events.publish('attempt.failed', { ...failed, method: 'GET', address: 'catalog' });
    events.publish('attempt.failed', failed);

    expect(lines()).toMatchObject([
      {
        severity_text: 'WARN',
        severity_number: 13,
        event_name: 'http.client.request.exception',
        'http.request.method': 'GET',
        'server.address': 'catalog',
        'http.response.status_code': 503,
        'error.type': 'TypeError',
        'exception.type': 'TypeError',
        'exception.message': 'no use',
        code: 'dependency-failed',
      },
      { event_name: 'attempt.failed' },
    ]);
    expect(lines()[0]).not.toHaveProperty('exception.stacktrace');
  });

  it('write bare trace ids for Google Cloud where the project is not told', () => {
    const { logger, lines } = create('gcp', { gcpProject: undefined });

    runWithContext(requestRecord({ traceFlags: 0 }), () => logger.info('x'));

    expect(lines()[0]).toMatchObject({
      'logging.googleapis.com/trace': '0af7651916cd43dd8448eb211c80319c',
      'logging.googleapis.com/trace_sampled': false,
    });
  });

  it('leave the labels of the app for Google Cloud, under those that are ours', () => {
    const { logger, lines } = create('gcp');
    const labels = { tenant: 'acme', requestId: 'forged' };

    runWithContext(requestRecord(), () => logger.info({ 'logging.googleapis.com/labels': labels }, 'x'));

    expect(lines()[0]).toMatchObject({
      'logging.googleapis.com/labels': { tenant: 'acme', requestId: 'req-1', environment: 'test' },
    });
  });

  it.each<CreateLoggerOptions>([{}, { preset: 'plain' }, { preset: 'ecs' }])(
    'are those of Google Cloud alone that take a project: %j',
    (options) => {
      expect(() => createLogger({ ...options, gcpProject: 'shop' })).toThrow(
        new RangeError(
          'createLogger: option "gcpProject" must be left out unless "preset" is "gcp", but was "shop"',
        ),
      );
    },
  );

  it('are refused where their name is unknown', () => {
    // Bad on purpose.
    const options = { preset: 'splunk' } as unknown as CreateLoggerOptions;

    expect(() => createLogger(options)).toThrow(
      /option "preset" must be one of "plain", "otel", "ecs", "gcp"/,
    );
  });
});
