import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { runWithContext } from '../../src/context/index.ts';
import { ConflictError, DependencyError, NotFoundError } from '../../src/errors/index.ts';
import { type CallCompleted, createEventHub } from '../../src/events/index.ts';
import { type ProtectedCall, protect } from '../../src/guard/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

describe('protect', () => {
  it('calls the function with the call and the arguments, and gives its result', async () => {
    const clock = manualClock(5);
    const seen: ProtectedCall[] = [];
    const add = protect(
      (call, a: number, b: number) => {
        seen.push(call);
        return a + b;
      },
      { name: 'sums', clock, timeout: { totalMs: 100 } },
    );

    const sum = await add(1, 2);

    expect(sum).toBe(3);
    expect(seen).toMatchObject([{ name: 'sums', deadline: 105, attempt: 1, signal: { aborted: false } }]);
    expect(Object.isFrozen(seen[0])).toBe(true);
  });

  it('turns what the function throws at once into a rejection, with the journal', async () => {
    const fail = protect(
      () => {
        throw new NotFoundError('No such row');
      },
      { name: 'db' },
    );

    await expect(fail()).rejects.toMatchObject({
      message: 'No such row',
      journal: { attempts: [{ number: 1 }] },
    });
  });

  it.each([
    [
      'a failure that says it is not retryable',
      new DependencyError('Out of credit', { retryable: false }),
      1,
    ],
    ['a business error that says it is', new ConflictError('Deadlock', { retryable: true }), 3],
    ['a business error without a word', new ConflictError('Taken'), 1],
  ])('takes %s at its word', async (_what, error, expected) => {
    let calls = 0;
    const fail = protect(
      () => {
        calls += 1;
        throw error;
      },
      { name: 'db', retry: { backoff: { baseMs: 0 } } },
    );

    await expect(fail()).rejects.toBe(error);

    expect(calls).toBe(expected);
  });

  it('does not call it again unless retries are asked for', async () => {
    let calls = 0;
    const fail = (): never => {
      calls += 1;
      throw new Error('down');
    };

    await protect(fail, { name: 'db' })().catch(() => undefined);
    const once = calls;
    await protect(fail, { name: 'db', retry: { maxRetries: 1, backoff: { baseMs: 0 } } })().catch(
      () => undefined,
    );

    expect([once, calls]).toEqual([1, 3]);
  });

  it('aborts the signal of the function when its time is up', async () => {
    const clock = manualClock();
    let signal: AbortSignal | undefined;
    const hang = protect(
      (call) => {
        signal = call.signal;
        return never<string>();
      },
      { name: 'db', clock, timeout: { attemptMs: 50 } },
    );
    const rejected = expect(hang()).rejects.toMatchObject({ name: 'UpstreamTimeoutError', timeoutMs: 50 });

    await clock.advance(50);

    await rejected;
    expect(signal?.aborted).toBe(true);
  });

  it('keeps to the deadline of the request being served', async () => {
    const clock = manualClock(1_000);
    const hang = protect(() => never<string>(), { name: 'db', clock });
    const call = runWithContext(requestRecord({ deadline: 1_020 }), () => hang());
    const rejected = expect(call).rejects.toMatchObject({ scope: 'deadline', timeoutMs: 20 });

    await clock.advance(21);

    await rejected;
  });

  it('gives up when the client of the request leaves, with its reason, and leaves no listener', async () => {
    const clock = manualClock();
    const controller = new AbortController();
    const { signal } = controller;
    const hang = protect(() => never<string>(), { name: 'db', clock });
    const rejected = expect(runWithContext(requestRecord({ signal }), () => hang())).rejects.toBe('left');

    controller.abort('left');

    await rejected;
    expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  });

  it('opens its circuit, and refuses without calling', async () => {
    let calls = 0;
    const fail = protect(
      () => {
        calls += 1;
        throw new Error('down');
      },
      { name: 'db', breaker: { consecutiveFailures: 2 }, clock: manualClock() },
    );
    for (let call = 0; call < 2; call += 1) await fail().catch(() => undefined);

    await expect(fail()).rejects.toMatchObject({ name: 'CircuitOpenError', status: 503 });
    expect([calls, fail.breaker?.snapshot().state]).toEqual([2, 'open']);
  });

  it('answers by the fallback, given the arguments and the error', async () => {
    const lookUp = protect(
      (_call, id: number): string => {
        throw new Error(`down ${id}`);
      },
      { name: 'db', fallback: ([id], error) => `${id}: ${(error as Error).message}` },
    );

    expect(await lookUp(7)).toBe('7: down 7');
  });

  it('tells of each call that ended', async () => {
    const events = createEventHub();
    const told: CallCompleted[] = [];
    events.subscribe('call.completed', (event) => told.push(event));
    const options = { name: 'db', events, clock: manualClock() };
    const fail = (): number => {
      throw new NotFoundError('No such row');
    };

    await protect(() => 1, options)();
    await protect(fail, options)().catch(() => undefined);
    await protect(fail, { ...options, fallback: { value: 0, when: () => true } })();

    expect(told).toMatchObject([
      {
        dependency: 'db',
        method: 'call',
        outcome: 'success',
        source: 'live',
        code: undefined,
        durationMs: 0,
      },
      { outcome: 'failure', source: undefined, code: 'not-found' },
      { outcome: 'success', source: 'fallback' },
    ]);
  });

  it('has a circuit for each text that a function tells of its arguments, and none for hosts', async () => {
    const ask = protect(async (_call, shard: string) => shard, {
      name: 'db',
      breaker: { key: ([shard]) => shard },
    });

    await ask('eu');

    expect(ask.breaker?.snapshots().map((each) => each.key)).toEqual(['db', 'eu']);
    expect(() => protect(() => 1, { name: 'db', breaker: { key: 'host' } })).toThrow(
      new RangeError(
        'protect("db"): option "breaker.key" must be "client" or a function, as its requests have no host, but was "host"',
      ),
    );
  });

  it('needs a function and good options', () => {
    // Plain JavaScript may pass anything.
    expect(() => protect(7 as never, { name: 'db' })).toThrow(/must be a function/);
    expect(() => protect(() => 1, 'hunter2' as never)).toThrow(/^protect: (?!.*hunter2)/);
    expect(() => protect(() => 1, {} as never)).toThrow(/protect: option "name"/);
    expect(() => protect(() => 1, { name: 'db', hedges: {} } as never)).toThrow(/unknown option "hedges"/);
    expect(() => protect(() => 1, { name: 'db', timeout: { attemptMs: 0 } })).toThrow(/"timeout.attemptMs"/);
  });
});
