import { setTimeout as sleep } from 'node:timers/promises';

/** Stands for a driver that takes a signal; "outage" fails, "stuck" never answers. */
export const findReviews = async (productId: string, signal: AbortSignal): Promise<string[]> => {
  if (productId === 'outage') throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
  await sleep(productId === 'stuck' ? 60_000 : 1, undefined, { signal });
  return [`${productId}: as expected`];
};
