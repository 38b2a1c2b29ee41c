// #region readme
import express from 'express';
import { addContext, breakwater, runWithCarrier, toCarrier } from 'express-breakwater';
import { renderLabel } from './labels.ts';
import { createQueue } from './queue.ts';

const { before, after, logger } = breakwater({ service: 'shop' });

const invoices = createQueue<{ orderId: string; context: unknown }>(({ orderId, context }) =>
  runWithCarrier(context, () => logger.info({ orderId }, 'invoice sent'), {
    signal: AbortSignal.timeout(30_000),
    onRejected: (reason) => logger.warn({ reason }, 'the context of an invoice was refused'),
  }),
);

export const app = express();
app.use(before);
app.post('/orders/:id', (req, res) => {
  addContext({ tenant: 'blue' });
  invoices.add({ orderId: req.params.id, context: toCarrier({ fields: ['tenant'] }) });
  res.status(202).end();
});
app.get('/orders/:id/label', async (req, res) => {
  res.type('text').send(await renderLabel(req.params.id, toCarrier()));
});
app.use(after);
// #endregion readme

if (require.main === module) app.listen(3000, () => console.log('http://localhost:3000'));
