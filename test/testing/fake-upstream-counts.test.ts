import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { blackhole, dnsFailureUrl, type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';
import { dial } from '../support/sockets.ts';

const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';

describe('a fake upstream', () => {
  let upstream: FakeUpstream;

  const port = (): number => Number(new URL(upstream.url).port);

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(() => upstream.close());

  it('counts connections in all and those that are open', async () => {
    const [first] = [await dial(port()), await dial(port())];
    await fetch(upstream.url);

    first.destroy();
    await upstream.connectionClosed();

    expect([upstream.connections, upstream.openConnections]).toEqual([3, 2]);
  });

  it('counts requests that are under way, and the most there were at once', async () => {
    upstream.respondWith('hang');
    const sockets = await Promise.all([dial(port()), dial(port()), dial(port())]);
    for (const socket of sockets) socket.write(GET);
    for (const _ of sockets) await upstream.nextRequest();
    const before = upstream.inFlight;
    sockets[0].destroy();
    await upstream.connectionClosed();

    expect([before, upstream.inFlight, upstream.maxInFlight]).toEqual([3, 2, 3]);
  });

  it('hears of a caller who leaves before a request that is sent afterwards', async () => {
    upstream.respondWith('hang');
    const [first, second] = [await dial(port()), await dial(port())];
    first.write(GET);
    await upstream.nextRequest();

    first.destroy();
    second.write(GET);
    await upstream.nextRequest();

    expect([upstream.inFlight, upstream.maxInFlight]).toEqual([1, 1]);
  });

  it('counts one at a time on a connection that is used again', async () => {
    for (let made = 0; made < 20; made += 1) await (await fetch(upstream.url)).json();

    expect([upstream.requests.length, upstream.inFlight, upstream.maxInFlight]).toEqual([20, 0, 1]);
  });

  it('serves thousands of connections at once, and closes them all', async () => {
    upstream.respondWith('hang');
    const sockets = await Promise.all(Array.from({ length: 2_000 }, () => dial(port())));
    const closed = sockets.map((socket) =>
      once(
        socket.on('error', () => undefined),
        'close',
      ),
    );
    for (const socket of sockets) socket.write(GET);
    for (const _ of sockets) await upstream.nextRequest();
    const before = [upstream.maxInFlight, upstream.openConnections];

    await upstream.close();

    await Promise.all(closed);
    expect(before).toEqual([2_000, 2_000]);
    expect([upstream.inFlight, upstream.openConnections]).toEqual([0, 0]);
  });

  it('forgets requests and closings when it is told to', async () => {
    const socket = await dial(port());
    socket.destroy();
    await (await fetch(`${upstream.url}/early`)).text();
    while (upstream.openConnections > 1) await upstream.connectionClosed();

    upstream.clear();
    await fetch(`${upstream.url}/late`);

    expect(upstream.requests).toMatchObject([{ url: '/late' }]);
    expect(await upstream.nextRequest()).toMatchObject({ url: '/late' });
    expect([upstream.connections > 1, upstream.maxInFlight]).toEqual([true, 1]);
  });

  it('may be closed twice', async () => {
    await upstream.close();

    await expect(upstream.close()).resolves.toBeUndefined();
  });

  it('refuses a clock that is none', async () => {
    // What no type checker would let pass.
    const clock = {} as never;

    await expect(fakeUpstream({ clock })).rejects.toThrow(TypeError);
  });
});

describe('an address', () => {
  const errorOf = async (host: string): Promise<unknown> => {
    const [error] = await once(connect(80, host), 'error');
    return error;
  };

  it('of dnsFailureUrl() does not resolve', async () => {
    const { hostname, protocol } = new URL(dnsFailureUrl());

    expect([protocol, await errorOf(hostname)]).toMatchObject([
      'http:',
      { code: expect.stringMatching(/^(?:ENOTFOUND|EAI_)/) },
    ]);
  });

  it('of blackhole() neither connects nor refuses, and refuses from its close() on', async () => {
    const hole = await blackhole();
    const { port } = new URL(hole.url);
    const ends: string[] = [];
    const held = connect(Number(port), '127.0.0.1');
    const end = Promise.race([once(held, 'connect').then(() => 'connected'), once(held, 'close')]);
    held.on('error', ({ message }) => ends.push(message));
    // What a loopback connection has to say is said by then.
    const upstream = await fakeUpstream();
    for (let made = 0; made < 5; made += 1) await fetch(upstream.url);

    const pending = held.pending;
    held.destroy();
    await hole.close();

    expect([pending, ends, await end]).toEqual([true, [], [false]]);
    const refused = connect(Number(port), '127.0.0.1');
    const [error] = await once(refused, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    await upstream.close();
  });

  it('of blackhole() may be closed twice', async () => {
    const hole = await blackhole();

    await hole.close();

    await expect(hole.close()).resolves.toBeUndefined();
  });
});
