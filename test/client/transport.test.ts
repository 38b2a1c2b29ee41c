import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DispatcherSetup } from '../../src/client/dispatcher.ts';
import { createTransport, type Transport } from '../../src/client/transport.ts';
import { type FakeUpstream, fakeUpstream, manualClock, refusedUrl } from '../../src/testing/index.ts';

const NEVER = new AbortController().signal;

const outgoing = (target: string, change = {}) => ({
  dependency: 'catalog',
  label: 'GET /x',
  method: 'GET',
  target: new URL(target),
  headers: {},
  body: undefined,
  maxBodyBytes: 1_000_000,
  ...change,
});

describe('transport', () => {
  let upstream: FakeUpstream;
  const open: Transport[] = [];
  const servers: Server[] = [];

  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server that listens has an address of this shape.
    return (server.address() as AddressInfo).port;
  };

  const transportOf = (change: Partial<DispatcherSetup> = {}): Transport => {
    const transport = createTransport({
      name: 'catalog',
      connectMs: undefined,
      clock: manualClock(),
      ...change,
    });
    open.push(transport);
    return transport;
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await upstream.close();
    for (const server of servers.splice(0)) server.close();
    await Promise.all(open.splice(0).map((transport) => transport.close()));
  });

  it('sends method, path, headers and body, and gives back the whole answer', async () => {
    upstream.respondWith({ status: 201, headers: { 'x-a': 'b' }, body: 'made' });

    const reply = await transportOf().send(
      outgoing(`${upstream.url}/p?q=1`, { method: 'POST', headers: { 'x-c': 'd' }, body: 'hello' }),
      NEVER,
    );

    expect(upstream.requests).toMatchObject([
      { method: 'POST', url: '/p?q=1', headers: { 'x-c': 'd' }, body: 'hello' },
    ]);
    expect({ ...reply, body: Buffer.from(reply.body).toString() }).toMatchObject({
      status: 201,
      headers: { 'x-a': 'b' },
      body: 'made',
    });
  });

  it('says that a connection was refused', async () => {
    const sent = transportOf().send(outgoing(await refusedUrl()), NEVER);

    await expect(sent).rejects.toMatchObject({
      name: 'UpstreamConnectionError',
      reason: 'connection-refused',
      dependency: 'catalog',
      status: 502,
      cause: { code: 'ECONNREFUSED' },
    });
  });

  it('says that a connection was reset', async () => {
    upstream.respondWith('reset');

    const sent = transportOf().send(outgoing(upstream.url), NEVER);

    await expect(sent).rejects.toMatchObject({ name: 'UpstreamConnectionError', reason: 'connection-reset' });
  });

  it('says that a name cannot be resolved', async () => {
    const sent = transportOf().send(outgoing('http://name.invalid/'), NEVER);

    await expect(sent).rejects.toMatchObject({ name: 'UpstreamConnectionError', reason: 'dns' });
  });

  it('says that TLS failed', async () => {
    const sent = transportOf().send(outgoing(upstream.url.replace('http:', 'https:')), NEVER);

    await expect(sent).rejects.toMatchObject({ name: 'UpstreamConnectionError', reason: 'tls' });
  });

  it.each([
    'SSH-2.0-OpenSSH_9.9\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n',
  ])('says that an answer was no HTTP: %j', async (answer) => {
    const server = createServer((socket) => {
      // A peer that resets what it cannot read is none of this test's matter.
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    });
    const port = await listen(server);

    const sent = transportOf().send(outgoing(`http://127.0.0.1:${port}`), NEVER);

    await expect(sent).rejects.toMatchObject({
      name: 'UpstreamResponseError',
      reason: 'invalid-http',
      status: 502,
    });
  });

  it('says that an answer was truncated', async () => {
    upstream.respondWith('truncate');

    const sent = transportOf().send(outgoing(upstream.url), NEVER);

    await expect(sent).rejects.toMatchObject({
      name: 'UpstreamResponseError',
      reason: 'truncated',
      upstreamStatus: 200,
    });
  });

  it('gives up an answer without end at the bound, and closes its connection', async () => {
    upstream.respondWith('endless');

    const sent = transportOf().send(outgoing(upstream.url), NEVER);

    await expect(sent).rejects.toMatchObject({ name: 'UpstreamResponseError', reason: 'too-large' });
    await upstream.connectionClosed();
  });

  it.each(['hang', 'endless'] as const)(
    'rejects with the reason of its signal and closes the socket: %s',
    async (step) => {
      upstream.respondWith(step);
      const controller = new AbortController();
      const reason = new Error('caller left');
      const sent = transportOf().send(
        outgoing(upstream.url, { maxBodyBytes: Number.MAX_SAFE_INTEGER }),
        controller.signal,
      );
      const rejected = expect(sent).rejects.toBe(reason);
      await upstream.nextRequest();

      controller.abort(reason);

      await rejected;
      await upstream.connectionClosed();
    },
  );

  it('bounds the time until a connection stands, TLS included, by the clock it was given', async () => {
    const clock = manualClock();
    const silent = createServer();
    const port = await listen(silent);
    const sent = transportOf({ clock, connectMs: 300 }).send(outgoing(`https://127.0.0.1:${port}`), NEVER);
    const rejected = expect(sent).rejects.toMatchObject({
      name: 'UpstreamTimeoutError',
      scope: 'connect',
      timeoutMs: 300,
      status: 504,
    });
    const [socket] = await once(silent, 'connection');
    socket.resume();
    const closed = once(socket, 'close');

    await clock.advance(300);

    await rejected;
    await closed;
  });

  it('leaves no connect timer behind', async () => {
    const clock = manualClock();

    await transportOf({ clock, connectMs: 300 }).send(outgoing(upstream.url), NEVER);
    await transportOf({ clock, connectMs: 300 })
      .send(outgoing(await refusedUrl()), NEVER)
      .catch(() => undefined);

    expect(clock.pendingTimers).toBe(0);
  });

  it('uses a connection again, also after an error', async () => {
    upstream.script([{ status: 503, body: 'x'.repeat(200_000) }, { json: 1 }]);
    const transport = transportOf();

    for (let call = 0; call < 5; call += 1) {
      await transport.send(outgoing(upstream.url), NEVER);
      // undici takes a connection back in the turn after its answer ended.
      await setImmediate();
    }

    expect(upstream.openConnections).toBe(1);
  });

  it('may be closed again, at any time', async () => {
    const transport = transportOf();
    await transport.close();

    await expect(transport.close()).resolves.toBeUndefined();
  });

  it('refuses calls once it is closed', async () => {
    const transport = transportOf();
    await transport.close();
    open.splice(0);

    const sent = transport.send(outgoing(upstream.url), NEVER);

    await expect(sent).rejects.toMatchObject({ name: 'UpstreamConnectionError', reason: 'client-closed' });
  });
});
