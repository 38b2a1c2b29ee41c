/** Written options that cannot both hold, and what is said of them. */
export const CONTRADICTORY: readonly (readonly [object, string])[] = [
  [
    { breaker: { windowMs: 5_999 }, timeout: { attemptMs: 3_000 } },
    '"breaker.windowMs" (5999) must be at least twice "timeout.attemptMs" (3000)',
  ],
  [
    { breaker: { slowCallMs: 501 }, timeout: { attemptMs: 500 } },
    '"breaker.slowCallMs" (501) must not exceed "timeout.attemptMs" (500)',
  ],
  [
    { breaker: { slowCallMs: 501, scope: 'call' }, timeout: { totalMs: 500 } },
    '"breaker.slowCallMs" (501) must not exceed "timeout.totalMs" (500)',
  ],
  [
    { breaker: { minimumCalls: 5, failureRateThreshold: false, consecutiveFailures: 3 } },
    '"breaker.minimumCalls" (5) says nothing with "breaker.failureRateThreshold" (false)',
  ],
  [
    { breaker: { slowCallRateThreshold: 0.5, slowCallMs: false } },
    '"breaker.slowCallRateThreshold" (0.5) says nothing with "breaker.slowCallMs" (false)',
  ],
  [
    { hedge: { afterMs: 500 }, timeout: { attemptMs: 500 } },
    '"hedge.afterMs" (500) must be less than "timeout.attemptMs" (500)',
  ],
  [
    { hedge: { afterMs: 500, maxHedges: 2 }, timeout: { totalMs: 1_000 } },
    '"hedge.afterMs" (500) times "hedge.maxHedges" (2) must be less than "timeout.totalMs" (1000)',
  ],
  [
    { hedge: { maxHedges: 2 }, bulkhead: { maxConcurrent: 2 } },
    '"hedge.maxHedges" (2) must be less than "bulkhead.maxConcurrent" (2)',
  ],
  [
    { hedge: { maxHedges: 1 }, retry: { budget: { ratio: 0, minPerSecond: 0 } } },
    '"hedge.maxHedges" (1) is never spent with "retry.budget.ratio" (0) and "retry.budget.minPerSecond" (0)',
  ],
  [
    { bulkhead: { maxQueueMs: 501 }, timeout: { totalMs: 500 } },
    '"bulkhead.maxQueueMs" (501) must not exceed "timeout.totalMs" (500)',
  ],
  [
    { bulkhead: { maxQueueMs: 100, maxQueue: 0 } },
    '"bulkhead.maxQueueMs" (100) says nothing with "bulkhead.maxQueue" (0)',
  ],
  [
    { retry: { backoff: { minMs: 250 }, maxRetries: 2 }, timeout: { totalMs: 500 } },
    '"retry.backoff.minMs" (250) times "retry.maxRetries" (2) must be less than "timeout.totalMs" (500)',
  ],
  [
    { retry: { backoff: { minMs: 500 } }, timeout: { totalMs: 500 } },
    '"retry.backoff.minMs" (500) must be less than "timeout.totalMs" (500)',
  ],
  [
    { hedge: { afterMs: 500 }, timeout: { totalMs: 500 } },
    '"hedge.afterMs" (500) must be less than "timeout.totalMs" (500)',
  ],
  [
    { retry: { backoff: { baseMs: 500, jitter: 'none' } }, timeout: { totalMs: 500 } },
    '"retry.backoff.baseMs" (500) must be less than "timeout.totalMs" (500)',
  ],
  [
    { retry: { throttleBackoff: { minMs: 250 }, maxRetries: 2 }, timeout: { totalMs: 500 } },
    '"retry.throttleBackoff.minMs" (250) times "retry.maxRetries" (2) must be less than "timeout.totalMs" (500)',
  ],
  [
    { retry: { throttleBackoff: { baseMs: 500, jitter: 'decorrelated' } }, timeout: { totalMs: 500 } },
    '"retry.throttleBackoff.baseMs" (500) must be less than "timeout.totalMs" (500)',
  ],
  [
    { retry: { maxRetries: 1, budget: { ratio: 0, minPerSecond: 0 } } },
    '"retry.maxRetries" (1) is never spent with "retry.budget.ratio" (0) and "retry.budget.minPerSecond" (0)',
  ],
];

/** The same for those that stand in one part, whose reader looks at them. */
export const CONTRADICTORY_IN_ONE_PART: readonly (readonly [object, string])[] = [
  [
    { timeout: { attemptMs: 501, totalMs: 500 } },
    '"timeout.attemptMs" (501) must not exceed "timeout.totalMs" (500)',
  ],
  [
    { timeout: { connectMs: 501, attemptMs: 500 } },
    '"timeout.connectMs" (501) must not exceed "timeout.attemptMs" (500)',
  ],
  [
    { timeout: { connectMs: 501, totalMs: 500 } },
    '"timeout.connectMs" (501) must not exceed "timeout.totalMs" (500)',
  ],
  [
    { retry: { backoff: { minMs: 501, maxMs: 500 } } },
    '"retry.backoff.minMs" (501) must not exceed "retry.backoff.maxMs" (500)',
  ],
  [
    { retry: { backoff: { baseMs: 501, maxMs: 500 } } },
    '"retry.backoff.baseMs" (501) must not exceed "retry.backoff.maxMs" (500)',
  ],
  [
    { breaker: { openMs: 501, maxOpenMs: 500 } },
    '"breaker.openMs" (501) must not exceed "breaker.maxOpenMs" (500)',
  ],
  [
    { breaker: { windowMs: 500, windowCalls: 5 } },
    '"breaker.windowMs" (500) and "breaker.windowCalls" (5) must not both be written',
  ],
  [
    { breaker: { minimumCalls: 6, windowCalls: 5 } },
    '"breaker.minimumCalls" (6) must not exceed "breaker.windowCalls" (5)',
  ],
  [
    { breaker: { failureThreshold: 6, windowCalls: 5 } },
    '"breaker.failureThreshold" (6) must not exceed "breaker.windowCalls" (5)',
  ],
  [
    { breaker: { failureRateThreshold: false } },
    `"breaker.failureRateThreshold" (false) leaves no rule that opens the circuit: write another one, "breaker.mode" 'disabled' or breaker: false`,
  ],
];
