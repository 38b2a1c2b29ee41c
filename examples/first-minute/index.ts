// #region readme
import express from 'express';
import { breakwater, defineError, NotFoundError } from 'express-breakwater';

const InsufficientFunds = defineError('insufficient-funds', {
  status: 403,
  title: 'Insufficient funds',
  detail: (d: { needed: number; balance: number }) =>
    `The order needs ${d.needed} but the balance is ${d.balance}.`,
  extensions: ['needed'], // only what is listed reaches the client
});

const { before, after, client } = breakwater({ service: 'orders', version: '1.4.0' });
const catalog = client({
  name: 'catalog',
  baseUrl: process.env.CATALOG_URL ?? 'http://localhost:8080',
  cache: { staleIfErrorMs: 600_000 },
});

export const app = express();
app.use(before); // context, ids, access log
app.use(express.json());
app.get('/products/:id', async (req, res) => {
  const product = await catalog
    .get('/products/:id', {
      params: { id: req.params.id },
      upstreamErrors: { 404: () => new NotFoundError('No such product') },
    })
    .json(); // ids, deadline, retry, breaker, stale answer
  res.json(product);
});
app.post('/orders', () => {
  throw new InsufficientFunds({ needed: 30, balance: 10 }); // 403, type /problems/insufficient-funds, { "needed": 30 }
});
app.use(after); // 404, final problem handler
// #endregion readme

if (require.main === module) {
  const server = app.listen(Number(process.env.PORT ?? 3000), () => {
    console.log('http://localhost:%d', (server.address() as { port: number }).port);
  });
}
