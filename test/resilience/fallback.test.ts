import { describe, expect, it } from '@jest/globals';
import { CircuitOpenError, NotFoundError, UpstreamTimeoutError } from '../../src/errors/index.ts';
import { createEventHub, type FallbackServed } from '../../src/events/index.ts';
import { type FallbackOption, fallback, readResilience } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, deferred, endOf, errorOf, hanging, type Step, scripted } from './support.ts';

const guarded = (step: Step, option: FallbackOption<string, string>) =>
  fallback<string, string>(option)(scripted(step).operation);
const down = new Error('down');

describe('fallback', () => {
  it('leaves a success alone', async () => {
    expect(await guarded('answer', () => 'instead')('q', callOf())).toBe('answer');
  });

  it.each([new UpstreamTimeoutError(), new CircuitOpenError(), down])('answers %p', async (error) => {
    expect(await guarded(error, () => 'instead')('q', callOf())).toBe('instead');
  });

  it('is told the request and the error', async () => {
    const seen: unknown[] = [];
    const run = guarded(down, (...args) => {
      seen.push(args);
      return 'instead';
    });

    await run('q', callOf());

    expect(seen).toEqual([['q', down]]);
  });

  it('gives a fixed value', async () => {
    expect(await guarded(down, { value: 'fixed' })('q', callOf())).toBe('fixed');
  });

  it('gives a fixed undefined', async () => {
    const run = fallback<string, string | undefined>({ value: undefined })(scripted(down).operation);

    expect(await run('q', callOf())).toBeUndefined();
  });

  it('passes a business error', async () => {
    const error = new NotFoundError('No such product');

    expect(await endOf(guarded(error, () => 'instead')('q', callOf()))).toEqual({ error });
  });

  it('answers what its condition says, business errors too', async () => {
    const run = guarded(new NotFoundError('No such product'), { use: () => 'instead', when: () => true });

    expect(await run('q', callOf())).toBe('instead');
  });

  it('passes what its condition refuses', async () => {
    const run = guarded(down, { value: 'fixed', when: (error) => error !== down });

    expect(await endOf(run('q', callOf()))).toEqual({ error: down });
  });

  it("passes the caller's own abort, whatever the condition says", async () => {
    const caller = new AbortController();
    const run = guarded(hanging, { value: 'fixed', when: () => true });
    const end = endOf(run('q', callOf({ signal: caller.signal })));

    caller.abort(down);

    expect(await end).toEqual({ error: down });
  });

  it('does nothing for a caller who left, however the call failed', async () => {
    let used = 0;
    const caller = new AbortController();
    const fail: Step = async () => {
      caller.abort('left');
      throw down;
    };
    const run = guarded(fail, () => {
      used += 1;
      return 'instead';
    });

    const end = await endOf(run('q', callOf({ signal: caller.signal })));

    expect([end, used]).toEqual([{ error: down }, 0]);
  });

  it('passes on what it throws itself', async () => {
    const own = new Error('no stock either');
    const run = guarded(down, () => {
      throw own;
    });

    expect(await errorOf(run('q', callOf()))).toBe(own);
  });

  it.each([
    ['has none', new Error('no stock either'), down],
    ['has one', new Error('no stock either', { cause: 'own' }), 'own'],
    ['is frozen', Object.freeze(new Error('no stock either')), undefined],
    ['is the failure itself', down, undefined],
  ])('keeps the failure as the cause of what it throws itself: it %s', async (_what, own, cause) => {
    const run = guarded(down, () => {
      throw own;
    });

    expect(await errorOf(run('q', callOf()))).toBe(own);
    expect(own.cause).toBe(cause);
  });

  it("writes no cause on the caller's own reason", async () => {
    const caller = new AbortController();
    const reason = new Error('left');
    const run = guarded(down, () => {
      caller.abort(reason);
      throw reason;
    });

    expect(await errorOf(run('q', callOf({ signal: caller.signal })))).toBe(reason);
    expect(reason.cause).toBeUndefined();
  });

  it('does not outlast its caller', async () => {
    const caller = new AbortController();
    const asked = deferred();
    const run = guarded(down, () => {
      asked.resolve('now');
      return deferred().promise;
    });
    const end = errorOf(run('q', callOf({ signal: caller.signal })));
    const reason = new Error('left');
    await asked.promise;

    caller.abort(reason);

    expect(await end).toBe(reason);
  });

  it('does not outlast the deadline of its call, though nobody aborts', async () => {
    const clock = manualClock();
    const run = fallback<string, string>(() => deferred().promise, { clock })(scripted(down).operation);
    const end = errorOf(run('q', callOf({ deadline: 50 })));

    await clock.advance(51);

    expect(await end).toMatchObject({ name: 'UpstreamTimeoutError', scope: 'deadline', timeoutMs: 50 });
  });

  it('leaves no timer behind', async () => {
    const clock = manualClock();
    const run = fallback<string, string>(() => 'instead', { clock })(scripted(down).operation);

    await run('q', callOf({ deadline: 50 }));

    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    [49, { value: 'instead' }],
    [50, { error: down }],
  ])('does nothing once the deadline of its call has passed: at %i of 50 ms', async (at, expected) => {
    const clock = manualClock(at);
    const run = fallback<string, string>(() => 'instead', { clock })(scripted(down).operation);

    expect(await endOf(run('q', callOf({ deadline: 50 })))).toEqual(expected);
  });

  it('publishes what it answered', async () => {
    const events = createEventHub();
    const seen: FallbackServed[] = [];
    events.subscribe('fallback.served', (event) => seen.push(event));
    const error = new CircuitOpenError();
    const run = fallback<string, string>({ value: 'fixed' }, { events })(scripted(error).operation);

    await run('q', callOf());

    expect(seen).toEqual([{ dependency: 'catalog', code: 'circuit-open', error }]);
  });

  it.each([{}, { value: 'a', use: () => 'b' }])(
    'rejects an option with neither or both of use and value',
    (option) => {
      // What a caller without types can write.
      const given = option as FallbackOption<string, string>;

      expect(() => fallback(given)).toThrow(
        new RangeError('fallback: the options must have either "use" or "value"'),
      );
    },
  );

  it('publishes no code that is no text', async () => {
    const events = createEventHub();
    const seen: FallbackServed[] = [];
    events.subscribe('fallback.served', (event) => seen.push(event));
    const error = Object.assign(new Error('down'), { code: 1213 });
    const run = fallback<string, string>({ value: 'fixed' }, { events })(scripted(error).operation);

    await run('q', callOf());

    expect(seen).toEqual([{ dependency: 'catalog', code: undefined, error }]);
  });

  it('names itself, its option or the option that it stands under, when one is wrong', () => {
    // What a caller without types can write.
    const clock = 7 as never;
    const neither = { fallback: {} as never };

    expect(() => fallback({ value: 1 }, { clock })).toThrow(/^fallback: option "clock"/);
    expect(() => readResilience({ where: 'protect' }, neither)).toThrow(
      new RangeError('protect: option "fallback" must have either "use" or "value"'),
    );
  });

  it('rejects an option that is no function and no object', () => {
    // What a caller without types can write.
    const given = 'cached' as unknown as FallbackOption<string, string>;

    expect(() => fallback(given)).toThrow(
      new TypeError('fallback: the options must be an object, but was "cached"'),
    );
  });
});
