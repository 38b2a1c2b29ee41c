import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client, ClientOptions } from '../../src/index.ts';
import { type FakeUpstream, fakeUpstream, type UpstreamStep } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { expectNoSecret, SECRET, secretOf, type Watched, watch } from './secrets-support.ts';

/** What the upstream answers, its body and headers full of the secret; or how the call fails without any answer. */
const upstreamAnswers: Readonly<Record<string, UpstreamStep>> = {
  '500': {
    status: 500,
    json: { error: SECRET },
    headers: { 'x-why': secretOf('A'), 'set-cookie': `a=${secretOf('B')}` },
  },
  '401': { status: 401, body: SECRET, headers: { 'www-authenticate': `Bearer realm="${SECRET}"` } },
  '404 with a problem document': {
    status: 404,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ title: SECRET, detail: SECRET, code: SECRET, type: `https://x.test/${SECRET}` }),
  },
  '503 with a Retry-After that is none': { status: 503, headers: { 'retry-after': SECRET } },
  '302 to a URL': { status: 302, headers: { location: `http://a:${SECRET}@127.0.0.1:1/?token=${SECRET}` } },
  'JSON that is none': { body: `{"a":${SECRET}`, headers: { 'content-type': 'application/json' } },
  'a reset': 'reset',
};

describe.each(expressMajors)('a secret on $major', ({ express }) => {
  let app: Watched;
  let upstream: FakeUpstream;

  beforeAll(async () => {
    upstream = await fakeUpstream();
    app = await watch(express, {}, (routes, suite) => {
      const clientOf = (options: Partial<ClientOptions>): Client =>
        suite.client({
          name: 'catalog',
          baseUrl: upstream.url,
          headers: { Authorization: `Bearer ${SECRET}` },
          retry: { maxRetries: 1, backoff: { kind: 'constant', baseMs: 0 } },
          breaker: false,
          ...options,
        });
      const clients: Readonly<Record<string, Client>> = {
        plain: clientOf({}),
        passing: clientOf({ upstreamErrors: { 404: { pass: ['needed'] } } }),
        asking: clientOf({
          retry: {
            shouldRetry: () => {
              throw new Error(`password "${SECRET}"`);
            },
          },
        }),
        cached: clientOf({ cache: { staleIfErrorMs: 60_000 } }),
        'falling back': clientOf({ fallback: { value: { from: 'fallback' } } }),
      };
      routes.get('/calls/:client', (req, res, next) => {
        clients[req.params.client]
          ?.get('/things/:id', { params: { id: secretOf('A') }, query: { key: secretOf('B') } })
          .json()
          .then((body) => res.json(body), next);
      });
      routes.get('/posts', (_req, res, next) => {
        clients.plain
          ?.post('/things/:id', { params: { id: SECRET }, query: { key: SECRET }, json: { a: SECRET } })
          .json()
          .then((body) => res.json(body), next);
      });
    });
  });

  afterAll(async () => {
    try {
      await app.close();
    } finally {
      await upstream.close();
    }
  });

  it.each(Object.entries(upstreamAnswers))(
    'in a call to an upstream that answers %s reaches neither',
    async (_what, step) => {
      upstream.respondWith(step);

      await app.expectHidden({ path: '/posts' });

      expect(upstream.requests.at(-1)?.url).toBe(`/things/${SECRET}?key=${SECRET}`);
    },
  );

  it('in members of a problem document that are not listed reaches neither', async () => {
    const members = { title: 'Gone', code: 'gone', needed: 7 };
    const secrets = { detail: SECRET, instance: SECRET, other: SECRET, errors: [SECRET], requestId: SECRET };
    upstream.respondWith({
      status: 404,
      headers: { 'content-type': 'application/problem+json', 'x-why': SECRET },
      body: JSON.stringify({ ...members, ...secrets }),
    });

    const answer = await app.expectHidden({ path: '/calls/passing' });

    expect(answer).toContain('"needed":7');
  });

  it('in what a callback throws reaches no warning', async () => {
    upstream.respondWith({ status: 500 });

    await app.expectHidden({ path: '/calls/asking' });

    expect(app.warnings).toHaveLength(1);
  });

  it.each([
    ['cached', 'stale.served'],
    ['falling back', 'fallback.served'],
  ])('in parameters and query of a call that is %s reaches no line', async (client, event) => {
    upstream.respondWith({ json: { from: 'upstream' } });
    await app.send({ path: `/calls/${encodeURIComponent(client)}` });
    upstream.respondWith({ status: 500, body: SECRET });

    const answer = await app.send({ path: `/calls/${encodeURIComponent(client)}` });

    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(app.logs.text).toContain(event);
    expectNoSecret(answer + app.logs.text + app.warnings.join(''));
  });
});
