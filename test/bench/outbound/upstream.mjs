import { createServer } from 'node:http';
import { stayAwake } from '../lib/awake.mjs';
import { serve } from '../lib/worker.mjs';

const body = JSON.stringify({
  id: '7',
  name: 'Teapot',
  priceCents: 1_999,
  tags: ['kitchen', 'tea'],
  description: 'x'.repeat(200),
});

// The dependency that is asked: what it costs is counted nowhere.
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
const listening = new Promise((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve(server.address().port));
});

stayAwake();
serve({ port: () => listening });
