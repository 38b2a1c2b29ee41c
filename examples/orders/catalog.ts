import express, { type Express } from 'express';
import { breakwater, ServiceUnavailableError } from 'express-breakwater';
import { ProductNotFound } from './domain.ts';
import type { Mode } from './faults.ts';

const PRODUCTS: Readonly<Record<string, object>> = {
  tea: { id: 'tea', name: 'Tea', price: { amount: 4, currency: 'EUR' } },
  lamp: { id: 'lamp', name: 'Lamp', price: { amount: 45, currency: 'EUR' } },
  legacy: { id: 'legacy', name: 'Row of an old import, without a price' },
};

/** The catalog service. While `flaky`, it answers the first attempt of every third call with 503. */
export const createCatalog = (mode: () => Mode): Express => {
  const { before, after } = breakwater({ service: 'catalog', version: '2.0.1' });
  const app = express();
  let firstAttempts = 0;
  app.use(before);
  app.get('/products/:id', (req, res) => {
    if (req.get('x-retry-attempt') === undefined) firstAttempts += 1;
    if (mode() === 'flaky' && req.get('x-retry-attempt') === undefined && firstAttempts % 3 === 0) {
      throw new ServiceUnavailableError('The index is being rebuilt', { retryAfterMs: 0 });
    }
    const product = Object.hasOwn(PRODUCTS, req.params.id) ? PRODUCTS[req.params.id] : undefined;
    if (product === undefined) throw new ProductNotFound({ productId: req.params.id });
    res.json(product);
  });
  app.use(after);
  return app;
};
