// #region readme
import express from 'express';
import { breakwater, cached, dataFreshness } from 'express-breakwater';

/** Stands for the driver of a database, which takes a signal; it can be taken down. */
export const database = {
  isDown: false,
  price: async (sku: string, signal: AbortSignal): Promise<{ sku: string; cents: number }> => {
    signal.throwIfAborted();
    if (database.isDown)
      throw Object.assign(new Error('it is down'), { code: 'ECONNREFUSED', syscall: 'connect' });
    return { sku, cents: 250 };
  },
};

const { before, after, protect, events } = breakwater({ service: 'shop', logger: { level: 'error' } });

const find = protect((call, sku: string) => database.price(sku, call.signal), {
  name: 'prices',
  timeout: { totalMs: 2_000 },
});
const priceOf = cached(find, {
  name: 'prices',
  key: (sku) => sku, // all that the value depends on
  ttlMs: 0, // asked each time; the last good value is kept for failures
  staleIfErrorMs: 600_000,
  events,
});

export const app = express();
app.use(before);
app.get('/prices/:sku', async (req, res) => {
  const answer = await priceOf.answer(req.params.sku);
  res.json({ ...answer.value, dataFreshness: dataFreshness(answer) });
});
app.put('/prices/:sku', async (req, res) => {
  await priceOf.purge(req.params.sku); // whoever asks from now on asks anew
  res.sendStatus(204);
});
app.use(after);
// #endregion readme

if (require.main === module) app.listen(3000, () => console.log('http://localhost:3000'));
