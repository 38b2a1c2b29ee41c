// #region readme
import express from 'express';
import { breakwater, requireBody, validate } from 'express-breakwater';
import { z } from 'zod';

const { before, after } = breakwater({ service: 'orders' });

const newOrder = validate({
  query: z.object({ dryRun: z.enum(['yes', 'no']).default('no') }),
  body: z.object({ productId: z.string().min(1), quantity: z.number().int().min(1) }),
});

export const app = express();
app.use(before);
app.use(express.json());
app.post('/orders', requireBody(), newOrder, (req, res) => {
  const { query, body } = newOrder.of(req); // parsed and typed
  res.status(201).json({ ...body, dryRun: query.dryRun });
});
app.use(after);
// #endregion readme

if (require.main === module) app.listen(3000, () => console.log('http://localhost:3000'));
