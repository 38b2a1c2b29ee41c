import { createServer } from 'node:http';
import express from 'express';
import { cpuUs } from '../lib/cpu.mjs';
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
const held = [];
let holding = 1;
let onHeld = () => undefined;
const release = () => {
  for (const response of held.splice(0)) response.end('done');
};
app.get('/held', (_request, response) => {
  held.push(response);
  onHeld();
  if (held.length >= holding) release();
});
for (const handler of stack.after) app.use(handler);

const server = createServer(app);
server.keepAliveTimeout = 120_000;
const listening = new Promise((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve(server.address().port));
});

serve({
  port: () => listening,
  cpuUs,
  heapBytes() {
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  },
  /** Holds answers back until there are so many. */
  hold(count) {
    holding = count;
  },
  /** Ends once so many requests wait for their answer, which `release` gives. */
  held(count) {
    holding = Number.POSITIVE_INFINITY;
    return new Promise((resolve) => {
      onHeld = () => {
        if (held.length >= count) resolve();
      };
      onHeld();
    });
  },
  release,
  sink: () => ({ lines: sink.lines, last: sink.last }),
});
