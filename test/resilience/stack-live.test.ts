import { describe, expect, it } from '@jest/globals';
import { UpstreamResponseError } from '../../src/errors/index.ts';
import { createEventHub, type FallbackServed } from '../../src/events/index.ts';
import {
  createStack,
  type ResilienceOptions,
  readResilience,
  readRetry,
} from '../../src/resilience/index.ts';
import { gated } from './hedge-support.ts';
import { callOf, endOf, errorOf, hanging, scripted, stackOf } from './support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const quiet = new UpstreamResponseError('429', { upstreamStatus: 429, retryAfterMs: 5_000 });
const plansOf = (options: ResilienceOptions<string, string>) =>
  readResilience<string, string>({ where: 'createClient' }, options);

describe('the plans of a stack', () => {
  it('are those it was built from, until others are put in force', () => {
    const { resilience, reconfigure } = stackOf(scripted('answer'), { pause: { maxMs: 500 } });
    const before = resilience();

    reconfigure({ pause: { maxMs: 700 } });

    expect(before.pause).toEqual({ maxMs: 500 });
    expect(resilience()).toEqual({ ...before, pause: { maxMs: 700 } });
    expect(Object.isFrozen(resilience())).toBe(true);
  });

  it('cannot be changed but by the stack, which is frozen', () => {
    const stack = createStack<string, string>({
      name: 'catalog',
      operation: scripted('answer').operation,
      resilience: plansOf({}),
    });

    expect(Object.isFrozen(stack)).toBe(true);
  });

  it('may give a later call less time', async () => {
    const { run, clock, reconfigure } = stackOf(scripted(hanging), { retry: false });
    reconfigure({ timeout: { totalMs: 60, attemptMs: 40 } });

    const end = errorOf(run('q', callOf()));
    await clock.advance(40);

    expect(await end).toMatchObject({ scope: 'attempt', timeoutMs: 40 });
  });

  it('may give a later call less time in all', async () => {
    const { run, clock, reconfigure } = stackOf(scripted(hanging), { retry: false });
    reconfigure({ timeout: { totalMs: 60, attemptMs: undefined } });

    const end = errorOf(run('q', callOf()));
    await clock.advance(60);

    expect(await end).toMatchObject({ scope: 'total', timeoutMs: 60 });
  });

  it('may let a later call have more retries, from a larger budget', async () => {
    const script = scripted(down);
    const { run, reconfigure } = stackOf(script, { retry: { maxRetries: 1, budget: { minPerSecond: 0 } } });
    const backoff = { baseMs: 0 };
    reconfigure({ retry: plansOf({ retry: { maxRetries: 4, backoff, budget: false } }).retry });

    await endOf(run('q', callOf()));

    expect(script.calls.length).toBe(5);
  });

  it('may open the circuit sooner', async () => {
    const { run, breaker, reconfigure } = stackOf(scripted(down), { retry: false });
    reconfigure({ breaker: plansOf({ breaker: { consecutiveFailures: 2 } }).breaker });

    await endOf(run('q', callOf()));
    await endOf(run('q', callOf()));

    expect(breaker?.snapshot().state).toBe('open');
  });

  it('may start hedges sooner', async () => {
    const { started, operation } = gated();
    const { run, clock, reconfigure } = stackOf({ operation, calls: [] }, { hedge: { afterMs: 900 } });
    reconfigure({ hedge: { afterMs: 100, maxHedges: 2 } });

    void endOf(run('q', callOf()));
    await clock.advance(200);

    expect(started.length).toBe(3);
  });

  it('may cut a pause shorter', async () => {
    const { run, reconfigure } = stackOf(scripted(quiet), { retry: false });
    reconfigure({ pause: { maxMs: 700 } });
    await endOf(run('q', callOf()));

    expect(await errorOf(run('q', callOf()))).toMatchObject({ retryAfterMs: 700 });
  });
});

describe('a part that there is cannot be taken away', () => {
  it('from the circuit, which goes by the plan it was built from', async () => {
    const options = { retry: false, breaker: { consecutiveFailures: 2 } } as const;
    const { run, breaker, reconfigure } = stackOf(scripted(down), options);
    reconfigure({ breaker: false });

    await endOf(run('q', callOf()));
    await endOf(run('q', callOf()));

    expect(breaker?.snapshot().state).toBe('open');
  });

  it('from the bulkhead', async () => {
    const options = { bulkhead: { maxConcurrent: 1, maxQueue: 0 } };
    const { run, clock, reconfigure } = stackOf(scripted(hanging), options);
    reconfigure({ bulkhead: false });
    void endOf(run('q', callOf()));
    await clock.advance(0);

    expect(await errorOf(run('q', callOf()))).toMatchObject({ code: 'bulkhead-full' });
  });

  it('from the hedges', async () => {
    const { started, operation } = gated();
    const { run, clock, reconfigure } = stackOf({ operation, calls: [] }, { hedge: { afterMs: 100 } });
    reconfigure({ hedge: false });

    void endOf(run('q', callOf()));
    await clock.advance(100);

    expect(started.length).toBe(2);
  });

  it('from the pauses', async () => {
    const { run, reconfigure } = stackOf(scripted(quiet), { retry: false, pause: { maxMs: 700 } });
    reconfigure({ pause: false });
    await endOf(run('q', callOf()));

    expect(await errorOf(run('q', callOf()))).toMatchObject({ retryAfterMs: 700 });
  });
});

