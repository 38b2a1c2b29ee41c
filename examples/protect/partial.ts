// #region readme
import express from 'express';
import { breakwater, NotFoundError, settle } from 'express-breakwater';
import { findReviews } from './reviews.ts';

const { before, after, protect } = breakwater({ service: 'shop', logger: { level: 'error' } });

const products = protect(
  (_call, id: string) => {
    if (id === 'unknown') throw new NotFoundError('No such product');
    return { id, title: 'Tea' };
  },
  { name: 'products' },
);
const reviews = protect((call, id: string) => findReviews(id, call.signal), { name: 'reviews' });

export const app = express();
app.use(before);
app.get('/products/:id', async (req, res) => {
  const { id } = req.params;
  // Both run at once; without the product there is no page, without reviews there is.
  const { parts, missing } = await settle(
    { product: products(id), reviews: () => reviews(id) },
    { required: ['product'] },
  );
  res.json({ ...parts.product, reviews: parts.reviews ?? [], missing });
});
app.use(after);
// #endregion readme

if (require.main === module) app.listen(3000, () => console.log('http://localhost:3000'));
