import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeUpstream, fakeUpstream, refusedUrl } from '../../src/testing/index.ts';

describe('fakeUpstream', () => {
  let upstream: FakeUpstream;

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(() => upstream.close());

  it('plays its steps in order, and the last one again and again', async () => {
    upstream.script([{ status: 503 }, { json: { id: 1 } }]);

    const statuses: number[] = [];
    for (const path of ['/a', '/b', '/c']) statuses.push((await fetch(upstream.url + path)).status);

    expect(statuses).toEqual([503, 200, 200]);
  });

  it('keeps every request with method, url, headers and body', async () => {
    await fetch(`${upstream.url}/orders?x=1`, { method: 'POST', headers: { 'x-a': 'b' }, body: 'hello' });

    expect(upstream.requests).toMatchObject([
      { method: 'POST', url: '/orders?x=1', headers: { 'x-a': 'b' }, body: 'hello' },
    ]);
  });

  it('asks a function what to do', async () => {
    upstream.respondWith(({ url }) => ({ status: url === '/a' ? 200 : 404 }));

    const statuses = [(await fetch(`${upstream.url}/a`)).status, (await fetch(`${upstream.url}/b`)).status];

    expect(statuses).toEqual([200, 404]);
  });

  it('sends Retry-After with a 503', async () => {
    upstream.respondWith({ retryAfter: 7 });

    const answer = await fetch(upstream.url);

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
  });

  it.each(['reset', 'truncate'] as const)('breaks the answer for the step %s', async (step) => {
    upstream.respondWith(step);

    const body = fetch(upstream.url).then((answer) => answer.text());

    await expect(body).rejects.toThrow();
  });

  it('calls HTML JSON for the step garbage', async () => {
    upstream.respondWith('garbage');

    const answer = await fetch(upstream.url);

    expect([answer.headers.get('content-type'), (await answer.text()).slice(0, 9)]).toEqual([
      'application/json',
      '<!doctype',
    ]);
  });

  it.each(['hang', 'endless'] as const)(
    'goes on with %s until the caller closes the connection',
    async (step) => {
      upstream.respondWith(step);
      const { port } = new URL(upstream.url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      await upstream.nextRequest();

      socket.destroy();
      await upstream.connectionClosed();

      expect(upstream.openConnections).toBe(0);
    },
  );

  it('gives a request that came before it was asked for', async () => {
    await fetch(`${upstream.url}/early`);

    expect((await upstream.nextRequest()).url).toBe('/early');
  });
});

describe('refusedUrl', () => {
  it('names a port where connections are refused', async () => {
    const { port } = new URL(await refusedUrl());

    const [error] = await once(connect(Number(port), '127.0.0.1'), 'error', {}).catch((thrown) => [thrown]);

    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