describe('a part that there is not', () => {
  it('does not come by a change', async () => {
    const { started, operation } = gated();
    const off = { bulkhead: false, breaker: false, hedge: false, pause: false } as const;
    const stack = stackOf({ operation, calls: [] }, off);
    stack.reconfigure(plansOf({ bulkhead: { maxConcurrent: 1, maxQueue: 0 }, hedge: { afterMs: 0 } }));

    for (const request of ['a', 'b']) void endOf(stack.run(request, callOf()));
    await stack.clock.advance(100);

    expect([started.length, stack.breaker, stack.bulkhead]).toEqual([2, undefined, undefined]);
  });
});

describe('what the owner of a stack knows', () => {
  it('keeps the circuits of its hosts apart', async () => {
    const script = scripted(down, 'answer');
    const options = { retry: false, breaker: { key: 'host', consecutiveFailures: 1 } } as const;
    const { run } = stackOf(script, options, { rules: { hostOf: (request) => `${request}.example` } });
    await endOf(run('one', callOf()));

    const ends = [await endOf(run('other', callOf())), await errorOf(run('one', callOf()))];

    expect(ends).toMatchObject([{ value: 'answer' }, { code: 'circuit-open' }]);
  });

  it.each([
    ['that has no rules', undefined],
    ['whose rules know no hosts', {}],
  ])('is no host in a stack %s: there is one circuit', async (_which, rules) => {
    const options = { retry: false, breaker: { key: 'host', consecutiveFailures: 1 } } as const;
    const { run } = stackOf(scripted(down, 'answer'), options, { rules });
    await endOf(run('one', callOf()));

    expect(await errorOf(run('other', callOf()))).toMatchObject({ code: 'circuit-open' });
  });

  it("decides by a call's own retries whether a hedge may be for one that tries again", async () => {
    const { started, operation } = gated();
    const own = readRetry({ where: 'get' }, { crossHopGuard: false });
    const retryOf = (request: string) => (request === 'free' ? own : undefined);
    const options = { hedge: { afterMs: 100 }, retry: { maxRetries: 0 } };
    const { run, clock } = stackOf({ operation, calls: [] }, options, { rules: { retryOf } });
    const calls = () => callOf({ servesRetry: true });
    void endOf(run('guarded', calls()));
    await clock.advance(200);
    const guarded = started.length;

    void endOf(run('free', calls()));
    await clock.advance(200);

    expect([guarded, started.length - guarded]).toEqual([1, 2]);
  });

  it('leaves an error that it expects to its caller, and tells of every other one that a fallback answers', async () => {
    const events = createEventHub();
    const told: FallbackServed[] = [];
    events.subscribe('fallback.served', (event) => told.push(event));
    const expected = new UpstreamResponseError('404', { upstreamStatus: 404 });
    const { run } = stackOf(
      scripted(expected, down),
      { retry: false, fallback: { value: 'instead' } },
      { events, rules: { isExpected: (error) => error === expected } },
    );

    const ends = [await endOf(run('q', callOf())), await endOf(run('q', callOf()))];

    expect(ends).toEqual([{ error: expected }, { value: 'instead' }]);
    expect(told).toMatchObject([{ dependency: 'catalog' }]);
  });

  it('leaves a late failure to a caller whose deadline has passed, by the clock of the stack', async () => {
    const { clock, run } = stackOf(scripted(down), {
      timeout: false,
      retry: false,
      fallback: { value: 'instead' },
    });
    await clock.advance(50);

    expect(await run('q', callOf({ deadline: 60 }))).toBe('instead');
  });
});

describe('a stack without a world of its own', () => {
  it("goes by the machine's clock and chance", async () => {
    const script = scripted(down, 'answer');
    const { run } = createStack<string, string>({
      name: 'catalog',
      operation: script.operation,
      resilience: plansOf({ retry: { backoff: { baseMs: 0 } }, fallback: { value: 'instead' } }),
    });

    expect([await run('q', callOf()), script.calls.length]).toEqual(['answer', 2]);
  });
});
