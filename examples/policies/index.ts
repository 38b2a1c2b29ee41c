// #region readme
import express from 'express';
import {
  breaker,
  breakwater,
  bulkhead,
  compose,
  createCall,
  fallback,
  getContext,
  retry,
  timeout,
} from 'express-breakwater';
import { countOf } from './warehouse.ts';

const { before, after } = breakwater({ service: 'shop' });

export const circuit = breaker<string, number>({ name: 'warehouse', failureRateThreshold: 0.5 });

// The first listed is the outermost. Built once: circuit, slots and budget are shared by all calls.
const guard = compose<string, number>(
  fallback({ value: 0 }),
  timeout({ ms: 2_000, scope: 'total' }),
  retry({ maxRetries: 2, backoff: { baseMs: 10 } }),
  bulkhead({ maxConcurrent: 10, maxQueue: 20 }),
  circuit.policy,
  timeout({ ms: 500 }),
);
const count = guard((sku, call) => countOf(sku, call.signal));

export const app = express();
app.use(before);
app.get('/stock/:sku', async (req, res) => {
  const { signal, deadline } = getContext(); // the client that leaves, and the request's time
  const call = createCall({ name: 'warehouse', signal, deadline, repeatable: true });
  const pieces = await count(req.params.sku, call);
  res.json({ pieces, attempts: call.journal.snapshot().attempts.length });
});
app.use(after);
// #endregion readme

if (require.main === module) app.listen(3000, () => console.log('http://localhost:3000'));
