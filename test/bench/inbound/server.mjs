import { createServer } from 'node:http';
import express from 'express';
import { createSink } from '../lib/sink.mjs';
import { serve } from '../lib/worker.mjs';
import { stackOf } from './stacks.mjs';

// One app with one stack around it; the parent asks what it has cost.
const sink = createSink();
const stack = stackOf(process.argv[2], sink);
const app = express();
for (const handler of stack.before) app.use(handler);
app.get('/products/:id', (request, response) => {
  response.json({ id: request.params.id, name: 'Teapot', priceCents: 1_999, tags: ['kitchen', 'tea'] });
});
app.get('/orders/:id/payment', () => {
  throw stack.refusal();
});
for (const handler of stack.after) app.use(handler);

const server = createServer(app);
const listening = new Promise((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve(server.address().port));
});

serve({
  port: () => listening,
  cpuUs() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  heapBytes() {
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  },
  sink: () => ({ lines: sink.lines, last: sink.last }),
});
