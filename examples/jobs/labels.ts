import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Carrier } from 'express-breakwater';

/** Renders a label in a thread of its own, which shares nothing with this one but what it is given. */
export const renderLabel = async (orderId: string, context: Carrier): Promise<string> => {
  const worker = new Worker(join(__dirname, 'label-worker.ts'), {
    workerData: { orderId, context },
    // Only because the worker is TypeScript here.
    execArgv: ['--require', 'tsx/cjs'],
  });
  const [label] = await once(worker, 'message');
  return String(label);
};
