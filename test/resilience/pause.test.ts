import { describe, expect, it } from '@jest/globals';
import { type DependencyPausedError, UpstreamResponseError } from '../../src/errors/index.ts';
import { createEventHub, type DependencyPaused } from '../../src/events/index.ts';
import { type PausePolicyOptions, pause } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, deferred, endOf, errorOf, type Step, scripted } from './support.ts';

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
    ['that asks for less than a timer can count', quiet(0.9)],
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

  it('heeds one that asks for a millisecond', async () => {
    const { run } = paused([quiet(1)]);
    await endOf(run('q', callOf()));

    expect(await errorOf(run('q', callOf()))).toMatchObject({ retryAfterMs: 1 });
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
});
