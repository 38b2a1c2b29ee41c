import { describe, expect, it } from '@jest/globals';
import { explain, type ResilienceOptions, readResilience } from '../../src/resilience/index.ts';

const explained = (options: ResilienceOptions<unknown, unknown> = {}, setup: object = {}) =>
  explain({
    name: 'catalog',
    resilience: readResilience({ where: 'createClient' }, options),
    repeatable: true,
    hedged: true,
    ...setup,
  });

const plain = { backoff: { baseMs: 100, jitter: 'none' } } as const;

describe('explain', () => {
  it('gives the figures of the defaults', () => {
    expect(explained()).toEqual({
      name: 'catalog',
      maxAttempts: 3,
      maxRetries: 2,
      maxHedges: 0,
      worstCaseMs: 10_000,
      fallbackMs: 0,
      unansweredMs: 9_300,
      worstCaseWaitMs: 3_000,
      extraLoadRatio: 0.2,
      extraLoadPerSecond: 10,
      breaker: {
        scope: 'attempt',
        mode: 'enforce',
        opensAfter: 10,
        withinMs: 10_000,
        neverInSequence: true,
        openMs: 5_000,
        longestOpenMs: 60_000,
        trials: 3,
      },
      bulkhead: { maxConcurrent: 100, maxQueue: 200, maxQueueMs: 10_000 },
      text: expect.any(String),
    });
  });

  it('counts hedges, and gives the last one all of its time', () => {
    const options = { hedge: { afterMs: 500, maxHedges: 2 }, retry: plain, timeout: { attemptMs: 1_000 } };

    expect(explained(options)).toMatchObject({
      maxAttempts: 9,
      maxRetries: 2,
      maxHedges: 2,
      unansweredMs: 6_300,
    });
    expect(explained(options).text).toContain('the first and 2 retries, with up to 2 hedges beside each.');
    expect(explained(options, { hedged: false }).maxAttempts).toBe(3);
    expect(explained(options, { repeatable: false }).maxAttempts).toBe(1);
    expect(explained({ ...options, retry: false }).text).toContain(
      'at most 3 attempts: the first, with up to 2 hedges beside it.',
    );
  });

  it('is frozen, as its parts are', () => {
    const all = explained();

    expect([all, all.breaker, all.bulkhead].map(Object.isFrozen)).toEqual([true, true, true]);
  });

  it('gives those of a call that must not be repeated', () => {
    const bulkhead = { maxQueue: 0 };

    expect(explained({ bulkhead }, { repeatable: false })).toMatchObject({
      maxAttempts: 1,
      maxRetries: 0,
      worstCaseMs: 3_000,
      unansweredMs: 3_000,
      worstCaseWaitMs: 0,
      extraLoadRatio: 0,
      extraLoadPerSecond: 0,
    });
  });

  it('counts the attempts that never left: they are made again whatever the method', () => {
    const options = { bulkhead: { maxQueueMs: 50 }, retry: plain, timeout: { attemptMs: 1_000 } };

    expect(explained(options, { repeatable: false, resendsUnsent: true })).toMatchObject({
      maxAttempts: 1,
      worstCaseMs: 3 * (50 + 1_000) + 100 + 200,
      unansweredMs: 1_000,
      worstCaseWaitMs: 300,
    });
  });

  it.each<[ResilienceOptions<unknown, unknown>, number | undefined]>([
    [{ retry: { maxRetries: 0 }, bulkhead: false }, 3_000],
    [{ retry: { maxRetries: 0 }, bulkhead: { maxQueue: 0 } }, 3_000],
    [{ retry: { maxRetries: 0 }, bulkhead: { maxQueueMs: 500 } }, 3_500],
    [{ retry: { maxRetries: 0 } }, 10_000],
    // The dependency may ask to be left alone as long as the call lasts.
    [{ retry: { maxRetries: 1 }, bulkhead: false }, 10_000],
    [{ retry: { maxRetries: 0 }, timeout: false }, undefined],
  ])('tells the longest time of %j: %d ms', (options, worstCaseMs) => {
    expect(explained(options).worstCaseMs).toBe(worstCaseMs);
  });

  it.each<[ResilienceOptions<unknown, unknown>, number | undefined]>([
    [{ retry: plain }, 9_300],
    [{ retry: { ...plain, maxRetries: 0 } }, 3_000],
    [{ retry: { maxRetries: 3 } }, 10_000],
    [{ retry: { backoff: () => 1 } }, 10_000],
    // The third attempt begins at 8 000 and is cut short; it cannot begin where there is no time left.
    [
      {
        retry: { backoff: { kind: 'constant', baseMs: 1_000, jitter: 'none' } },
        timeout: { totalMs: 8_500 },
      },
      8_500,
    ],
    [
      {
        retry: { backoff: { kind: 'constant', baseMs: 1_000, jitter: 'none' } },
        timeout: { totalMs: 8_001 },
      },
      8_001,
    ],
    [
      {
        retry: { backoff: { kind: 'constant', baseMs: 1_000, jitter: 'none' } },
        timeout: { totalMs: 8_000 },
      },
      7_000,
    ],
    // A short wait lets it begin.
    [
      {
        retry: { backoff: { kind: 'constant', baseMs: 1_000, jitter: 'full' } },
        timeout: { totalMs: 8_000 },
      },
      8_000,
    ],
    [
      {
        retry: { backoff: { kind: 'constant', baseMs: 1_000, jitter: 'equal' } },
        timeout: { totalMs: 7_000 },
      },
      7_000,
    ],
    [{ timeout: false }, undefined],
  ])('tells the time without any answer of %j: %d ms', (options, unansweredMs) => {
    expect(explained(options).unansweredMs).toBe(unansweredMs);
  });

  it.each<[NonNullable<ResilienceOptions<unknown, unknown>['retry']>, number]>([
    [{ maxRetries: 4, backoff: { baseMs: 100, jitter: 'none' } }, 100 + 200 + 400 + 800],
    [{ maxRetries: 4, backoff: { baseMs: 100, jitter: 'full' } }, 100 + 200 + 400 + 800],
    [{ maxRetries: 4, backoff: { baseMs: 100, jitter: 'equal' } }, 100 + 200 + 400 + 800],
    [{ maxRetries: 4, backoff: { baseMs: 100, jitter: 'decorrelated' } }, 100 + 300 + 900 + 2_000],
    [{ maxRetries: 4, backoff: { baseMs: 100, maxMs: 200, jitter: 'none' } }, 100 + 200 + 200 + 200],
    [{ maxRetries: 4, backoff: { baseMs: 9_000, jitter: 'none' } }, 10_000],
    [{ backoff: () => 1 }, 10_000],
    [{ maxRetries: 3, throttleBackoff: { baseMs: 150, jitter: 'none' } }, 150 + 300 + 600],
    [{ maxRetries: 3, throttleBackoff: { baseMs: 300, kind: 'constant', jitter: 'none' } }, 300 + 300 + 400],
    [{ throttleBackoff: () => 1 }, 10_000],
  ])('tells the longest waits of %j: %d ms', (given, worstCaseWaitMs) => {
    const retry = { throttleBackoff: { baseMs: 0 }, ...given };

    expect(explained({ retry }).worstCaseWaitMs).toBe(worstCaseWaitMs);
  });

  it.each<[NonNullable<ResilienceOptions<unknown, unknown>['retry']>, number, number]>([
    [{ budget: false }, 2, 0],
    [{ budget: { ratio: 0.5, minPerSecond: 3 } }, 0.5, 3],
    [{ maxRetries: 0 }, 0, 0],
  ])('tells the extra load of %j', (retry, ratio, perSecond) => {
    const { extraLoadRatio, extraLoadPerSecond } = explained({ retry });

    expect([extraLoadRatio, extraLoadPerSecond]).toEqual([ratio, perSecond]);
  });

  it.each<[object, object]>([
    [{ failureThreshold: 4 }, { opensAfter: 4 }],
    [{ consecutiveFailures: 3 }, { opensAfter: 3 }],
    [{ failureRateThreshold: false, mode: 'disabled' }, { opensAfter: undefined }],
    [{ minimumCalls: 2, failureThreshold: 4 }, { opensAfter: 2 }],
    [{ failureRateThreshold: false, slowCallMs: 100, minimumCalls: 7 }, { opensAfter: 7 }],
    [{ windowCalls: 5 }, { opensAfter: 5, withinMs: undefined, neverInSequence: false }],
    [{ consecutiveFailures: 20 }, { opensAfter: 10, withinMs: 10_000, neverInSequence: false }],
    [{ minimumCalls: 4 }, { neverInSequence: false }],
    [{ minimumCalls: 5 }, { neverInSequence: true }],
    [{ openGrowth: 1 }, { openMs: 5_000, longestOpenMs: 5_000 }],
    [
      { scope: 'call', mode: 'observe', halfOpenCalls: 1 },
      { scope: 'call', mode: 'observe', trials: 1 },
    ],
  ])('tells of the circuit of %j', (breaker, figures) => {
    expect(explained({ breaker }).breaker).toMatchObject(figures);
  });

  it('has no figures of parts that are off', () => {
    expect(explained({ breaker: false, bulkhead: false })).toMatchObject({
      breaker: undefined,
      bulkhead: undefined,
    });
  });

  it('leaves out the limit of a queue that has none', () => {
    expect(explained({ timeout: false }).bulkhead).toMatchObject({ maxQueueMs: undefined });
  });
});

