import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { UpstreamTimeoutError } from '../../src/errors/index.ts';
import { compose, type Policy } from '../../src/policy/index.ts';
import { timeout } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, deferred, endOf, errorOf, hanging, type Step, scripted, stubborn } from './support.ts';

const guarded = (step: Step, build: (clock: ReturnType<typeof manualClock>) => Policy<string, string>) => {
  const clock = manualClock();
  const script = scripted(step);
  return { clock, script, run: build(clock)(script.operation) };
};
const attempt = (step: Step, ms = 100) => guarded(step, (clock) => timeout({ ms, scope: 'attempt', clock }));
const total = (step: Step, ms = 100) => guarded(step, (clock) => timeout({ ms, scope: 'total', clock }));

describe.each([
  ['attempt', attempt],
  ['total', total],
] as const)('timeout of scope %s', (scope, build) => {
  it('gives the value of work that is in time', async () => {
    const { run } = build('answer');

    expect(await run('q', callOf())).toBe('answer');
  });

  it('passes the error of work that is in time', async () => {
    const error = new Error('refused');
    const { run } = build(error);

    expect(await errorOf(run('q', callOf()))).toBe(error);
  });

  it('rejects when the time is up, naming scope and time', async () => {
    const { run, clock } = build(hanging);
    const end = errorOf(run('q', callOf()));

    await clock.advance(100);

    expect(await end).toMatchObject({
      name: 'UpstreamTimeoutError',
      code: 'dependency-timeout',
      scope,
      timeoutMs: 100,
      dependency: 'catalog',
      message: 'catalog did not answer within 100 ms',
    });
  });

  it('aborts the signal of the work with the error it rejects with', async () => {
    const { run, clock, script } = build(hanging);
    const end = errorOf(run('q', callOf()));

    await clock.advance(100);

    expect(script.calls[0]?.signal.reason).toBe(await end);
  });

  it('rejects even if the work ignores its signal', async () => {
    const { run, clock } = build(stubborn(deferred()));
    const end = errorOf(run('q', callOf()));

    await clock.advance(100);

    expect(await end).toBeInstanceOf(UpstreamTimeoutError);
  });

  it('tells of work that goes on', async () => {
    const held: Promise<unknown>[] = [];
    const gate = deferred();
    const { run, clock } = build(stubborn(gate));
    const end = errorOf(run('q', callOf({ hold: (work) => held.push(work) })));
    await clock.advance(100);
    await end;

    gate.resolve('late');

    expect(await Promise.all(held)).toEqual(['late']);
  });

  it('tells of no work that ended by itself', async () => {
    const held: Promise<unknown>[] = [];
    const { run } = build(new Error('refused'));

    await endOf(run('q', callOf({ hold: (work) => held.push(work) })));

    expect(held).toEqual([]);
  });

  it('rejects with its own error although the work has another one when it is stopped', async () => {
    const { run, clock } = build(
      (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('socket closed')));
        }),
    );
    const end = errorOf(run('q', callOf()));

    await clock.advance(100);

    expect(await end).toMatchObject({ name: 'UpstreamTimeoutError', scope });
  });

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, -1])(
    'sets no limit where its function gives %p',
    async (ms) => {
      const { run, clock } = guarded('answer', (clock) => timeout({ ms: () => ms, scope, clock }));

      const end = endOf(run('q', callOf()));

      expect([clock.pendingTimers, await end]).toEqual([0, { value: 'answer' }]);
    },
  );

  it('leaves no time where its function gives 0', async () => {
    const { run, clock } = guarded(hanging, (clock) => timeout({ ms: () => 0, scope, clock }));
    const end = errorOf(run('q', callOf()));

    await clock.advance(0);

    expect(await end).toMatchObject({ scope, timeoutMs: 0 });
  });

  it("rejects with the caller's own reason when the caller leaves", async () => {
    const { run } = build(stubborn(deferred()));
    const caller = new AbortController();
    const reason = new Error('left');
    const end = errorOf(run('q', callOf({ signal: caller.signal })));

    caller.abort(reason);

    expect(await end).toBe(reason);
  });

  it('does not start for a caller who has left', async () => {
    const { run, script } = build('answer');
    const reason = new Error('left');

    const error = await errorOf(run('q', callOf({ signal: AbortSignal.abort(reason) })));

    expect([error, script.calls.length]).toEqual([reason, 0]);
  });

  it('turns what an operation throws at once into a rejection', async () => {
    const error = new Error('at once');
    const policy = timeout<string, string>({ ms: 100, scope, clock: manualClock() });
    const run = policy(() => {
      throw error;
    });

    expect(await errorOf(run('q', callOf()))).toBe(error);
  });

  it('leaves no timer and no listener behind', async () => {
    const { run, clock } = build('answer');
    const { signal } = new AbortController();

    await run('q', callOf({ signal }));

    expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  });
});

