import { describe, expect, it } from '@jest/globals';
import { DependencyError, UpstreamResponseError } from '../../src/errors/index.ts';
import { type RetryOptions, readRetry, retry } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { down } from './retry-support.ts';
import { callOf, endOf, scripted } from './support.ts';

const throttled = new UpstreamResponseError('429', { upstreamStatus: 429 });

/** The waits between the attempts of a call that fails with these errors. */
const waitsAfter = async (errors: readonly Error[], options: RetryOptions = {}, random = () => 0.5) => {
  const clock = manualClock();
  const policy = retry<string, string>({ clock, random, maxRetries: errors.length, ...options });
  const call = callOf();
  const end = endOf(policy(scripted(...errors, 'answer').operation)('q', call));
  await clock.advance(1_000_000);
  await end;
  return call.journal.snapshot().attempts.map(({ waitMs }) => waitMs);
};

describe('retry › after throttling', () => {
  it('waits by a rule of its own: from 1 s, doubled, up to 20 s', async () => {
    const waits = await waitsAfter(Array(7).fill(throttled), {}, () => 1);

    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
  });

  it('spreads the waits over the whole of them', async () => {
    expect(await waitsAfter([throttled, throttled])).toEqual([0, 500, 1_000]);
  });

  it('looks at each failure by itself', async () => {
    const foreign = new DependencyError('Quota', { cause: { status: 429, headers: {} } });

    expect(await waitsAfter([down, throttled, down, foreign], {}, () => 1)).toEqual([
      0, 100, 2_000, 400, 8_000,
    ]);
  });

  it('keeps its own rule where only backoff is written', async () => {
    const backoff = { kind: 'constant', baseMs: 7, jitter: 'none' } as const;

    expect(await waitsAfter([throttled, down], { backoff }, () => 1)).toEqual([0, 1_000, 7]);
  });

  it('leaves backoff alone where only its own rule is written', async () => {
    const throttleBackoff = { kind: 'constant', baseMs: 7, jitter: 'none' } as const;

    expect(await waitsAfter([throttled, down], { throttleBackoff }, () => 1)).toEqual([0, 7, 200]);
  });

  it('asks a function of its own', async () => {
    const seen: unknown[] = [];
    const throttleBackoff = ({ attempt, error }: { attempt: number; error: unknown }) => {
      seen.push([attempt, error]);
      return attempt * 3;
    };

    expect(await waitsAfter([down, throttled], { throttleBackoff }, () => 1)).toEqual([0, 100, 6]);
    expect(seen).toEqual([[2, throttled]]);
  });

  it('waits by its own default rule where that function gives no number', async () => {
    const throttleBackoff = () => Number.NaN;
    const backoff = () => Number.NaN;

    expect(await waitsAfter([throttled, down], { throttleBackoff, backoff }, () => 1)).toEqual([
      0, 1_000, 200,
    ]);
  });

  it('waits as long as Retry-After asks where that is longer', async () => {
    const asked = new UpstreamResponseError('429', { upstreamStatus: 429, retryAfterMs: 30_000 });

    expect(await waitsAfter([asked], { throttleBackoff: { jitter: 'none' } })).toEqual([0, 30_000]);
  });

  it('waits by chance beyond what Retry-After asks, never less', async () => {
    const asked = new UpstreamResponseError('429', { upstreamStatus: 429, retryAfterMs: 1_000 });

    expect(await waitsAfter([asked])).toEqual([0, 1_500]);
    expect(await waitsAfter([asked], {}, () => 0)).toEqual([0, 1_000]);
  });

  it('waits no shorter than a longer backoff, with the jitter of that', async () => {
    const backoff = { baseMs: 5_000, jitter: 'none' } as const;

    expect(await waitsAfter([throttled], { backoff })).toEqual([0, 5_000]);
  });
});

describe('retry › the option throttleBackoff', () => {
  const site = { where: 'createClient', path: 'retry' };

  it('takes what is not written from its own defaults where backoff is shorter', () => {
    const plan = readRetry(site, { throttleBackoff: { jitter: 'none' }, backoff: { jitter: 'equal' } });

    expect(plan.throttleBackoff).toEqual({
      kind: 'exponential',
      baseMs: 1_000,
      minMs: 0,
      maxMs: 20_000,
      jitter: 'none',
    });
    expect(plan.backoff).toEqual({
      kind: 'exponential',
      baseMs: 100,
      minMs: 0,
      maxMs: 2_000,
      jitter: 'equal',
    });
  });

  it("takes what a call does not write from its client's", () => {
    const base = readRetry(site, { throttleBackoff: { baseMs: 3_000 } });

    expect(readRetry(site, { throttleBackoff: { jitter: 'none' } }, base).throttleBackoff).toMatchObject({
      baseMs: 3_000,
      maxMs: 60_000,
      jitter: 'none',
    });
    expect(readRetry(site, { maxRetries: 1 }, base).throttleBackoff).toBe(base.throttleBackoff);
  });

  it("takes it from the defaults where the client's is a function", () => {
    const base = readRetry(site, { throttleBackoff: () => 1, backoff: () => 1 });

    const plan = readRetry(site, { throttleBackoff: { minMs: 5 }, backoff: { minMs: 5 } }, base);

    expect([plan.throttleBackoff, plan.backoff]).toMatchObject([
      { baseMs: 1_000, minMs: 5 },
      { baseMs: 100, minMs: 5 },
    ]);
  });

  it('lets a call write a function in place of a rule', () => {
    const own = () => 1;

    expect(readRetry(site, { throttleBackoff: own }, readRetry(site, {})).throttleBackoff).toBe(own);
  });

  it.each([
    [
      { throttleBackoff: 5 },
      'createClient: option "retry.throttleBackoff" must be an object or a function, but was 5',
    ],
    [
      { throttleBackoff: { baseMs: -1 } },
      'createClient: option "retry.throttleBackoff.baseMs" must be a number of milliseconds from 0 to 2147483647, but was -1',
    ],
    [{ crossHopGuard: 1 }, 'createClient: option "retry.crossHopGuard" must be true or false, but was 1'],
  ])('is refused where it is wrong: %j', (options, message) => {
    // What a caller without types can write.
    expect(() => readRetry(site, options as RetryOptions)).toThrow(message);
  });
});
