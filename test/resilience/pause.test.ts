import { describe, expect, it } from '@jest/globals';
import { type DependencyPausedError, UpstreamResponseError } from '../../src/errors/index.ts';
import { createEventHub, type DependencyPaused } from '../../src/events/index.ts';
import { type PausePolicyOptions, pause, type StackRules } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, deferred, endOf, errorOf, type Step, scripted, stackOf } from './support.ts';

const quiet = (retryAfterMs: number, upstreamStatus = 429): UpstreamResponseError =>
  new UpstreamResponseError('GET /x of "catalog" was answered 429', { upstreamStatus, retryAfterMs });

const paused = (steps: readonly Step[], options: PausePolicyOptions = {}) => {
  const clock = manualClock();
  const script = scripted(...steps);
  const run = pause<string, string>({ clock, ...options })(script.operation);
  return { clock, script, run };
};

describe('pause', () => {
  it('refuses calls after a 429 with Retry-After, without asking the dependency', async () => {
    const { run, script, clock } = paused([quiet(5_000)]);
    await endOf(run('q', callOf()));
    await clock.advance(1_000);

    const error = await errorOf(run('q', callOf()));

    expect([error, script.calls.length]).toMatchObject([
      {
        name: 'DependencyPausedError',
        code: 'dependency-unavailable',
        status: 503,
        dependency: 'catalog',
        message: 'catalog asked for quiet and is left alone until then',
        retryAfterMs: 4_000,
      },
      1,
    ]);
  });

  it('passes the error that asked for it on as it is', async () => {
    const asked = quiet(5_000);
    const { run } = paused([asked]);

    expect(await errorOf(run('q', callOf()))).toBe(asked);
  });

  it('refuses until one millisecond before the end, and at the end no longer', async () => {
    const { run, clock } = paused([quiet(5_000), 'answer']);
    await endOf(run('q', callOf()));
    await clock.advance(4_999);
    const before = await errorOf(run('q', callOf()));

    await clock.advance(1);

    expect([before, await run('q', callOf())]).toMatchObject([{ retryAfterMs: 1 }, 'answer']);
  });

  it('lets one pass whose timer fired a fraction of a millisecond early, as timers of Node do', async () => {
    const { run, clock } = paused([quiet(5_000), 'answer']);
    await endOf(run('q', callOf()));

    await clock.advance(4_999.001);

    expect(await run('q', callOf())).toBe('answer');
  });

  it('keeps a bounded copy of what was said as the cause, without a stack', async () => {
    const asked = quiet(5_000);
    const { run } = paused([asked]);
    await endOf(run('q', callOf()));

    const { cause, stack } = (await errorOf(run('q', callOf()))) as DependencyPausedError;

    expect(cause).toMatchObject({ message: asked.message, name: 'UpstreamResponseError' });
    expect(cause).not.toBe(asked);
    expect(stack).not.toContain('\n');
  });

  it.each([
    ['without a Retry-After', new UpstreamResponseError('429', { upstreamStatus: 429 })],
    ['of another status', quiet(5_000, 503)],
    ['that asks for no time', quiet(0)],
    ['of nobody we know', Object.assign(new Error('429'), { upstreamStatus: 429, retryAfterMs: 5_000 })],
  ])('does nothing after an error %s', async (_which, error) => {
    const { run } = paused([error, 'answer']);

    await endOf(run('q', callOf()));

    expect(await run('q', callOf())).toBe('answer');
  });

  it('heeds what the client of somebody else was told', async () => {
    const { run } = paused([
      Object.assign(new Error('Request failed with status code 429'), {
        isAxiosError: true,
        code: 'ERR_BAD_REQUEST',
        response: { status: 429, headers: { 'retry-after': '5' } },
      }),
    ]);
    await endOf(run('q', callOf()));

    expect(await errorOf(run('q', callOf()))).toMatchObject({
      name: 'DependencyPausedError',
      retryAfterMs: 5_000,
    });
  });

  it('lasts no longer than maxMs, whatever is asked for', async () => {
    const { run, clock } = paused([quiet(31_536_000_000), 'answer'], { maxMs: 2_000 });
    await endOf(run('q', callOf()));
    const refused = await errorOf(run('q', callOf()));

    await clock.advance(2_000);

    expect([refused, await run('q', callOf())]).toMatchObject([{ retryAfterMs: 2_000 }, 'answer']);
  });

  it('lasts 60 seconds at most by default', async () => {
    const { run } = paused([quiet(31_536_000_000)]);
    await endOf(run('q', callOf()));

    expect(await errorOf(run('q', callOf()))).toMatchObject({ retryAfterMs: 60_000 });
  });

  it('is made longer by what asks for a second more, and not by less', async () => {
    const times = [5_000, 5_999, 6_000, 3_000];
    const lefts: unknown[] = [];
    // All of them asked before any was told to wait.
    const gates = times.map((ms) => async () => {
      await Promise.resolve();
      throw quiet(ms);
    });
    for (let count = 1; count <= times.length; count += 1) {
      const { run } = paused(gates);
      await Promise.all(times.slice(0, count).map(() => endOf(run('q', callOf()))));
      lefts.push(await errorOf(run('q', callOf())));
    }

    expect(lefts).toMatchObject([5_000, 5_000, 6_000, 6_000].map((retryAfterMs) => ({ retryAfterMs })));
  });

  it('sets no timer', async () => {
    const { run, clock } = paused([quiet(5_000)]);

    await endOf(run('q', callOf()));

    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves alone each name for itself', async () => {
    const { run } = paused([quiet(5_000), 'answer']);
    await endOf(run('q', callOf({ name: 'one' })));

    expect(await run('q', callOf({ name: 'other' }))).toBe('answer');
  });

  it('remembers 1 000 keys and forgets the oldest beyond', async () => {
    const { run, script } = paused([quiet(5_000)]);
    for (let key = 0; key <= 1_000; key += 1) await endOf(run('q', callOf({ name: `${key}` })));

    const again = [
      await errorOf(run('q', callOf({ name: '1' }))),
      await errorOf(run('q', callOf({ name: '1000' }))),
      await errorOf(run('q', callOf({ name: '0' }))),
    ];

    expect(again.map((error) => (error as Error).name)).toEqual([
      'DependencyPausedError',
      'DependencyPausedError',
      'UpstreamResponseError',
    ]);
    expect(script.calls.length).toBe(1_002);
  });

  it('forgets nobody for one whose pause is over, or is made longer', async () => {
    const steps = Array.from({ length: 1_000 }, (_, key) => quiet(key === 5 ? 1_000 : 50_000));
    // The sixth is asked again when its pause is over; another one answers late, and asks for more.
    const late = deferred();
    const { run, clock } = paused([() => late.promise, ...steps, quiet(50_000)]);
    const lateOne = endOf(run('q', callOf({ name: '7' })));
    for (let key = 0; key < 1_000; key += 1) await endOf(run('q', callOf({ name: `${key}` })));
    await clock.advance(1_000);

    await endOf(run('q', callOf({ name: '5' })));
    late.reject(quiet(60_000));
    await lateOne;

    expect([
      await errorOf(run('q', callOf({ name: '0' }))),
      await errorOf(run('q', callOf({ name: '7' }))),
    ]).toMatchObject([
      { name: 'DependencyPausedError', retryAfterMs: 49_000 },
      { name: 'DependencyPausedError', retryAfterMs: 60_000 },
    ]);
  });

  it('tells when it begins and when it is made longer', async () => {
    const events = createEventHub();
    const told: DependencyPaused[] = [];
    events.subscribe('dependency.paused', (event) => told.push(event));
    const { run } = paused([quiet(5_000), quiet(5_000), quiet(90_000)], { events });

    await Promise.all([1, 2, 3].map(() => endOf(run('q', callOf()))));

    expect(told).toEqual([
      { dependency: 'catalog', key: 'catalog', pauseMs: 5_000, status: 429 },
      { dependency: 'catalog', key: 'catalog', pauseMs: 60_000, status: 429 },
    ]);
    expect(told.every(Object.isFrozen)).toBe(true);
  });

  it.each([[0], [Number.NaN]])('rejects a maxMs of %p', (maxMs) => {
    expect(() => pause({ maxMs })).toThrow(/^pause: option "maxMs" must be a number of milliseconds from 1/);
  });
});

