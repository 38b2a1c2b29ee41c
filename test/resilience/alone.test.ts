import { describe, expect, it, jest } from '@jest/globals';
import type { Policy } from '../../src/policy/index.ts';
import {
  breaker,
  bulkhead,
  fallback,
  hedge,
  pause,
  retry,
  type TimeoutLimit,
  timeout,
} from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, endOf, hanging, scripted } from './support.ts';

type Factory = (...options: never[]) => unknown;

const FACTORIES: readonly (readonly [string, Factory])[] = Object.entries<Factory>({
  breaker,
  bulkhead,
  fallback,
  hedge,
  pause,
  retry,
  timeout,
});

describe.each(FACTORIES)('%s() alone', (name, factory) => {
  it('refuses what are no options, by its own name', () => {
    // What a caller without types can write.
    const wrong = 7 as never;

    expect(() => factory(wrong)).toThrow(new TypeError(`${name}: the options must be an object, but was 7`));
  });
});

describe.each(FACTORIES.filter(([name]) => ['breaker', 'fallback', 'timeout'].includes(name)))(
  '%s() alone',
  (name, factory) => {
    it('needs options', () => {
      expect(() => factory()).toThrow(
        new TypeError(`${name}: the options must be an object, but was undefined`),
      );
    });
  },
);

const POLICIES: readonly (readonly [string, Policy<string, string>])[] = Object.entries({
  breaker: breaker<string, string>({ name: 'catalog' }).policy,
  bulkhead: bulkhead<string, string>(),
  fallback: fallback<string, string>({ value: 'instead', when: () => true }),
  hedge: hedge<string, string>(),
  pause: pause<string, string>(),
  retry: retry<string, string>(),
  timeout: timeout<string, string>({ ms: 100 }),
  'total timeout': timeout<string, string>({ ms: 100, scope: 'total' }),
});

describe.each(POLICIES)('%s alone', (_name, policy) => {
  it.each([true, false])('starts nothing for a caller who has left, repeatable: %p', async (repeatable) => {
    const script = scripted('answer');
    const call = callOf({ repeatable, signal: AbortSignal.abort('left') });

    const end = await endOf(policy(script.operation)('q', call));

    expect([end, script.calls]).toEqual([{ error: 'left' }, []]);
  });

  it('rejects for a call that is none, and throws nothing', async () => {
    // What a caller without types can write.
    const call = undefined as never;

    const work = policy(async () => 'answer')('q', call);

    await expect(work).rejects.toThrow(TypeError);
  });
});

describe('options of one policy that contradict each other', () => {
  it.each<[() => unknown, string]>([
    [
      () => bulkhead({ maxQueue: 0, maxQueueMs: 5 }),
      'bulkhead: option "maxQueueMs" (5) says nothing with "maxQueue" (0)',
    ],
    [
      () => retry({ maxRetries: 1, budget: { ratio: 0, minPerSecond: 0 } }),
      'retry: option "maxRetries" (1) is never spent with "budget.ratio" (0) and "budget.minPerSecond" (0)',
    ],
    [
      () => hedge({ maxHedges: 1, budget: { ratio: 0, minPerSecond: 0 } }),
      'hedge: option "maxHedges" (1) is never spent with "budget.ratio" (0) and "budget.minPerSecond" (0)',
    ],
    [
      () =>
        breaker({ name: 'catalog', minimumCalls: 5, failureRateThreshold: false, consecutiveFailures: 3 }),
      'breaker: option "minimumCalls" (5) says nothing with "failureRateThreshold" (false)',
    ],
  ])('are refused by the names that were written: %s', (make, message) => {
    expect(make).toThrow(new RangeError(message));
  });
});

describe('a function that gives the time of a call', () => {
  it.each<[string, TimeoutLimit<string>, string]>([
    ['no number', () => Number.NaN, 'answered NaN'],
    ['a negative one', () => -1, 'answered -1'],
    // What a caller without types can write.
    ['a text', () => '100' as never, 'answered "100"'],
    [
      'nothing, and throws',
      () => {
        throw new Error('no settings');
      },
      'threw "no settings"',
    ],
  ])('and gives %s sets none, and is told of', async (_what, ms, told) => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const clock = manualClock();
    const policy = timeout<string, string>({ ms, clock });

    const end = await endOf(policy(scripted('answer').operation)('q', callOf()));

    expect([end, clock.pendingTimers]).toEqual([{ value: 'answer' }, 0]);
    expect(warned.mock.calls).toEqual([
      [`"timeout.ms" ${told}: the built-in rule decides (told once)`, { code: 'BREAKWATER_CALLBACK' }],
    ]);
    warned.mockRestore();
  });

  it('and gives nothing sets none without a word', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const policy = timeout<string, string>({ ms: () => undefined, clock: manualClock() });

    await policy(scripted('answer').operation)('q', callOf());

    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('is kept to', async () => {
    const clock = manualClock();
    const policy = timeout<string, string>({ ms: ({ request }) => request.length, clock });
    const end = endOf(policy(scripted(hanging).operation)('four', callOf()));

    await clock.advance(4);

    expect(await end).toMatchObject({ error: { name: 'UpstreamTimeoutError', timeoutMs: 4 } });
  });
});
