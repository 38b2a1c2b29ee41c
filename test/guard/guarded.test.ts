import { describe, expect, it } from '@jest/globals';
import { NotFoundError } from '../../src/errors/index.ts';
import { type CallCompleted, createEventHub } from '../../src/events/index.ts';
import { currentCall, guarded, guardOf } from '../../src/guard/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { decorate, methodContext } from './guarded-support.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

describe('guarded', () => {
  it('gives the method its object, its arguments and its call', async () => {
    const clock = manualClock(5);
    const find = decorate(
      async function find(this: unknown, a: number, b: number) {
        return { self: this, sum: a + b, call: currentCall() };
      },
      { clock, timeout: { totalMs: 100 } },
    );
    const stock = { find };

    const seen = await stock.find(1, 2);

    expect(seen.self).toBe(stock);
    expect(seen).toMatchObject({ sum: 3, call: { name: 'db', deadline: 105, attempt: 1 } });
  });

  it('aborts the signal of the call when its time is up', async () => {
    const clock = manualClock();
    let signal: AbortSignal | undefined;
    const hang = decorate(
      async () => {
        signal = currentCall().signal;
        return never<string>();
      },
      { clock, timeout: { attemptMs: 50 } },
    );
    const rejected = expect(hang()).rejects.toMatchObject({ name: 'UpstreamTimeoutError', timeoutMs: 50 });

    await clock.advance(50);

    await rejected;
    expect(signal?.aborted).toBe(true);
  });

  it('does not call it again unless retries are asked for', async () => {
    let calls = 0;
    const fail = async (): Promise<number> => {
      calls += 1;
      throw new Error('down');
    };

    await decorate(fail)().catch(() => undefined);
    const once = calls;
    await decorate(fail, { retry: { maxRetries: 1, backoff: { baseMs: 0 } } })().catch(() => undefined);

    expect([once, calls]).toEqual([1, 3]);
  });

  it('answers by the fallback, given the arguments and the error', async () => {
    const find = decorate(
      async (id: number): Promise<string> => {
        throw new Error(`down ${id}`);
      },
      { fallback: ([id], error) => `${id}: ${(error as Error).message}` },
    );

    expect(await find(7)).toBe('7: down 7');
  });

  it('gives all objects one circuit, and each method its own', async () => {
    const fail = async (): Promise<never> => {
      throw new Error('down');
    };
    const decorator = guarded({ name: 'db', breaker: { consecutiveFailures: 1 }, clock: manualClock() });
    // By hand the compiler cannot see that the types fit.
    const [one, other] = [1, 2].map(() => decorator(fail, methodContext('fail') as never));
    await one?.call({ id: 1 } as never).catch(() => undefined);

    await expect(one?.call({ id: 2 } as never)).rejects.toMatchObject({ code: 'circuit-open' });
    await expect(other?.call({ id: 2 } as never)).rejects.toMatchObject({ message: 'down' });
  });

  it('carries its handles, name and number of parameters', async () => {
    const find = decorate(async function find(_a: number, _b: number) {
      return 1;
    });

    expect([find.name, find.length, Reflect.get(find, 'breaker')]).toEqual([
      'find',
      2,
      guardOf(find).breaker,
    ]);
    expect(guardOf(find).breaker?.snapshot().state).toBe('closed');
  });

  it('tells of its calls', async () => {
    const events = createEventHub();
    const told: CallCompleted[] = [];
    events.subscribe('call.completed', (event) => told.push(event));

    await decorate(async () => 1, { events })();

    expect(told).toMatchObject([{ dependency: 'db', method: 'call', outcome: 'success', source: 'live' }]);
  });

  it.each([
    ['a getter', [() => 1, methodContext('size', { kind: 'getter' })], /but was put on a getter$/],
    ['a field', [undefined, methodContext('size', { kind: 'field' })], /but was put on a field$/],
    ['a class', [class {}, methodContext('Stock', { kind: 'class' })], /but was put on a class$/],
    ['nothing', [7, undefined], /but was put on 7$/],
    [
      'a method, by a decorator of before the standard',
      [{}, 'find', {}],
      /switch "experimentalDecorators" off/,
    ],
    ['the same by a symbol', [{}, Symbol('find'), {}], /switch "experimentalDecorators" off/],
  ])('refuses to stand on %s', (_what, use, message) => {
    const decorator = guarded({ name: 'db' });

    expect(() => Reflect.apply(decorator, undefined, use)).toThrow(TypeError);
    expect(() => Reflect.apply(decorator, undefined, use)).toThrow(message);
  });

  it('needs good options, and says whose they are', () => {
    expect(() => guarded({} as never)).toThrow(/^guarded: option "name"/);
    expect(() => guarded('hunter2' as never)).toThrow(/^guarded: (?!.*hunter2)/);
    expect(() => guarded({ name: 'db', timeout: { attemptMs: 0 } })).toThrow(
      /^guarded\("db"\): option "timeout.attemptMs"/,
    );
  });
});

describe('guardOf', () => {
  it('binds the method to an object, with its answer', async () => {
    const get = decorate(async function get(this: unknown) {
      return this;
    });
    const self = { id: 7 };

    const bound = guardOf(get, self);

    expect([await bound(), (await bound.answer()).value]).toEqual([self, self]);
  });

  it('refuses a function that is not guarded', () => {
    expect(() => guardOf(async () => 1)).toThrow(
      new TypeError('guardOf: the function is no method with @guarded'),
    );
  });

  it('passes a business error as the method does', async () => {
    const error = new NotFoundError('No such row');
    const fail = decorate(
      async (): Promise<number> => {
        throw error;
      },
      { fallback: { value: 0 } },
    );

    await expect(guardOf(fail).answer()).rejects.toBe(error);
  });
});