describe('timeout of scope total', () => {
  it('ends with work that aborts the signal of its caller before it gives its promise', async () => {
    const caller = new AbortController();
    const { run } = total(() => {
      caller.abort('left');
      return deferred().promise;
    });

    expect(await errorOf(run('q', callOf({ signal: caller.signal })))).toBe('left');
  });

  it('tells the work its deadline', async () => {
    const { run, script, clock } = total('answer');
    await clock.advance(5);

    await run('q', callOf());

    expect(script.calls[0]?.deadline).toBe(105);
  });

  it('keeps to an inherited deadline that is nearer', async () => {
    const { run, clock, script } = total(hanging);
    const end = errorOf(run('q', callOf({ deadline: 40 })));

    await clock.advance(41);

    expect([await end, script.calls[0]?.deadline]).toMatchObject([{ scope: 'deadline', timeoutMs: 40 }, 40]);
  });

  it.each([
    ['that counts whole milliseconds', 40, 41],
    ['that fires with it, among all timers that are due', 40.3, 42],
  ])('leaves the first word to the timer of whoever set that deadline, %s', async (_what, deadline, due) => {
    const timers: { readonly fire: () => void; readonly at: number }[] = [];
    const setTimer = (fire: () => void, at: number) => {
      timers.push({ fire, at });
      return () => undefined;
    };
    const clock = { now: () => 0, wallTime: () => 0, setTimer };
    const policy = timeout<string, string>({ ms: 100, scope: 'total', clock });
    const owner = new AbortController();
    const reason = new Error('the time of the request was up');
    const run = compose(policy)(scripted(hanging).operation);
    const end = errorOf(run('q', callOf({ deadline, signal: owner.signal })));
    setTimer(() => owner.abort(reason), due);

    // As Node does, once its loop was held up.
    for (const { fire } of timers) fire();

    expect([await end, timers.map(({ at }) => at)]).toEqual([reason, [due, due]]);
  });

  it('does not start once an inherited deadline has passed', async () => {
    const { run, clock, script } = total('answer');
    await clock.advance(50);

    const error = await errorOf(run('q', callOf({ deadline: 50 })));

    expect([error, script.calls.length]).toMatchObject([{ scope: 'deadline', timeoutMs: 0 }, 0]);
  });

  it('is the one that ends a call whose deadline comes in the same moment', async () => {
    const { run, clock } = total(hanging);
    const end = errorOf(run('q', callOf({ deadline: 100 })));

    await clock.advance(100);

    expect(await end).toMatchObject({ scope: 'total', timeoutMs: 100 });
  });

  it('allows no time, and no less, after a deadline that passed long ago', async () => {
    const { run, clock } = total('answer');
    await clock.advance(80);

    expect(await errorOf(run('q', callOf({ deadline: 50 })))).toMatchObject({
      scope: 'deadline',
      timeoutMs: 0,
    });
  });

  it('takes the limit of each call from a function', async () => {
    const { run, clock } = guarded(hanging, (clock) =>
      timeout({ ms: ({ request }) => request.length, scope: 'total', clock }),
    );
    const end = errorOf(run('sevench', callOf()));

    await clock.advance(7);

    expect(await end).toMatchObject({ timeoutMs: 7 });
  });
});