describe('a pause in a stack', () => {
  const noRetry = { retry: false } as const;
  const rules: StackRules<string, string> = {
    pauseKeyOf: (request) => request,
    pauseOf: (error, request) => (error === 'quiet' ? { key: request, ms: 5_000 } : undefined),
  };

  it('lets the retry of the very call that was told to wait pass', async () => {
    const { run, clock, script } = (() => {
      const steps = scripted(quiet(3_000), 'answer');
      return { script: steps, ...stackOf(steps, { retry: { maxRetries: 1 } }) };
    })();
    const end = endOf(run('q', callOf()));

    await clock.advance(3_000);

    expect([await end, script.calls.length]).toEqual([{ value: 'answer' }, 2]);
  });

  it('lets the retries of all calls pass that were told the same one after the other', async () => {
    const script = scripted(quiet(3_000), quiet(3_000), 'answer');
    const { run, clock } = stackOf(script, { retry: { maxRetries: 1 } });
    const first = endOf(run('q', callOf()));
    // Sent before anything was heard, and answered later.
    const second = endOf(run('q', callOf()));
    await clock.advance(3_000);

    expect([await first, await second]).toEqual([{ value: 'answer' }, { value: 'answer' }]);
  });

  it('ends a call with the reason `paused`, not retried and not written as an attempt', async () => {
    const script = scripted(quiet(20_000));
    const { run } = stackOf(script);
    await endOf(run('q', callOf()));
    const call = callOf();

    await endOf(run('q', call));

    expect(call.journal.snapshot()).toEqual({ attempts: [], stopped: 'paused' });
  });

  it('is neutral for the breaker, and takes no trial of it', async () => {
    const script = scripted(quiet(20_000));
    const { run, breaker } = stackOf(script, noRetry);
    await endOf(run('q', callOf()));
    const failures = breaker?.snapshot().failures;

    await endOf(run('q', callOf()));

    expect([failures, breaker?.snapshot().failures]).toEqual([1, 1]);
  });

  it('holds no slot', async () => {
    const { run, bulkhead } = stackOf(scripted(quiet(20_000)), noRetry);
    await endOf(run('q', callOf()));
    await endOf(run('q', callOf()));

    expect(bulkhead?.snapshot().active).toBe(0);
  });

  it('is answered by a fallback', async () => {
    const { run } = stackOf(scripted(quiet(20_000)), { ...noRetry, fallback: { value: 'instead' } });
    await endOf(run('q', callOf()));

    expect(await run('q', callOf())).toBe('instead');
  });

  it('goes by the rules of its owner: whom a request is for, and what asks for quiet', async () => {
    const script = scripted(
      async () => {
        throw 'quiet';
      },
      quiet(5_000),
      'answer',
    );
    const { run } = stackOf(script, noRetry, { rules });
    const refused = ['loud', 'calm', 'calm'].map((request) => () => endOf(run(request, callOf())));

    const ends: unknown[] = [];
    for (const each of refused) ends.push(await each());

    expect([...ends, await errorOf(run('loud', callOf()))]).toMatchObject([
      { error: 'quiet' },
      { error: { upstreamStatus: 429 } },
      { value: 'answer' },
      { name: 'DependencyPausedError' },
    ]);
  });

  it('has the status of an error that is none in no event', async () => {
    const events = createEventHub();
    const told: DependencyPaused[] = [];
    events.subscribe('dependency.paused', (event) => told.push(event));
    const script = scripted(async () => {
      throw 'quiet';
    });
    const { run } = stackOf(script, noRetry, { rules, events });

    await endOf(run('loud', callOf()));

    expect(told).toEqual([{ dependency: 'catalog', key: 'loud', pauseMs: 5_000, status: undefined }]);
  });

  it('can be switched off', async () => {
    const { run } = stackOf(scripted(quiet(20_000), 'answer'), { ...noRetry, pause: false });
    await endOf(run('q', callOf()));

    expect(await run('q', callOf())).toBe('answer');
  });
});
