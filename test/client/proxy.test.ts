import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type FakeUpstream, fakeUpstream, manualClock, refusedUrl } from '../../src/testing/index.ts';
import { CA, SERVER_CERT, SERVER_KEY } from '../support/certificates.ts';
import { type FakeProxy, startProxy } from '../support/proxy.ts';

describe('a client behind a proxy', () => {
  let upstream: FakeUpstream;
  let proxy: FakeProxy;
  const open: { close(): unknown }[] = [];

  const clientOf = (change: Partial<ClientOptions>): Client => {
    const client = createClient({
      name: 'catalog',
      baseUrl: upstream.url,
      retry: false,
      clock: manualClock(),
      ...change,
    });
    open.push(client);
    return client;
  };

  const secureUpstream = async (): Promise<string> => {
    const server = createSecureServer({ cert: SERVER_CERT, key: SERVER_KEY }, (_request, response) => {
      response.end('secret');
    });
    server.on('tlsClientError', () => undefined);
    server.unref().listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push({ close: () => server.close().closeAllConnections() });
    // A TCP server that listens has an address of this shape.
    return `https://localhost:${(server.address() as AddressInfo).port}`;
  };

  const refusing = async (status: number): Promise<string> => {
    const refuser = await startProxy(status);
    open.push(refuser);
    return `http://user:hush@127.0.0.1:${refuser.port}`;
  };

  beforeEach(async () => {
    [upstream, proxy] = [await fakeUpstream(), await startProxy()];
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
    await Promise.all([upstream.close(), proxy.close()]);
  });

  it('asks it for http URLs', async () => {
    upstream.respondWith({ body: 'through' });
    const client = clientOf({ proxy: `http://127.0.0.1:${proxy.port}` });

    const body = await client.get('/x?q=1').text();

    expect([body, proxy.asked]).toEqual(['through', [`GET ${upstream.url}/x?q=1`]]);
  });

  it('asks it for tunnels to https hosts, whose authority is that of `agent.connect`', async () => {
    const baseUrl = await secureUpstream();
    const client = clientOf({
      baseUrl,
      proxy: new URL(`http://127.0.0.1:${proxy.port}`),
      agent: { connect: { ca: CA } },
    });

    const first = await client.get('/x').text();
    // undici takes a connection back in the turn after its answer ended.
    await setImmediate();
    const bodies = [first, await client.get('/x').text()];

    expect([bodies, proxy.asked]).toEqual([['secret', 'secret'], [`CONNECT ${new URL(baseUrl).host}`]]);
  });

  it('asks it for tunnels to http hosts where `proxyTunnel` says so', async () => {
    const client = clientOf({ proxy: { uri: `http://127.0.0.1:${proxy.port}`, proxyTunnel: true } });

    await client.get('/x');

    expect(proxy.asked).toEqual([`CONNECT ${new URL(upstream.url).host}`]);
  });

  it.each<[string, (port: number) => ClientOptions['proxy'], string]>([
    ['its URL', (port) => `http://user:p%40ss@127.0.0.1:${port}`, `Basic ${btoa('user:p@ss')}`],
    ['`token`', (port) => ({ uri: `http://127.0.0.1:${port}`, token: 'Bearer t' }), 'Bearer t'],
  ])('shows the credentials of %s to the proxy alone', async (_name, proxyOf, credentials) => {
    await clientOf({ proxy: proxyOf(proxy.port) }).get('/x');

    expect(proxy.asked).toEqual([`GET ${upstream.url}/x as ${credentials}`]);
  });

  it('fails with a certificate that it does not trust behind the tunnel', async () => {
    const call = clientOf({
      baseUrl: await secureUpstream(),
      proxy: `http://127.0.0.1:${proxy.port}`,
    }).get('/x');

    await expect(call).rejects.toMatchObject({ name: 'UpstreamConnectionError', reason: 'tls' });
  });

  it.each([
    ['without a tunnel', {}],
    ['with one', { proxyTunnel: true }],
  ])('says that the proxy wants other credentials, and repeats none: %s', async (_name, change) => {
    const uri = await refusing(407);

    const error: unknown = await clientOf({ proxy: { uri, ...change } })
      .get('/x')
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'UpstreamConnectionError', reason: 'proxy', status: 502 });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toMatch(/hush|dXNlc/);
  });

  it('says that the proxy refused the connection', async () => {
    const call = clientOf({ proxy: await refusedUrl() }).get('/x');

    await expect(call).rejects.toMatchObject({ reason: 'connection-refused' });
  });

  it('bounds the time of tunnel and TLS together by connectMs, and closes what comes too late', async () => {
    const clock = manualClock();
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    // A TCP server that listens has an address of this shape.
    const { port } = silent.address() as AddressInfo;
    const call = clientOf({
      clock,
      proxy: { uri: `http://127.0.0.1:${port}`, proxyTunnel: true },
      timeout: { connectMs: 300 },
    }).get('/x');
    const failed = expect(call).rejects.toMatchObject({ scope: 'connect', timeoutMs: 300, status: 504 });
    const [socket] = await once(silent, 'connection');
    await once(socket, 'data');

    await clock.advance(300);
    await failed;
    socket.write('HTTP/1.1 200 OK\r\n\r\n');

    await once(socket.resume(), 'close');
    silent.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
