import { describe, expect, it } from '@jest/globals';
import { type ClientReconfigured, createEventHub } from '../../src/events/index.ts';
import { type ProtectedCall, type ProtectOptions, protect } from '../../src/guard/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { endOf, errorOf } from '../resilience/support.ts';

/** A protected function that fails, or hangs, and what it was called with. */
const guard = (
  options: Partial<ProtectOptions<[word: string], string>> = {},
  run: (word: string) => Promise<string> = () => Promise.reject(new Error('down')),
) => {
  const clock = manualClock();
  const events = createEventHub();
  const told: ClientReconfigured[] = [];
  events.subscribe('client.reconfigured', (event) => told.push(event));
  const calls: ProtectedCall[] = [];
  const fn = protect<[word: string], string>(
    (call, word: string) => {
      calls.push(call);
      return run(word);
    },
    { name: 'db', clock, events, ...options },
  );
  return { fn, clock, told, calls };
};

describe('the explanation of a protected function', () => {
  it('is that of a call which is made once, unless retries are written', () => {
    expect(guard().fn.explain()).toMatchObject({ name: 'db', maxAttempts: 1, unansweredMs: 3_000 });
    expect(guard({ retry: {} }).fn.explain().maxAttempts).toBe(3);
    expect(guard({ hedge: {} }).fn.explain().maxAttempts).toBe(2);
    expect(guard({ retry: {} }).fn.explain().text).not.toContain('must not be repeated');
  });

  it('counts the attempts that are made', async () => {
    const { fn, calls } = guard({ retry: { maxRetries: 4, backoff: { baseMs: 0 } } });

    await endOf(fn('x'));

    expect(calls).toHaveLength(fn.explain().maxAttempts);
  });
});

describe('a protected function that is reconfigured', () => {
  it('makes as many retries as it is told now, and tells of the change', async () => {
    const { fn, calls, told } = guard({ retry: { maxRetries: 1, backoff: { baseMs: 0 } } });

    const answer = fn.reconfigure({ retry: { maxRetries: 3 } });
    await endOf(fn('x'));

    expect([calls.length, answer.maxAttempts]).toEqual([4, 4]);
    expect(told).toEqual([
      { dependency: 'db', changes: [{ option: 'retry.maxRetries', before: 1, after: 3 }] },
    ]);
  });

  it('holds each attempt of a call that is under way to the limit it began with', async () => {
    const retry = { maxRetries: 1, backoff: { baseMs: 0 } };
    const { fn, clock, calls } = guard(
      { retry, timeout: { attemptMs: 500 } },
      () => new Promise(() => undefined),
    );
    const early = errorOf(fn('early'));
    await clock.advance(0);

    fn.reconfigure({ timeout: { attemptMs: 200 } });
    const late = errorOf(fn('late'));
    await clock.advance(1_000);

    expect([await early, await late]).toMatchObject([{ timeoutMs: 500 }, { timeoutMs: 200 }]);
    expect(calls).toHaveLength(4);
  });

  it('starts hedges when it is told now', async () => {
    const { fn, clock, calls } = guard({ hedge: { afterMs: 500 } }, () => new Promise(() => undefined));

    fn.reconfigure({ hedge: { afterMs: 100 } });
    void endOf(fn('x'));
    await clock.advance(100);

    expect(calls).toHaveLength(2);
    await clock.advance(3_000);
  });

  it.each<[object, RegExp]>([
    [{ retry: {} }, /^reconfigure\("db"\): option "retry" cannot be switched on at run time/],
    [{ hedge: {} }, /"hedge" cannot be switched on at run time: create it with a "hedge"/],
    [{ pause: false }, /"pause" cannot be switched off at run time: write a short "pause.maxMs"/],
    [{ timeout: { connectMs: 5 } }, /unknown option "connectMs" in "timeout"/],
    [{ fallback: { value: 'x' } }, /unknown option "fallback"/],
    [{ timeout: { attemptMs: 20 }, bulkhead: { maxQueueMs: 11_000 } }, /"bulkhead.maxQueueMs" \(11000\)/],
  ])('changes nothing where anything is wrong: %j', (changes, message) => {
    const { fn, told } = guard({ timeout: { totalMs: 10_000 } });
    const before = fn.explain();

    expect(() => fn.reconfigure(changes)).toThrow(message);

    expect([fn.explain(), told]).toEqual([before, []]);
  });
});