describe('the words of an explanation', () => {
  const linesOf = (options: ResilienceOptions<unknown, unknown>, setup?: object): readonly string[] =>
    explained(options, setup).text.split('\n');

  it('say the figures', () => {
    expect(linesOf({}, { othersOnce: true })).toEqual([
      'A call of "catalog" makes at most 3 attempts: the first and 2 retries.',
      'A call that must not be repeated makes 1.',
      'It ends within 10000 ms, whatever happens.',
      'If every attempt is let in at once and none is answered, it fails within 9300 ms.',
      'Its back-off waits 3000 ms in all at most.',
      'All calls together make at most 0.2 extra attempts per call, and 10 a second on top.',
      'The circuit opens after 10 failed attempts within 10000 ms and nothing else, for 5000 ms, later for up to 60000 ms; 3 trials may close it. Attempts that run out of their time one after another never open it.',
      'At most 100 attempts under way at once; at most 200 wait for up to 10000 ms.',
    ]);
  });

  it('are fewer where there is less to say', () => {
    expect(
      linesOf({ timeout: false, retry: false, breaker: false, bulkhead: false }, { othersOnce: true }),
    ).toEqual([
      'A call of "catalog" makes at most 1 attempt.',
      'Nothing limits its time.',
      'There are no extra attempts.',
      'There is no circuit.',
      'Nothing limits how many attempts are under way at once.',
    ]);
  });

  it.each<[ResilienceOptions<unknown, unknown>, string]>([
    [{ retry: { maxRetries: 1 } }, 'makes at most 2 attempts: the first and 1 retry.'],
    [{ retry: { budget: false } }, 'All calls together make at most 2 extra attempts per call.'],
    [{ retry: { budget: { ratio: 0 } } }, 'make at most 0 extra attempts per call, and 10 a second on top.'],
    [{ breaker: { mode: 'disabled' } }, 'The circuit is disabled.'],
    [{ breaker: { mode: 'disabled', failureRateThreshold: false } }, 'The circuit is disabled.'],
    [{ breaker: { mode: 'observe' } }, 'The circuit only watches: it would open after 10 failed attempts'],
    [
      { breaker: { consecutiveFailures: 1, openGrowth: 1, halfOpenCalls: 1, scope: 'call' } },
      'opens after 1 failed call in a row, for 5000 ms; 1 trial may close it.',
    ],
    [{ bulkhead: { maxConcurrent: 1, maxQueue: 0 } }, 'At most 1 attempt under way at once; none waits.'],
    [{ timeout: false }, 'at most 200 wait.'],
  ])('say of %j: %s', (options, sentence) => {
    expect(explained(options).text).toContain(sentence);
  });

  it('say nothing of others that are made once where there are none', () => {
    expect(explained().text).not.toContain('must not be repeated');
  });

  it('say nothing of waits that nothing limits', () => {
    expect(explained({ timeout: false, retry: { backoff: () => 1 } }).text).not.toContain('back-off');
  });
});
