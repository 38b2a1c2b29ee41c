import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotFoundError } from '../../src/errors/index.ts';
import type { Outcome } from '../../src/policy/index.ts';
import { type ResilienceOptions, type RetryOptions, retry } from '../../src/resilience/index.ts';
import { down } from './breaker-support.ts';
import { callOf, endOf, scripted, stackOf } from './support.ts';

// Types forbid these; users without types write them.
const rubbish: readonly [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw new Error('bug');
    },
  ],
  ['answers a rejected promise', () => Promise.reject(new Error('bug'))],
  ['answers a promise', async () => true],
  ['answers something else', () => 'yes'],
  ['answers nothing', () => undefined],
];

describe('a callback whose answer is none', () => {
  const { emitWarning } = process;
  let warnings: string[] = [];
  const unhandled: unknown[] = [];
  const keep = (reason: unknown): void => {
    unhandled.push(reason);
  };

  beforeEach(() => {
    warnings = [];
    process.emitWarning = (text: unknown) => {
      warnings.push(String(text));
    };
    process.on('unhandledRejection', keep);
  });

  afterEach(() => {
    process.emitWarning = emitWarning;
    process.off('unhandledRejection', keep);
  });

  const once = (options: ResilienceOptions<string, string>, error: Error = down) => {
    const script = scripted(error, 'answer');
    const stack = stackOf(script, { retry: false, ...options });
    return { ...stack, script, end: () => endOf(stack.run('q', callOf())) };
  };

  it.each(rubbish)('leaves a failure to the built-in rule: classify %s', async (_what, callback) => {
    const classify = callback as () => Outcome | undefined;
    const { end, breaker } = once({ classify });

    const ends = [await end(), await end()];

    expect(ends).toEqual([{ error: down }, { value: 'answer' }]);
    expect(breaker?.snapshot()).toMatchObject({ failures: 1, successes: 1 });
  });

  it.each(rubbish)('leaves a failure to the built-in rule: shouldRetry %s', async (_what, callback) => {
    const shouldRetry = callback as RetryOptions['shouldRetry'];
    const finalError = new NotFoundError();
    const rules = { shouldRetry: ({ error }: { readonly error: unknown }) => error !== finalError };
    const script = scripted(new Error('flaky'), finalError);
    const { run } = stackOf(
      script,
      { retry: { shouldRetry, backoff: { baseMs: 0, jitter: 'none' } } },
      { rules },
    );

    const end = await endOf(run('q', callOf()));

    expect([end, script.calls.length]).toEqual([{ error: finalError }, 2]);
  });

  it.each(rubbish)('leaves a failure to the built-in rule: fallback.when %s', async (_what, callback) => {
    const when = callback as () => boolean;
    const fallback = { value: 'instead', when };
    const business = new NotFoundError();

    const ends = [await once({ fallback }).end(), await once({ fallback }, business).end()];

    expect(ends).toEqual([{ value: 'instead' }, { error: business }]);
  });

  it.each(rubbish)('leaves the wait to the built-in rule: backoff %s', async (_what, callback) => {
    const backoff = callback as () => number;
    const script = scripted(down, 'answer');
    const { run } = stackOf(script, { retry: { backoff } }, { random: () => 0 });

    const end = await endOf(run('q', callOf()));

    expect(end).toEqual({ value: 'answer' });
  });

  it('is told of by one warning, unless it is undefined', async () => {
    const retryOf = (shouldRetry: unknown) =>
      retry<string, string>({
        shouldRetry: shouldRetry as RetryOptions['shouldRetry'],
        maxRetries: 2,
        backoff: { baseMs: 0 },
      })(scripted(down).operation);

    for (const [, callback] of rubbish) await endOf(retryOf(callback)('q', callOf()));

    expect(warnings).toEqual([
      '"shouldRetry" threw "bug": the built-in rule decides (told once)',
      '"shouldRetry" answered a promise: the built-in rule decides (told once)',
      '"shouldRetry" answered a promise: the built-in rule decides (told once)',
      '"shouldRetry" answered "yes": the built-in rule decides (told once)',
    ]);
  });

  it('leaves no unhandled rejection behind', async () => {
    const reject = () => Promise.reject(new Error('bug')) as unknown as boolean;
    const classify = reject as unknown as () => Outcome;

    await once({
      classify,
      retry: { shouldRetry: reject, maxRetries: 0 },
      fallback: { value: 'instead', when: reject },
    }).end();
    // Node tells of unhandled rejections once the microtasks have run.
    await new Promise((resolve) => setImmediate(resolve));

    expect(unhandled).toEqual([]);
  });
});
