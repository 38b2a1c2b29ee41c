import { describe, expect, it } from '@jest/globals';
import { keepContext, runWithContext } from '../../src/context/index.ts';
import { type CallCompleted, createEventHub } from '../../src/events/index.ts';
import { detached } from '../../src/kernel/index.ts';
import { createLogger, type LogEventsOptions, logEvents } from '../../src/logging/index.ts';
import { captureLogs, manualClock } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

const setUp = (level = 'info', options: LogEventsOptions = {}) => {
  const logs = captureLogs();
  const clock = manualClock();
  const events = createEventHub();
  const logger = createLogger({ stream: logs.stream, logger: { level, base: null, timestamp: false } });
  const stop = logEvents(events, logger, { clock, ...options });
  return { logs, clock, events, stop };
};

const mine = requestRecord({ requestId: 'mine' });

const SPENT = {
  dependency: 'catalog',
  attempts: 3,
  stopped: 'attempts',
  durationMs: 12.3456,
  code: 'dependency-unavailable',
  error: new Error('x'),
} as const;

const CALL: CallCompleted = {
  dependency: 'catalog',
  method: 'GET',
  call: 'GET /things/:id',
  outcome: 'failure',
  source: undefined,
  status: 503,
  code: 'dependency-unavailable',
  durationMs: 5,
  journal: { attempts: [], stopped: 'attempts' },
};

