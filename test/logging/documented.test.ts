import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { requestContext } from '../../src/context/index.ts';
import { createEventHub, type EventHub } from '../../src/events/index.ts';
import { accessLog, createLogger, logEvents } from '../../src/logging/index.ts';
import { captureLogs, type LogLine, manualClock } from '../../src/testing/index.ts';
import { readText } from '../support/regions.ts';

const DOCUMENT = readText('docs/logging.md');

/** Cells of the rows of the table whose header begins with this cell. */
const tableOf = (first: string): readonly (readonly string[])[] => {
  const lines = DOCUMENT.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${first} `));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).map((row) =>
    row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim()),
  );
};
const namesIn = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => `${name}`);

const FAILED = { request: {}, error: new Error('x'), status: 500, code: 'internal-server-error' } as const;
const CALL = {
  dependency: 'catalog',
  method: 'GET',
  call: 'GET /x',
  outcome: 'success',
  source: 'live',
  status: 200,
  code: undefined,
  durationMs: 1,
  journal: { attempts: [], stopped: 'success' },
} as const;
const CIRCUIT = { dependency: 'catalog', key: 'catalog', reason: 'forced', openMs: undefined } as const;
const ATTEMPT = { number: 1, status: 503, code: 'x', durationMs: 1, waitMs: 0, reason: 'status-503' };

const publishAll = (events: EventHub): void => {
  for (const kind of ['technical', 'technical', 'business'] as const)
    events.publish('request.failed', { ...FAILED, kind });
  events.publish('request.late', { request: {}, error: new Error('late') });
  events.publish('attempt.failed', {
    dependency: 'catalog',
    attempt: ATTEMPT,
    maxAttempts: 3,
    nextWaitMs: 1,
    error: new Error('x'),
  });
  events.publish('attempt.hedged', { dependency: 'catalog', attempt: 1, hedge: 1, afterMs: 1 });
  events.publish('dependency.paused', { dependency: 'catalog', key: 'catalog', pauseMs: 1, status: 429 });
  events.publish('retries.spent', {
    dependency: 'catalog',
    attempts: 3,
    stopped: 'attempts',
    durationMs: 1,
    code: 'x',
    error: new Error('x'),
  });
  events.publish('circuit.opened', { ...CIRCUIT, from: 'closed', to: 'open' });
  events.publish('circuit.half-open', { ...CIRCUIT, from: 'open', to: 'half-open' });
  events.publish('circuit.closed', { ...CIRCUIT, from: 'half-open', to: 'closed' });
  for (let time = 1; time <= 2; time += 1) {
    events.publish('stale.served', { dependency: 'catalog', call: 'GET /x', ageMs: 1, reason: 'timeout' });
    events.publish('fallback.served', { dependency: 'catalog', code: 'x', error: new Error('x') });
  }
  events.publish('client.reconfigured', {
    dependency: 'catalog',
    changes: [{ option: 'retry.maxRetries', before: 2, after: 1 }],
  });
  for (const technical of [true, false]) events.publish('call.completed', { ...CALL, technical });
};

/** Every line that there is, written once at least. */
const writeAll = async (): Promise<readonly LogLine[]> => {
  const logs = captureLogs();
  const clock = manualClock();
  const logger = createLogger({ stream: logs.stream, logger: { level: 'debug', base: null } });
  for (const start of ['debug', 'info'] as const) {
    const events = createEventHub();
    const stop = logEvents(events, logger, { clock, collapse: {} });
    const app = express();
    const input = { query: ['page'] };
    app.use(
      requestContext({ baggage: { log: ['tenant'] } }),
      accessLog({ logger, clock, events, start, input, sample: 0.5 }),
    );
    app.post('/slow', express.json(), async (_req, res) => {
      await clock.advance(5_000);
      events.publish('call.completed', CALL);
      res.json({});
    });
    app.get('/bug', (req, res) => {
      events.publish('request.failed', { ...FAILED, request: req, kind: 'technical' });
      res.status(500).end();
    });
    app.get('/missing', (_req, res) => void res.status(404).end());
    app.get('/broken', (_req, res) => void res.destroy(new Error('broken')));
    await expect(request(app).get('/broken')).rejects.toThrow();
    await request(app).post('/slow?page=1').send({ a: 1 });
    await request(app).get('/bug').set({ 'X-Request-ID': 'not "well" formed', baggage: 'tenant=acme' });
    await request(app).get('/missing').set('X-Request-ID', start);
    await logs.waitFor(({ requestId, event }) => requestId === start && event === 'http.server.request');
    publishAll(events);
    stop();
  }
  return logs.lines;
};

describe('docs/logging.md', () => {
  it('lists every event that has a line, with the very levels it is written at', async () => {
    const lines = await writeAll();

    const written = new Set(lines.map(({ event, level }) => `${event} ${level}`));
    const documented = tableOf('`event`').flatMap(([events, levels = '']) =>
      namesIn(events).flatMap((event) => levels.split(', ').map((level) => `${event} ${level}`)),
    );
    expect(documented.toSorted()).toEqual([...written].toSorted());
  });

  it('lists every field of the access line', async () => {
    const lines = await writeAll();

    const ofEveryLine = ['level', 'time', 'msg', 'requestId', 'correlationId', 'traceId', 'spanId'];
    const written = lines.filter(({ event }) => event === 'http.server.request').flatMap(Object.keys);
    const documented = tableOf('Field').flatMap(([field]) => namesIn(field));
    expect([...new Set(written)].filter((name) => !ofEveryLine.includes(name)).toSorted()).toEqual(
      documented.filter((name) => written.includes(name)).toSorted(),
    );
    const ofIds = ['baggage', 'rejectedRequestId'];
    expect(written).toEqual(expect.arrayContaining(ofIds));
    expect(documented).toEqual(
      expect.arrayContaining(['deps', 'err', 'input', 'requestBytes', 'sampleRate', 'slow', ...ofIds]),
    );
  });
});
