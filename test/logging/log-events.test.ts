import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { keepContext, runWithContext } from '../../src/context/index.ts';
import { NotFoundError, ServiceUnavailableError } from '../../src/errors/index.ts';
import { createEventHub, EVENT_NAMES } from '../../src/events/index.ts';
import { createLogger, logEvents } from '../../src/logging/index.ts';
import { captureLogs, manualClock } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

const record = (requestId: string) => requestRecord({ requestId, correlationId: 'corr', traceFlags: 2 });

const setUp = (level = 'info') => {
  const logs = captureLogs();
  const clock = manualClock();
  const events = createEventHub();
  const logger = createLogger({ stream: logs.stream, logger: { level, base: null, timestamp: false } });
  const stop = logEvents(events, logger, { clock });
  return { logs, clock, events, stop };
};

const requestOf = (requestId: string): object => {
  const request = { method: 'POST', url: '/orders?card=4111' };
  keepContext(request, record(requestId));
  return request;
};

const CIRCUIT = { dependency: 'catalog', key: 'client', openMs: undefined } as const;
const JOURNAL = { attempts: [], stopped: 'success' } as const;

describe('logEvents', () => {
  it('writes one error record with stack and causes for a technical failure', () => {
    const { logs, events } = setUp();
    const error = new ServiceUnavailableError('the stock is down', { cause: new Error('ECONNREFUSED') });

    events.publish('request.failed', {
      request: requestOf('mine'),
      error,
      status: 503,
      code: 'service-unavailable',
      kind: 'technical',
    });

    expect(logs.lines).toMatchObject([
      {
        level: 'error',
        event: 'http.server.request.exception',
        kind: 'technical',
        status: 503,
        code: 'service-unavailable',
        method: 'POST',
        path: '/orders',
        requestId: 'mine',
        err: {
          type: 'ServiceUnavailableError',
          stack: expect.stringContaining('the stock is down'),
          cause: { message: 'ECONNREFUSED', stack: expect.any(String) },
        },
        msg: 'request failed: 503 service-unavailable',
      },
    ]);
  });

  it.each([
    ['a business error', new NotFoundError('No such order'), 404, 'not-found'],
    ['a parser error', Object.assign(new SyntaxError('bad JSON'), { status: 400 }), 400, 'malformed-json'],
    ['a client that left', new Error('left'), 499, 'client-closed'],
  ])('writes one info record without any stack for %s', (_what, error, status, code) => {
    const { logs, events } = setUp();

    events.publish('request.failed', { request: requestOf('mine'), error, status, code, kind: 'business' });

    expect(logs.lines).toMatchObject([
      { level: 'info', status, code, requestId: 'mine', err: { message: error.message } },
    ]);
    expect(logs.text).not.toContain('"stack"');
  });

  it("takes the ids of the failed request, not of the ambient one's", () => {
    const { logs, events } = setUp();
    const failed = {
      error: new Error('x'),
      status: 500,
      code: 'internal-server-error',
      kind: 'technical',
    } as const;

    runWithContext(record('ambient'), () => {
      events.publish('request.failed', { ...failed, request: requestOf('mine') });
      events.publish('request.failed', { ...failed, request: {} });
    });

    expect(logs.lines.map(({ requestId }) => requestId)).toEqual(['mine', undefined]);
  });

  it('warns of each failed attempt, for the request that makes it', () => {
    const { logs, events } = setUp();
    const attempt = {
      number: 1,
      status: 503,
      code: 'dependency-unavailable',
      durationMs: 12.3456,
      waitMs: 0,
    };

    runWithContext(record('mine'), () =>
      events.publish('attempt.failed', {
        dependency: 'catalog',
        attempt: { ...attempt, reason: 'status-503' },
        maxAttempts: 3,
        nextWaitMs: 87.5,
        error: new Error('x'),
      }),
    );

    expect(logs.lines).toMatchObject([
      {
        level: 'warn',
        event: 'attempt.failed',
        dependency: 'catalog',
        attempt: 1,
        maxAttempts: 3,
        reason: 'status-503',
        code: 'dependency-unavailable',
        status: 503,
        durationMs: 12.346,
        nextWaitMs: 87.5,
        requestId: 'mine',
        msg: 'attempt 1 of 3 failed',
      },
    ]);
  });

  it('tells the life of a circuit, which belongs to no request', () => {
    const { logs, events } = setUp();

    runWithContext(record('by chance'), () => {
      events.publish('circuit.opened', {
        ...CIRCUIT,
        from: 'closed',
        to: 'open',
        reason: 'failure-rate',
        openMs: 5_000,
      });
      events.publish('circuit.half-open', {
        ...CIRCUIT,
        from: 'open',
        to: 'half-open',
        reason: 'open-time-passed',
      });
      events.publish('circuit.closed', {
        ...CIRCUIT,
        from: 'half-open',
        to: 'closed',
        reason: 'trials-succeeded',
      });
    });

    expect(logs.lines).toEqual([
      {
        level: 'error',
        event: 'circuit.opened',
        dependency: 'catalog',
        key: 'client',
        from: 'closed',
        to: 'open',
        reason: 'failure-rate',
        openMs: 5_000,
        msg: 'circuit of catalog is open',
      },
      expect.objectContaining({ level: 'info', event: 'circuit.half-open', reason: 'open-time-passed' }),
      expect.objectContaining({ level: 'info', event: 'circuit.closed', reason: 'trials-succeeded' }),
    ]);
  });

  it('warns of stale answers once per call in ten seconds and counts the rest', async () => {
    const { logs, events, clock } = setUp();
    const stale = { dependency: 'users', call: 'GET /:id', ageMs: 1_500, reason: 'circuit-open' };

    events.publish('stale.served', stale);
    events.publish('stale.served', stale);
    events.publish('stale.served', { ...stale, call: 'GET /' });
    await clock.advance(9_999);
    events.publish('stale.served', stale);
    await clock.advance(1);
    events.publish('stale.served', stale);

    expect(logs.lines).toMatchObject([
      {
        level: 'warn',
        event: 'stale.served',
        call: 'GET /:id',
        ageMs: 1_500,
        reason: 'circuit-open',
      },
      { event: 'stale.served', call: 'GET /' },
      { level: 'warn', event: 'stale.served.suppressed', call: 'GET /:id', suppressed: 2 },
      { event: 'stale.served', call: 'GET /:id' },
    ]);
    expect(logs.lines[2]).not.toHaveProperty('requestId');
  });

  it('remembers no more calls than it says', () => {
    const { logs, events } = setUp();
    const stale = { dependency: 'users', ageMs: 1, reason: 'timeout' };

    for (let call = 0; call <= 1_000; call += 1)
      events.publish('stale.served', { ...stale, call: `${call}` });
    events.publish('stale.served', { ...stale, call: '1000' });
    events.publish('stale.served', { ...stale, call: '0' });

    expect(logs.lines.slice(1_001).map(({ call }) => call)).toEqual(['0']);
  });

  it('warns of fallbacks once per dependency and code in ten seconds', () => {
    const { logs, events } = setUp();
    const fallback = {
      dependency: 'users',
      code: 'circuit-open',
      error: new ServiceUnavailableError('open'),
    };

    events.publish('fallback.served', fallback);
    events.publish('fallback.served', fallback);

    expect(logs.lines).toMatchObject([
      {
        level: 'warn',
        event: 'fallback.served',
        dependency: 'users',
        code: 'circuit-open',
        err: { message: 'open' },
      },
    ]);
  });

  it('writes completed calls at debug', () => {
    const quiet = setUp();
    const verbose = setUp('debug');
    const call = {
      dependency: 'catalog',
      method: 'GET',
      outcome: 'success',
      source: 'live',
      status: 200,
    } as const;

    for (const { events } of [quiet, verbose])
      events.publish('call.completed', { ...call, code: undefined, durationMs: 5, journal: JOURNAL });

    expect(quiet.logs.lines).toEqual([]);
    expect(verbose.logs.lines).toMatchObject([
      { level: 'debug', event: 'call.completed', ...call, durationMs: 5, attempts: 0, stopped: 'success' },
    ]);
  });

  it('subscribes to everything and leaves nothing when it is ended', () => {
    const { events, stop } = setUp();
    const wanted = EVENT_NAMES.map((name) => events.wants(name));

    stop();

    expect(wanted).toEqual(EVENT_NAMES.map(() => true));
    expect(EVENT_NAMES.map((name) => events.wants(name))).toEqual(EVENT_NAMES.map(() => false));
  });

  it('survives any error and any request', () => {
    const { logs, events } = setUp();
    const failed = { status: 500, code: 'internal-server-error', kind: 'technical' } as const;
    const hostile = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('get');
      },
    });

    events.publish('request.failed', { ...failed, request: createServer(), error: hostile });
    events.publish('request.failed', { ...failed, request: {}, error: Object.freeze(new Error('frozen')) });

    expect(logs.lines).toHaveLength(2);
  });

  it.each<[string, unknown[], string]>([
    ['no hub', [undefined, {}], 'hub'],
    ['a hub that is none', [{}, {}], 'hub'],
    ['no logger', [createEventHub()], 'logger'],
    ['a text for the logger', [createEventHub(), 'pino'], 'logger'],
  ])('refuses %s', (_what, args, name) => {
    const call = (): unknown => Reflect.apply(logEvents, undefined, args);

    expect(call).toThrow(TypeError);
    expect(call).toThrow(new RegExp(`^logEvents: .*"${name}"`));
  });
});