describe('the lines of outbound calls', () => {
  it('warn of spent retries, for the request that made the call', () => {
    const { logs, events } = setUp();

    runWithContext(mine, () => events.publish('retries.spent', SPENT));

    expect(logs.lines).toMatchObject([
      {
        level: 'warn',
        event: 'retries.spent',
        dependency: 'catalog',
        attempts: 3,
        stopped: 'attempts',
        code: 'dependency-unavailable',
        durationMs: 12.346,
        requestId: 'mine',
        msg: 'retries of catalog are spent',
      },
    ]);
  });

  it.each<[string, Partial<CallCompleted>, boolean, boolean]>([
    ['failed', {}, true, false],
    ['failed technically', { technical: true }, true, false],
    ['got an answer that is expected', { technical: false }, false, false],
    ['succeeded', { outcome: 'success', source: 'live', technical: false }, false, false],
    ['was slow', { outcome: 'success', source: 'live', durationMs: 2_000 }, true, true],
    ['was nearly slow', { outcome: 'success', source: 'live', durationMs: 1_999.9 }, false, false],
  ])('of a call that %s are at their level', (_what, change, warns, slow) => {
    const { logs, events } = setUp('debug');

    events.publish('call.completed', { ...CALL, ...change });

    expect(logs.lines).toMatchObject([
      { event: 'call.completed', level: warns ? 'warn' : 'debug', call: 'GET /things/:id' },
    ]);
    expect('slow' in (logs.lines[0] ?? {})).toBe(slow);
  });

  it.each<[LogEventsOptions['slowCallMs'], number]>([
    [100, 1],
    [false, 0],
  ])('take %j for slow', (slowCallMs, lines) => {
    const { logs, events } = setUp('info', { slowCallMs });

    events.publish('call.completed', { ...CALL, outcome: 'success', source: 'live', durationMs: 100 });

    expect(logs.lines).toHaveLength(lines);
  });

  it('say what a circuit counted and how long it was open', () => {
    const { logs, events } = setUp();
    const circuit = { dependency: 'catalog', key: 'catalog', reason: 'x', openMs: undefined };

    events.publish('circuit.opened', {
      ...circuit,
      from: 'closed',
      to: 'open',
      openMs: 5_000,
      rate: 0.75,
      failures: 6,
    });
    events.publish('circuit.closed', { ...circuit, from: 'half-open', to: 'closed', openForMs: 5_012.3456 });

    expect(logs.lines).toMatchObject([
      { level: 'error', openMs: 5_000, rate: 0.75, failures: 6 },
      { level: 'info', openForMs: 5_012.346 },
    ]);
  });

  it('say which settings changed, for the request that changed them', () => {
    const { logs, events } = setUp();
    const changes = [{ option: 'timeout.attemptMs', before: 3_000, after: 500 }];

    runWithContext(mine, () => events.publish('client.reconfigured', { dependency: 'catalog', changes }));

    expect(logs.lines).toMatchObject([
      {
        level: 'info',
        event: 'client.reconfigured',
        dependency: 'catalog',
        changes,
        requestId: 'mine',
        msg: 'settings of catalog changed',
      },
    ]);
  });

  it('belong to no request where the work belongs to none', () => {
    const { logs, events } = setUp();

    runWithContext(mine, () => detached(() => events.publish('retries.spent', SPENT)));

    expect(logs.lines[0]).not.toHaveProperty('requestId');
  });

  it.each(['revalidating', 'requested'])(
    'are at debug for each stale answer that stands in for no failure: %s',
    (reason) => {
      const { logs, events } = setUp('debug');
      const stale = { dependency: 'users', call: 'GET /:id', ageMs: 10, reason };

      events.publish('stale.served', stale);
      events.publish('stale.served', stale);

      const line = { level: 'debug', event: 'stale.served', call: 'GET /:id', ageMs: 10, reason };
      expect(logs.lines).toMatchObject([line, line]);
    },
  );

  it('tell at the end what was held back, in the order in which it began', async () => {
    const { logs, events, stop } = setUp();
    const fallback = { dependency: 'users', code: 'circuit-open', error: new Error('x') };
    const stale = { dependency: 'users', call: 'GET /:id', ageMs: 1, reason: 'timeout' };
    for (let time = 1; time <= 3; time += 1) events.publish('fallback.served', fallback);
    for (let time = 1; time <= 2; time += 1) events.publish('stale.served', stale);
    logs.clear();

    runWithContext(mine, stop);

    expect(logs.lines).toMatchObject([
      {
        level: 'warn',
        event: 'fallback.served.suppressed',
        dependency: 'users',
        code: 'circuit-open',
        suppressed: 2,
      },
      {
        level: 'warn',
        event: 'stale.served.suppressed',
        dependency: 'users',
        call: 'GET /:id',
        suppressed: 1,
      },
    ]);
    for (const line of logs.lines) expect(line).not.toHaveProperty('requestId');
  });

  it('tell what was held back of one key as the next of any key comes, and set no timer', async () => {
    const { logs, clock, events } = setUp();
    const stale = { dependency: 'users', ageMs: 1, reason: 'timeout' };
    for (let time = 1; time <= 3; time += 1) events.publish('stale.served', { ...stale, call: 'GET /a' });
    logs.clear();
    const timers = clock.pendingTimers;

    await clock.advance(10_000);
    const before = logs.lines.length;
    events.publish('stale.served', { ...stale, call: 'GET /b' });

    expect([timers, before]).toEqual([0, 0]);
    expect(logs.lines.map(({ event, call, suppressed }) => [event, call, suppressed])).toEqual([
      ['stale.served.suppressed', 'GET /a', 2],
      ['stale.served', 'GET /b', undefined],
    ]);
  });

  it('of an error that came after the answer are at debug, with the ids of its request', () => {
    const { logs, events } = setUp('debug');
    const request = { method: 'GET', url: '/orders?card=4111' };
    keepContext(request, mine);

    events.publish('request.late', { request, error: new Error('too late') });

    expect(logs.lines).toMatchObject([
      {
        level: 'debug',
        event: 'request.late',
        method: 'GET',
        path: '/orders',
        requestId: 'mine',
        err: { message: 'too late' },
      },
    ]);
  });
});

describe('the lines of hedges and pauses', () => {
  it('tell of a hedge at debug, for the request that makes it', () => {
    const { logs, events } = setUp('debug');

    runWithContext(mine, () =>
      events.publish('attempt.hedged', { dependency: 'catalog', attempt: 2, hedge: 1, afterMs: 200 }),
    );

    expect(logs.lines).toMatchObject([
      {
        level: 'debug',
        event: 'attempt.hedged',
        dependency: 'catalog',
        attempt: 2,
        hedge: 1,
        afterMs: 200,
        requestId: 'mine',
        msg: 'attempt 2 hedged',
      },
    ]);
  });

  it('warn of a dependency that is left alone, which concerns every request', () => {
    const { logs, events } = setUp();

    runWithContext(mine, () =>
      events.publish('dependency.paused', {
        dependency: 'catalog',
        key: 'catalog:8080',
        pauseMs: 1_234.56789,
        status: 429,
      }),
    );

    expect(logs.lines).toEqual([
      {
        level: 'warn',
        event: 'dependency.paused',
        dependency: 'catalog',
        key: 'catalog:8080',
        pauseMs: 1_234.568,
        status: 429,
        msg: 'catalog asked for quiet',
      },
    ]);
  });
});
