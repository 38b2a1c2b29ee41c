import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AgentOptions, type Client, createClient } from '../../src/client/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { CA, CLIENT_CERT, CLIENT_KEY, SERVER_CERT, SERVER_KEY } from '../support/certificates.ts';

describe('a client over TLS', () => {
  let server: Server;
  let url: string;
  const open: Client[] = [];

  const clientOf = (agent?: AgentOptions, host = 'localhost'): Client => {
    const baseUrl = url.replace('localhost', host);
    const client = createClient({ name: 'vault', baseUrl, agent, retry: false, clock: manualClock() });
    open.push(client);
    return client;
  };

  beforeEach(async () => {
    const options = {
      cert: SERVER_CERT,
      key: SERVER_KEY,
      ca: CA,
      requestCert: true,
      rejectUnauthorized: false,
    };
    server = createServer(options, ({ socket, httpVersion }, response) => {
      // A server of node:https has sockets of TLS.
      const { authorized, getPeerCertificate } = socket as TLSSocket;
      const { subject } = getPeerCertificate.call(socket);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ authorized, name: subject?.CN, httpVersion }));
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server that listens has an address of this shape.
    url = `https://localhost:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.close()));
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  it('trusts the authority that it is given', async () => {
    const seen = await clientOf({ connect: { ca: CA } })
      .get('/x')
      .json();

    expect(seen).toEqual({ authorized: false, httpVersion: '1.1' });
  });

  it('shows its own certificate', async () => {
    const connect = { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY };

    const seen = await clientOf({ connect }).get('/x').json();

    expect(seen).toMatchObject({ authorized: true, name: 'orders client' });
  });

  it.each<[string, AgentOptions | undefined, string?]>([
    ['an unknown authority', undefined],
    ['another name', { connect: { ca: CA, servername: 'other.example' } }],
    [
      'a version that the server does not speak',
      { connect: { ca: CA, maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' } },
    ],
  ])('fails with the reason "tls" and 502 for %s, and asks once', async (_name, agent) => {
    const call = clientOf(agent).get('/x');

    await expect(call).rejects.toMatchObject({
      name: 'UpstreamConnectionError',
      reason: 'tls',
      status: 502,
      journal: { attempts: [{ reason: 'tls' }] },
    });
  });

  it('trusts anybody where it is told to', async () => {
    const seen = clientOf({ connect: { rejectUnauthorized: false } })
      .get('/x')
      .json();

    await expect(seen).resolves.toMatchObject({ httpVersion: '1.1' });
  });

  it('bounds the headers of an answer, with a typed error', async () => {
    server.removeAllListeners('request');
    server.on('request', (_request, response) => response.setHeader('x-big', 'x'.repeat(2_000)).end());

    const call = clientOf({ connect: { ca: CA }, maxHeaderSize: 1_000 }).get('/x');

    await expect(call).rejects.toMatchObject({
      name: 'UpstreamResponseError',
      reason: 'invalid-http',
      cause: { code: 'UND_ERR_HEADERS_OVERFLOW' },
    });
  });
});
