import { once } from 'node:events';
import { createServer, type RequestListener, type ServerOptions } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { type ClientErrorOptions, clientErrorHandler } from '../../src/problem/index.ts';
import { manualClock } from '../../src/testing/index.ts';

const idle: RequestListener = () => undefined;

/** Serves with the handler, gives a connection to `work`, and closes everything. */
const withSocket = async (
  { listener = idle, options = {} }: { listener?: RequestListener; options?: ServerOptions },
  work: (socket: Socket) => Promise<void>,
): Promise<void> => {
  const server = createServer(options, listener).on('clientError', clientErrorHandler());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is an object.
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  try {
    await work(socket);
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
};

/** Everything that comes until the other side ends. */
const everything = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  await once(socket, 'close');
  return text;
};

const CHUNKED = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';

const failed = (code: string): Error => Object.assign(new Error('s3cret'), { code });

describe('clientErrorHandler', () => {
  it.each([
    ['no HTTP at all', 's3cret\r\n\r\n', 400, 'Bad Request'],
    ['a header with a forbidden character', 'GET / HTTP/1.1\r\ns3cret\x01: x\r\n\r\n', 400, 'Bad Request'],
    ['two lengths', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'Bad Request'],
    ['a bad chunk', `${CHUNKED}s3cret\r\n`, 400, 'Bad Request'],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX: s3cret${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'Request Header Fields Too Large',
    ],
    [
      'chunk extensions that are too large',
      `${CHUNKED}1;s3cret=${'x'.repeat(20_000)}\r\n`,
      413,
      'Content Too Large',
    ],
  ])('answers a problem to %s, and ends the connection', async (_what, packet, status, title) => {
    await withSocket({}, async (socket) => {
      socket.write(packet, 'latin1');
      const text = await everything(socket);

      const [head = '', body = ''] = text.split('\r\n\r\n');
      const document = JSON.parse(body);
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} ${title}\r\n`));
      expect(head).toContain('\r\nContent-Type: application/problem+json\r\n');
      expect(head).toContain(`\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`);
      expect(head).toContain('\r\nConnection: close');
      expect(head).toContain(`\r\nX-Request-ID: ${document.requestId}\r\n`);
      expect(document).toMatchObject({ status, title, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      expect(document.type).toBe(`/problems/${document.code}`);
      expect(text).not.toContain('s3cret');
    });
  });

  it('answers 408 to a request that takes too long', async () => {
    const options = { headersTimeout: 1, requestTimeout: 1, connectionsCheckingInterval: 5 };

    await withSocket({ options }, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
      const text = await everything(socket);

      expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
      expect(text).toContain('"code":"request-timeout"');
    });
  });

  it('adds nothing to an answer that has begun', async () => {
    const listener: RequestListener = (_req, res) => void res.write('begun');

    await withSocket({ listener }, async (socket) => {
      socket.write(CHUNKED);
      await once(socket, 'data');
      socket.write('no chunk\r\n');

      expect(await everything(socket)).not.toContain('problem');
    });
  });

  it('answers once, and lets go of a client that goes on sending', async () => {
    const clock = manualClock();
    const socket = new PassThrough();
    const handle = clientErrorHandler({ clock });
    const chunks: string[] = [];
    socket.on('data', (chunk) => chunks.push(String(chunk)));

    handle(failed('HPE_INVALID_METHOD'), socket);
    handle(failed('HPE_INVALID_METHOD'), socket);
    await once(socket, 'end');

    expect(chunks.join('').split('HTTP/1.1')).toHaveLength(2);
    expect(chunks.join('')).not.toContain('s3cret');
  });

  it('cuts the connection of a client that does not end it, after a second', async () => {
    const clock = manualClock();
    const socket = new PassThrough();
    clientErrorHandler({ clock })(failed('HPE_INVALID_METHOD'), socket);
    const closed = once(socket, 'close');

    await clock.advance(999);
    const before = socket.destroyed;
    await clock.advance(1);
    await closed;

    expect([before, socket.destroyed]).toEqual([false, true]);
  });

  it.each([
    ['a connection that was reset', failed('ECONNRESET'), (socket: PassThrough) => socket],
    ['an error of no packet', failed('EPIPE'), (socket: PassThrough) => socket],
    ['a thing that is no error', Object.create(null), (socket: PassThrough) => socket],
    ['a socket that takes nothing', failed('HPE_INVALID_METHOD'), (socket: PassThrough) => socket.end()],
  ])('writes nothing for %s, and destroys it', async (_what, error, prepare) => {
    const socket = prepare(new PassThrough());
    const chunks: unknown[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));

    clientErrorHandler()(error, socket);
    await once(socket, 'close');

    expect(socket.destroyed).toBe(true);
    expect(chunks).toEqual([]);
  });

  it('puts baseUri before the code', async () => {
    const socket = new PassThrough();
    const data = once(socket, 'data');

    clientErrorHandler({ baseUri: 'https://errors.example/' })(failed('HPE_INVALID_METHOD'), socket);

    expect(String(await data)).toContain('"type":"https://errors.example/bad-request"');
    socket.destroy();
  });

  it('refuses wrong options', () => {
    // What only a JavaScript caller can write.
    expect(() => clientErrorHandler({ baseUri: 'x y' } as ClientErrorOptions)).toThrow(RangeError);
    expect(() => clientErrorHandler({ base: '/' } as ClientErrorOptions)).toThrow(
      'clientErrorHandler: unknown option "base"; known are baseUri, clock',
    );
  });
});
