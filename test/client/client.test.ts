import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type CallCompleted, createEventHub } from '../../src/events/index.ts';
import { type FakeUpstream, fakeUpstream, manualClock, refusedUrl } from '../../src/testing/index.ts';

describe('createClient', () => {
  let upstream: FakeUpstream;
  const open: Client[] = [];

  const clientOf = (change: Partial<ClientOptions> = {}): Client => {
    const client = createClient({ name: 'catalog', baseUrl: upstream.url, retry: false, ...change });
    open.push(client);
    return client;
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await upstream.close();
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  describe('an answer', () => {
    it('has status, headers, url, source and the journal of what it took', async () => {
      upstream.respondWith({ status: 201, headers: { 'x-a': ['b', 'c'] }, json: {} });

      const answer = await clientOf({ clock: manualClock() }).get('/x', { query: { a: 1 } });

      expect(answer).toMatchObject({
        status: 201,
        ok: true,
        url: `${upstream.url}/x?a=1`,
        source: 'live',
        cache: undefined,
        journal: {
          attempts: [{ number: 1, status: 201, code: undefined, waitMs: 0, reason: undefined }],
          stopped: 'success',
        },
      });
      expect(answer.headers.get('x-a')).toBe('b, c');
    });

    it('gives its body as JSON, text and bytes, as often as asked', async () => {
      upstream.respondWith({ json: { name: 'Zoë' } });

      const answer = await clientOf().get('/x');
      const [first, second] = [await answer.json<{ name: string }>(), await answer.json()];

      expect([first, second]).toEqual([{ name: 'Zoë' }, { name: 'Zoë' }]);
      expect(first).not.toBe(second);
      expect(await answer.text()).toBe('{"name":"Zoë"}');
      expect(Buffer.from(await answer.bytes()).toString()).toBe('{"name":"Zoë"}');
    });

    it('has headers whatever bytes they hold', async () => {
      upstream.respondWith({ headers: { 'x-a': Buffer.from('Zoë ł', 'utf8').toString('latin1') } });

      const { headers } = await clientOf().get('/x');

      expect(Buffer.from(headers.get('x-a') ?? '', 'latin1').toString('utf8')).toBe('Zoë ł');
    });

    it('with a redirect is handed over, not followed', async () => {
      upstream.respondWith({ status: 302, headers: { location: 'http://evil.example/' } });

      const answer = await clientOf().get('/x');

      expect([answer.status, answer.ok, upstream.requests.length]).toEqual([302, false, 1]);
    });
  });

  describe('a call', () => {
    it('gives the body straight away', async () => {
      upstream.respondWith({ json: [1] });
      const client = clientOf();

      const bodies = [await client.get('/x').json(), await client.get('/x').text()];

      expect([...bodies, Buffer.from(await client.get('/x').bytes()).toString()]).toEqual([
        [1],
        '[1]',
        '[1]',
      ]);
    });

    it.each(['get', 'post', 'put', 'patch', 'delete'] as const)(
      'is made with the method of its name: %s',
      async (method) => {
        await clientOf()[method]('/x');

        expect(upstream.requests).toMatchObject([{ method: method.toUpperCase(), url: '/x' }]);
      },
    );

    it('is made with any other method by request()', async () => {
      await clientOf().request('options', '/x');

      expect(upstream.requests).toMatchObject([{ method: 'OPTIONS' }]);
    });

    it('sends JSON, and asks for JSON', async () => {
      await clientOf().post('/orders', { json: { sku: 'a' } });

      expect(upstream.requests).toMatchObject([
        {
          body: '{"sku":"a"}',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, application/problem+json',
          },
        },
      ]);
    });

    it.each([
      ['an unknown option', '/x', { hedge: true }, /unknown option "hedge"/],
      ['a missing parameter', '/x/:id', {}, /"id" is missing/],
      ['a bad header', '/x', { headers: { 'x-a': 'a\r\nb' } }, /"x-a"/],
      ['a foreign host', 'http://evil.example/', {}, /allowedHosts/],
      ['a signal that is none', '/x', { signal: {} }, /AbortSignal/],
    ])('rejects %s, and asks nobody', async (_what, path, options, message) => {
      // Plain JavaScript may pass anything.
      const call = clientOf().get(path, options as never);

      await expect(call).rejects.toThrow(message);
      await expect(call).rejects.toBeInstanceOf(TypeError);
      expect(upstream.requests).toEqual([]);
    });

    it('that cannot be meant says who made it', async () => {
      const handlerOfOrders = async () => await clientOf().get('/a b');

      const stack = await handlerOfOrders().catch(({ stack }: Error) => stack);

      expect(stack).toMatch(/at (?:async )?handlerOfOrders/);
    });

    it('rejects CONNECT', async () => {
      await expect(clientOf().request('CONNECT', '/x')).rejects.toThrow(TypeError);
    });
  });

  describe('an answer of 400 and above', () => {
    it('is thrown with its status, problem and Retry-After', async () => {
      upstream.respondWith({
        status: 503,
        retryAfter: 7,
        headers: { 'content-type': 'application/problem+json; charset=utf-8' },
        body: '{"type":"/problems/closed","title":"Closed","status":"x","code":"closed"}',
      });

      const call = clientOf().get('/products/:id?token=secret', { params: { id: 7 } });

      await expect(call).rejects.toMatchObject({
        name: 'UpstreamResponseError',
        message: 'GET /products/:id of "catalog" was answered 503',
        dependency: 'catalog',
        status: 503,
        code: 'dependency-unavailable',
        upstreamStatus: 503,
        reason: 'status-503',
        retryAfterMs: 7_000,
        problem: { type: '/problems/closed', title: 'Closed', code: 'closed' },
        journal: { attempts: [{ status: 503, code: 'dependency-unavailable', reason: 'status-503' }] },
      });
    });

    it.each([
      ['is broken', 'application/problem+json', '{"type":'],
      ['is no object', 'application/problem+json', '7'],
      ['is called otherwise', 'application/json', '{"type":"x"}'],
    ])('has no problem if the document %s', async (_what, type, body) => {
      upstream.respondWith({ status: 404, headers: { 'content-type': type }, body });

      await expect(clientOf().get('/x')).rejects.toMatchObject({
        status: 502,
        upstreamStatus: 404,
        problem: undefined,
      });
    });

    it('is returned with throwOnStatus false, after the retries', async () => {
      upstream.respondWith({ status: 503, json: { a: 1 } });
      const client = clientOf({ throwOnStatus: false, retry: { backoff: { baseMs: 0 } } });

      const answer = await client.get('/x');

      expect([answer.status, answer.ok, await answer.json(), answer.journal.attempts.length]).toEqual([
        503,
        false,
        { a: 1 },
        3,
      ]);
    });
  });

  describe('classify, fallback and events', () => {
    it('answers a failure by the fallback, marked', async () => {
      const client = clientOf({
        baseUrl: await refusedUrl(),
        fallback: (request, error) => ({ path: request.path, why: (error as Error).name }),
      });

      const answer = await client.get('/x/:id', { params: { id: 1 } });

      expect([answer.source, answer.status, await answer.json()]).toEqual([
        'fallback',
        200,
        { path: '/x/:id', why: 'UpstreamConnectionError' },
      ]);
      expect(await answer.text()).toBe('{"path":"/x/:id","why":"UpstreamConnectionError"}');
      expect(answer.journal.attempts).toMatchObject([{ reason: 'connection-refused' }]);
    });

    it("takes another client's answer for a fallback", async () => {
      upstream.respondWith({ status: 203, json: { from: 'replica' } });
      const replica = clientOf();
      const client = clientOf({ baseUrl: await refusedUrl(), fallback: () => replica.get('/y') });

      const answer = await client.get('/x');

      expect([answer.source, answer.status, await answer.json()]).toEqual([
        'fallback',
        203,
        { from: 'replica' },
      ]);
    });

    it('tells of each call that ended', async () => {
      const events = createEventHub();
      const told: CallCompleted[] = [];
      events.subscribe('call.completed', (event) => told.push(event));
      upstream.script([{ json: 1 }, { status: 500 }, { status: 404 }]);
      const client = clientOf({ events, clock: manualClock() });

      await client.get('/x');
      await client.post('/x').catch(() => undefined);
      await client.get('/x', { throwOnStatus: false });

      expect(told).toMatchObject([
        {
          dependency: 'catalog',
          method: 'GET',
          outcome: 'success',
          source: 'live',
          status: 200,
          durationMs: 0,
        },
        { method: 'POST', outcome: 'failure', source: undefined, status: 500, code: 'dependency-failed' },
        { method: 'GET', outcome: 'failure', status: 404 },
      ]);
      expect(told[1]?.journal.attempts).toHaveLength(1);
    });
  });
});
