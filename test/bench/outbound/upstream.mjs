import { createServer } from 'node:net';
import { stayAwake } from '../lib/awake.mjs';
import { serve } from '../lib/worker.mjs';

// The dependency that is asked: what it costs is counted nowhere, but it must cost little, or its callers would be
// measured while they wait. So it looks for nothing in a request but its end.

const body = JSON.stringify({
  id: '7',
  name: 'Teapot',
  priceCents: 1_999,
  tags: ['kitchen', 'tea'],
  description: 'x'.repeat(200),
});
const answer = Buffer.from(
  [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: keep-alive',
    'Keep-Alive: timeout=60',
    '',
    body,
  ].join('\r\n'),
);

const END_OF_HEAD = '\r\n\r\n';

const server = createServer({ noDelay: true }, (socket) => {
  let head = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    head += chunk.latin1Slice();
    for (let end = head.indexOf(END_OF_HEAD); end >= 0; end = head.indexOf(END_OF_HEAD)) {
      head = head.slice(end + END_OF_HEAD.length);
      socket.write(answer);
    }
  });
});
const listening = new Promise((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve(server.address().port));
});

stayAwake();
serve({ port: () => listening });
