// #region readme
import { breakwater } from 'express-breakwater';

const { client } = breakwater({ service: 'shop', logger: { level: 'silent' } });

export const catalog = client({
  name: 'catalog',
  baseUrl: 'http://catalog:8080',
  timeout: { totalMs: 5_000, attemptMs: 1_500 },
  retry: { maxRetries: 2, budget: { ratio: 0.1, minPerSecond: 5 } },
  bulkhead: { maxConcurrent: 50, maxQueue: 50, maxQueueMs: 500 },
});

export const figures = catalog.explain(); // { maxAttempts: 3, worstCaseMs: 5000, extraLoadRatio: 0.1, … }
export const words = figures.text;

/** Called by operators: a sick catalog gets less from us, at once. */
export const spare = (): string =>
  catalog.reconfigure({ retry: { maxRetries: 0 }, bulkhead: { maxConcurrent: 5, maxQueue: 10 } }).text;
// #endregion readme
