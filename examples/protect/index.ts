// #region readme
import express from 'express';
import { breakwater } from 'express-breakwater';
import { findReviews } from './reviews.ts';

const { before, after, protect } = breakwater({ service: 'shop' });

const reviews = protect((call, productId: string) => findReviews(productId, call.signal), {
  name: 'reviews',
  timeout: { totalMs: 2_000, attemptMs: 500 },
  retry: { maxRetries: 1 }, // off unless asked for: only you know what may be repeated
  bulkhead: { maxConcurrent: 10 },
  fallback: { value: [] }, // no reviews are better than no page
});

export const app = express();
app.use(before);
app.get('/products/:id/reviews', async (req, res) => {
  res.json(await reviews(req.params.id));
});
app.use(after);
// #endregion readme

if (require.main === module) app.listen(3000, () => console.log('http://localhost:3000'));
