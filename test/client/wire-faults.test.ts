import { afterEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { type RawServer, serveRaw } from '../support/raw-server.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const INVALID = { name: 'UpstreamResponseError', reason: 'invalid-http', status: 502 };
const TRUNCATED = { name: 'UpstreamResponseError', reason: 'truncated', status: 502, upstreamStatus: 200 };

describe('what goes wrong on the wire', () => {
  const open: { close(): Promise<unknown> }[] = [];

  const saying = async (answer: string): Promise<RawServer> => {
    const server = await serveRaw((socket) => socket.end(answer, 'latin1'));
    open.push(server);
    return server;
  };

  const clientOf = ({ url }: RawServer, change: Partial<ClientOptions> = {}): Client => {
    const clock = manualClock();
    const client = createClient({ name: 'catalog', baseUrl: url, retry: false, clock, ...change });
    open.unshift(client);
    return client;
  };

  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  it.each<[string, string, object]>([
    ['an answer of HTTP/0.9', '<html>hello</html>', INVALID],
    ['bytes that are no text', '\x16\x03\x01\x00\xff\xfe', INVALID],
    ['a status line without a status', 'HTTP/1.1 OK\r\n\r\n', INVALID],
    ['a header without a colon', `${HEAD}nonsense\r\n\r\n`, INVALID],
    ['headers that are too large', `${HEAD}x: ${'x'.repeat(20_000)}\r\n\r\n`, INVALID],
    ['many headers that are too large together', `${HEAD}${'x: y\r\n'.repeat(10_000)}\r\n`, INVALID],
    [
      'two lengths that contradict each other',
      `${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
      INVALID,
    ],
    ['a length that is no number', `${HEAD}content-length: abc\r\n\r\n`, INVALID],
    [
      'a length and chunks',
      `${HEAD}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      INVALID,
    ],
    ['chunks that are none', `${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n`, TRUNCATED],
    ['chunks without their end', `${HEAD}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`, TRUNCATED],
    ['a body shorter than its length', `${HEAD}content-length: 10\r\n\r\nabc`, TRUNCATED],
  ])('%s is a typed error, for whole and streamed answers', async (_name, answer, expected) => {
    const client = clientOf(await saying(answer));

    const whole = client.get('/x').text();
    await expect(whole).rejects.toMatchObject(expected);
    const streamed = client.get('/x', { stream: true }).text();

    await expect(streamed).rejects.toMatchObject(expected);
  });

  it('a body without a length ends with its connection', async () => {
    const client = clientOf(await saying(`${HEAD}\r\nall of it`));

    await expect(client.get('/x').text()).resolves.toBe('all of it');
  });

  it('a body longer than its length is cut there, and nothing of it reaches the next answer', async () => {
    const server = await saying(
      `${HEAD}content-length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`,
    );
    const client = clientOf(server);

    const bodies = [await client.get('/x').text(), await client.get('/x').text()];

    expect([bodies, server.sockets.length]).toEqual([['abc', 'abc'], 2]);
  });

  it('interim answers come before the one that counts', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(20);
    const client = clientOf(await saying(`${hints}${HEAD}content-length: 2\r\n\r\nok`));

    await expect(client.get('/x').text()).resolves.toBe('ok');
  });

  it('interim answers without end keep nobody beyond the time of an attempt', async () => {
    const clock = manualClock();
    const server = await serveRaw((socket) => {
      const pour = (): void => {
        if (socket.destroyed) return;
        socket.write('HTTP/1.1 103 Early Hints\r\n\r\n');
        setImmediate(pour);
      };
      pour();
    });
    open.push(server);
    const call = clientOf(server, { clock, timeout: { attemptMs: 300 } }).get('/x');
    const failed = expect(call).rejects.toMatchObject({ name: 'UpstreamTimeoutError', scope: 'attempt' });
    await clock.waitForTimer();

    await clock.advance(1_000);

    await failed;
  });
});

describe('a connection that was kept', () => {
  const PONG = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\nkeep-alive: timeout=600\r\n\r\npong';
  const open: { close(): Promise<unknown> }[] = [];

  const clientOf = ({ url }: RawServer): Client => {
    const client = createClient({ name: 'catalog', baseUrl: url, retry: { backoff: { baseMs: 0 } } });
    open.unshift(client);
    return client;
  };

  /** Answers the first request of each connection; the second one of the first connection is reset. */
  const resetting = async (): Promise<RawServer> => {
    let asked = 0;
    const server = await serveRaw((socket) => {
      asked += 1;
      if (asked === 2) socket.resetAndDestroy();
      else socket.write(PONG);
    });
    open.push(server);
    return server;
  };

  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  it('is of one client alone, and serves all its calls', async () => {
    const server = await serveRaw((socket) => socket.write(PONG));
    open.push(server);
    const clients = [clientOf(server), clientOf(server)];

    for (const client of [...clients, ...clients]) {
      await client.get('/x');
      await settled();
    }

    expect(server.sockets).toHaveLength(2);
  });

  it('is not used once the server has closed it', async () => {
    const server = await serveRaw((socket) => socket.write(PONG));
    open.push(server);
    const client = clientOf(server);
    await client.get('/x');
    const [socket] = server.sockets;
    await new Promise((resolve) => socket?.end().once('close', resolve));
    await settled();

    const { journal } = await client.post('/x');

    expect([journal.attempts.length, server.sockets.length]).toEqual([1, 2]);
  });

  it('and is reset just as it is used costs a GET one retry', async () => {
    const client = clientOf(await resetting());
    await client.get('/x');
    await settled();

    const { journal } = await client.get('/x');

    expect(journal.attempts.map(({ reason }) => reason)).toEqual(['connection-reset', undefined]);
  });

  it('and is reset just as it is used fails a POST: nobody knows whether it was done', async () => {
    const client = clientOf(await resetting());
    await client.get('/x');
    await settled();

    const call = client.post('/x');

    await expect(call).rejects.toMatchObject({
      reason: 'connection-reset',
      journal: { attempts: [{ reason: 'connection-reset' }], stopped: 'method' },
    });
  });
});
