import { setTimeout as sleep } from 'node:timers/promises';

/** Stands for a driver that takes a signal. What is asked for decides how it fares. */
export const countOf = async (sku: string, signal: AbortSignal): Promise<number> => {
  if (sku === 'outage') throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
  await sleep(sku === 'stuck' ? 60_000 : 1, undefined, { signal });
  return sku.length;
};
