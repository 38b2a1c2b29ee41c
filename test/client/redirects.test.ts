import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { type FakeUpstream, manualClock, type UpstreamStep } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

const to = (location: string, status = 302): UpstreamStep => ({ status, headers: { location } });

/** What an upstream was asked for, in order. */
const asked = (upstream: FakeUpstream): string[] =>
  upstream.requests.map(({ method, url }) => `${method} ${url}`);

describe('a redirect', () => {
  const { upstream, another, clientOf } = calling();

  it.each([301, 302, 303, 307, 308])('%d is followed on the own host', async (status) => {
    upstream().script([to('/new?a=1#part', status), { json: 'here' }]);

    const answer = await clientOf().get('/old');

    expect(answer).toMatchObject({ status: 200, redirected: true, url: `${upstream().url}/new?a=1` });
    expect(await answer.json()).toBe('here');
    expect(asked(upstream())).toEqual(['GET /old', 'GET /new?a=1']);
  });

  it('is read against the URL that it came from', async () => {
    upstream().script([to('b/c'), to('../d'), { json: 1 }]);

    await clientOf().get('/a/x');

    expect(asked(upstream())).toEqual(['GET /a/x', 'GET /a/b/c', 'GET /a/d']);
  });

  it('that there is none of leaves the answer as it was', async () => {
    const answer = await clientOf().get('/x');

    expect(answer).toMatchObject({ redirected: false, url: `${upstream().url}/x` });
  });

  it.each([
    ['POST', 301, 'GET'],
    ['POST', 302, 'GET'],
    ['POST', 303, 'GET'],
    ['PUT', 303, 'GET'],
    ['PUT', 301, 'PUT'],
    ['PATCH', 302, 'PATCH'],
    ['POST', 307, 'POST'],
    ['POST', 308, 'POST'],
  ])('makes of %s by %d a %s', async (method, status, next) => {
    upstream().script([to('/next', status), { json: 1 }]);

    await clientOf().request(method, '/x', { json: { a: 1 }, headers: { 'content-language': 'en' } });

    const [, second] = upstream().requests;
    const kept = next === method;
    expect(second).toMatchObject({ method: next, body: kept ? '{"a":1}' : '' });
    expect(second?.headers['content-type']).toBe(kept ? 'application/json' : undefined);
    expect(second?.headers['content-language']).toBe(kept ? 'en' : undefined);
    expect(second?.headers['content-length']).toBe(kept ? '7' : undefined);
  });

  it('leaves a HEAD one', async () => {
    upstream().script([to('/next', 303), {}]);

    await clientOf().request('HEAD', '/x');

    expect(asked(upstream())).toEqual(['HEAD /x', 'HEAD /next']);
  });

  it('is handed out where the body cannot be sent again', async () => {
    upstream().respondWith(to('/next', 307));

    const answer = await clientOf().post('/x', { body: Readable.from(['a']) });

    expect([answer.status, asked(upstream())]).toEqual([307, ['POST /x']]);
  });

  it('is followed with a stream where that is not needed any more', async () => {
    upstream().script([to('/next', 303), { json: 1 }]);

    await clientOf().post('/x', { body: Readable.from(['a']) });

    expect(asked(upstream())).toEqual(['POST /x', 'GET /next']);
  });

  it('asks a function for its body again', async () => {
    upstream().script([to('/next', 307), { json: 1 }]);

    await clientOf().post('/x', { body: () => Readable.from(['a']) });

    expect(upstream().requests.map(({ body }) => body)).toEqual(['a', 'a']);
  });

  it.each([
    'http://elsewhere.invalid/',
    '//elsewhere.invalid/x',
    'ftp://127.0.0.1/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/plain,x',
    'http://',
    '',
    '\\\\elsewhere.invalid\\x',
  ])('to %j is handed out', async (location) => {
    upstream().respondWith(to(location));

    const answer = await clientOf().get('/x');

    expect(answer).toMatchObject({ status: 302, redirected: false, ok: false });
    expect(upstream().requests).toHaveLength(1);
  });

  it('with user information is handed out', async () => {
    upstream().respondWith(to(upstream().url.replace('http://', 'http://user:secret@')));

    expect(await clientOf().get('/x')).toMatchObject({ status: 302 });
  });

  it('to another port of its host is handed out', async () => {
    const other = await another();
    upstream().respondWith(to(other.url));

    expect(await clientOf().get('/x')).toMatchObject({ status: 302 });
    expect(other.requests).toHaveLength(0);
  });

  it.each<UpstreamStep>([
    { status: 302 },
    { status: 300, headers: { location: '/next' } },
    { status: 304, headers: { location: '/next' } },
    { status: 302, headers: { location: ['/a', '/b'] } },
    { status: 200, headers: { location: '/next' } },
  ])('is not what %j is', async (step) => {
    upstream().respondWith(step);

    await clientOf().get('/x');

    expect(upstream().requests).toHaveLength(1);
  });

  it.each([
    { client: { maxRedirects: 0 }, call: {} },
    { client: {}, call: { maxRedirects: 0 } },
  ])('is handed out with %j', async ({ client, call }) => {
    upstream().respondWith(to('/next'));

    const answer = await clientOf(client).get('/x', call);

    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/next']);
  });

  it.each([
    [5, {}],
    [2, { maxRedirects: 2 }],
  ])('is the last one after %d', async (times, change) => {
    upstream().respondWith(({ url }) => to(`${url}x`));
    const client = clientOf(change);

    await expect(client.get('/')).rejects.toMatchObject({
      name: 'UpstreamResponseError',
      reason: 'too-many-redirects',
      status: 502,
      upstreamStatus: 302,
      journal: { attempts: [{ reason: 'too-many-redirects' }], stopped: 'not-retryable' },
    });

    expect(upstream().requests).toHaveLength(times + 1);
    expect(client.breaker?.snapshot()).toMatchObject({ failures: 0 });
  });

  it('is followed as often as it may be', async () => {
    upstream().script([to('/1'), to('/2'), { json: 1 }]);

    expect(await clientOf({ maxRedirects: 2 }).get('/0')).toMatchObject({ status: 200 });
  });

  it('that leads back is a loop, and no longer followed', async () => {
    upstream().respondWith(({ url }) => to(url === '/a' ? '/b' : '/a'));

    await expect(clientOf().get('/a')).rejects.toMatchObject({ reason: 'too-many-redirects' });

    expect(asked(upstream())).toEqual(['GET /a', 'GET /b']);
  });

  it('from a POST to the same place is no loop', async () => {
    upstream().script([to('/x', 303), { json: 1 }]);

    await clientOf().post('/x');

    expect(asked(upstream())).toEqual(['POST /x', 'GET /x']);
  });

  it('uses the connection again', async () => {
    upstream().script([
      { status: 302, headers: { location: '/next' }, body: 'x'.repeat(200_000) },
      { json: 1 },
    ]);

    await clientOf().get('/x');

    expect(upstream().openConnections).toBe(1);
  });

  it('is followed within the time of the attempt', async () => {
    upstream().script([to('/next'), 'hang']);
    const clock = manualClock();
    const call = clientOf({ clock, retry: false, timeout: { attemptMs: 500 } }).get('/x');
    const rejected = expect(call).rejects.toMatchObject({ name: 'UpstreamTimeoutError', scope: 'attempt' });
    await upstream().nextRequest();
    await upstream().nextRequest();

    await clock.advance(500);

    await rejected;
    await upstream().connectionClosed();
  });

  it('is followed anew with each attempt', async () => {
    upstream().script([to('/next'), { status: 503 }, to('/next'), { json: 1 }]);

    const answer = await clientOf().get('/x');

    expect(asked(upstream())).toEqual(['GET /x', 'GET /next', 'GET /x', 'GET /next']);
    expect(answer.journal.attempts).toMatchObject([{ status: 503 }, { status: 200 }]);
  });

  it('that leads to nobody is no request that never left', async () => {
    const gone = await another();
    await gone.close();
    upstream().respondWith(to(`${gone.url}/next`, 303));

    const call = clientOf({ allowedHosts: ['127.0.0.1'] }).post('/x', { json: 1 });

    await expect(call).rejects.toMatchObject({
      reason: 'connection-refused',
      journal: { stopped: 'method' },
    });
    expect(asked(upstream())).toEqual(['POST /x']);
  });
});
