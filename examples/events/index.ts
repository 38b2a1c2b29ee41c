// #region readme
import { subscribe } from 'node:diagnostics_channel';
import express from 'express';
import { breakwater, contextOf } from 'express-breakwater';

const { before, after, protect, events } = breakwater({ service: 'orders' });

/** Figures for a page of one's own. */
export const figures = { failed: 0, lastRequestId: '', calls: 0, slowest: { dependency: '', durationMs: 0 } };

events.subscribe('request.failed', ({ request, kind }) => {
  if (kind !== 'technical') return;
  figures.failed += 1;
  figures.lastRequestId = contextOf(request)?.requestId ?? '';
});

events.subscribe('call.completed', ({ dependency, durationMs }) => {
  figures.calls += 1;
  if (durationMs > figures.slowest.durationMs) figures.slowest = { dependency, durationMs };
});

/** An observer that does not know the app: each event is on a channel of Node's own, too. */
export const circuits: string[] = [];
export const noteCircuit = (event: unknown): void => {
  circuits.push(JSON.stringify(event));
};
subscribe('express-breakwater:circuit.opened', noteCircuit);
// #endregion readme

const stock = protect(
  async (_call, id: string) => {
    if (id === 'lost') throw new Error('the stock does not answer');
    return 7;
  },
  { name: 'stock', breaker: { consecutiveFailures: 1 } },
);

export const app = express();
app.use(before);
app.get('/stock/:id', async (req, res) => {
  res.json({ left: await stock(req.params.id) });
});
app.use(after);
