import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { refusedUrl } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

describe('a POST', () => {
  const { upstream, clientOf } = calling();

  it('is made again where the connection was refused', async () => {
    const call = clientOf({ baseUrl: await refusedUrl() }).post('/x', { json: 1 });

    await expect(call).rejects.toMatchObject({
      reason: 'connection-refused',
      journal: { attempts: [{ number: 1 }, { number: 2 }, { number: 3 }], stopped: 'attempts' },
    });
  });

  it('is made again where the name was not found', async () => {
    const call = clientOf({ baseUrl: 'http://name.invalid' }).post('/x', { json: 1 });

    await expect(call).rejects.toMatchObject({ reason: 'dns', journal: { stopped: 'attempts' } });
  });

  it('is made again where no connection stood in time', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sockets: Socket[] = [];
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      sockets.push(socket);
    });
    // A TCP server that listens has an address of this shape; it never says anything of TLS.
    const { port } = server.address() as AddressInfo;

    const call = clientOf({ baseUrl: `https://127.0.0.1:${port}`, timeout: { connectMs: 1 } }).post('/x');

    await expect(call).rejects.toMatchObject({ scope: 'connect', journal: { stopped: 'attempts' } });
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('is not made again where the certificate is no good', async () => {
    const call = clientOf({ baseUrl: upstream().url.replace('http:', 'https:') }).post('/x');

    await expect(call).rejects.toMatchObject({ reason: 'tls', journal: { stopped: 'not-retryable' } });
  });

  it('is not made again where the connection broke', async () => {
    upstream().respondWith('reset');

    await expect(clientOf().post('/x')).rejects.toMatchObject({
      reason: 'connection-reset',
      journal: { stopped: 'method' },
    });
    expect(upstream().requests).toHaveLength(1);
  });

  it('is not made again where a connection broke that was used before', async () => {
    upstream().script([{ json: 1 }, 'reset']);
    const client = clientOf();
    await client.post('/x');

    await expect(client.post('/x')).rejects.toMatchObject({ journal: { stopped: 'method' } });

    expect(upstream().requests).toHaveLength(2);
  });
});
