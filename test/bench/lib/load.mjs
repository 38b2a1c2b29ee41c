import { connect } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { stayAwake } from './awake.mjs';
import { serve } from './worker.mjs';

// The process that asks: what it costs is counted nowhere, but it must cost little. One that takes as long as the server
// has both wait for each other by turns, and then sleeping and waking is what is measured.

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** The bytes of the answer that `chunk` begins with: all answers to one request are of one length. */
const lengthOf = (chunk) => {
  const head = chunk.subarray(0, chunk.indexOf(END_OF_HEAD)).toString('latin1');
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? [];
  if (length === undefined) throw new Error(`An answer without a length: ${head}`);
  return head.length + END_OF_HEAD.length + Number(length);
};

const statusOf = (chunk) => Number(chunk.latin1Slice(9, 12));

const open = (port) =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });

const connections = new Map();

/** So many connections to a port; those of the run before are used again. */
const connectionsTo = async (port, count) => {
  const known = connections.get(port) ?? [];
  connections.set(port, known);
  while (known.length < count) known.push(await open(port));
  return known.slice(0, count);
};

/** Asks over one connection, one request after the other, as long as `take` says so. */
const askOver = (socket, request, { take, status, latency }) =>
  new Promise((resolve, reject) => {
    let startedAt;
    let length;
    let received = 0;
    const end = (settle, value) => {
      socket.removeAllListeners();
      settle(value);
    };
    const ask = () => {
      if (!take()) return end(resolve);
      startedAt = process.hrtime.bigint();
      received = 0;
      socket.write(request);
    };
    socket.on('error', (error) => end(reject, error));
    socket.on('close', () => end(reject, new Error('The server closed a connection')));
    socket.on('data', (chunk) => {
      if (received === 0 && statusOf(chunk) !== status)
        return end(reject, new Error(`Answered with ${chunk.toString()}`));
      length ??= lengthOf(chunk);
      received += chunk.length;
      if (received < length) return undefined;
      latency.record(process.hrtime.bigint() - startedAt);
      return ask();
    });
    ask();
  });

const requestFor = (port, path) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: */*\r\nUser-Agent: bench\r\n\r\n`;

serve({
  async load({ port, path, status, requests, concurrency }) {
    const sockets = await connectionsTo(port, concurrency);
    const latency = createHistogram();
    let left = requests;
    const take = () => {
      left -= 1;
      return left >= 0;
    };
    const letSleep = stayAwake();
    const startedAt = performance.now();
    const asked = { take, status, latency };
    await Promise.all(sockets.map((socket) => askOver(socket, requestFor(port, path), asked))).finally(
      letSleep,
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      perSecond: requests / seconds,
      p50Us: latency.percentile(50) / 1_000,
      p99Us: latency.percentile(99) / 1_000,
    };
  },
  async fetchOnce({ port, path }) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return {
      status: response.status,
      contentType: response.headers.get('content-type'),
      text: await response.text(),
    };
  },
  close() {
    for (const sockets of connections.values()) for (const socket of sockets) socket.destroy();
    connections.clear();
  },
});
