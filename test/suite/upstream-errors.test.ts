import { afterEach, describe, expect, it } from '@jest/globals';
import { type ClientOptions, defineError, NotFoundError } from '../../src/index.ts';
import { refusedUrl } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { type Asking, type DependencyApp, dependencyApp } from './dependency-app.ts';

const SECRET = 'hunter2';
const OutOfStock = defineError('out-of-stock', {
  status: 409,
  title: 'Out of stock',
  detail: (d: { sku: string }) => `There is no ${d.sku}`,
  extensions: ['sku'],
});

describe.each(expressMajors)('upstreamErrors behind an app on $major', ({ express }) => {
  const open: DependencyApp[] = [];

  /** An app whose dependency answers a problem that is full of secrets. */
  const appOf = async (status: number, asking: Asking): Promise<DependencyApp> => {
    const app = await dependencyApp(express, asking);
    open.push(app);
    app.upstream.respondWith({
      status,
      retryAfter: status === 503 ? 7 : undefined,
      headers: { 'content-type': 'application/problem+json', 'x-secret': SECRET },
      body: JSON.stringify({
        type: '/problems/no-stock',
        title: 'No stock',
        status,
        detail: 'None left',
        instance: `/${SECRET}`,
        needed: 3,
        host: SECRET,
        requestId: SECRET,
        nested: { deep: [SECRET] },
      }),
    });
    return app;
  };

  afterEach(async () => {
    await Promise.all(open.splice(0).map((app) => app.close()));
  });

  const toOwn = () => new OutOfStock({ sku: 'a' });
  const OWN = { status: 409, code: 'out-of-stock', detail: 'There is no a', sku: 'a' };
  const PASSED = { status: 409, code: 'no-stock', title: 'No stock' };

  it.each<[string, ClientOptions['upstreamErrors'], object]>([
    ['a status', { 409: toOwn }, OWN],
    ['the end of a problem type', { 'no-stock': toOwn }, OWN],
    ['a whole problem type', { '/problems/no-stock': toOwn }, OWN],
    ["'pass'", { 409: 'pass' }, PASSED],
    ['members', { 409: { pass: ['needed', 'detail'] } }, { ...PASSED, needed: 3, detail: 'None left' }],
    ["'unavailable'", 'unavailable', { status: 503, code: 'dependency-unavailable' }],
  ])('answers what %s says, and nothing else of the upstream', async (_what, upstreamErrors, expected) => {
    const { ask } = await appOf(409, { upstreamErrors });

    const { status, body, text, headers } = await ask();

    const everywhere = [
      'type',
      'title',
      'status',
      'instance',
      'code',
      'requestId',
      'correlationId',
      'traceId',
    ];
    expect(body).toMatchObject(expected);
    expect(status).toBe(body.status);
    expect(new Set(Object.keys(body))).toEqual(new Set([...everywhere, ...Object.keys(expected)]));
    expect(text + JSON.stringify(headers)).not.toContain(SECRET);
  });

  it.each<[string, ClientOptions['upstreamErrors'], string]>([
    ['an own error', { 409: toOwn }, 'OutOfStock'],
    ["'pass'", { 409: 'pass' }, 'PassedBusinessError'],
    ["'unavailable'", 'unavailable', 'UpstreamUnavailableError'],
  ])('logs the real cause behind %s', async (_what, upstreamErrors, type) => {
    const { ask, failure } = await appOf(409, { upstreamErrors });

    const { body } = await ask();

    expect(await failure()).toMatchObject({
      requestId: body.requestId,
      status: body.status,
      err: { type, cause: { type: 'UpstreamResponseError', dependency: 'catalog', reason: 'status-409' } },
    });
  });

  it('asks the call before the client', async () => {
    const { ask } = await appOf(409, {
      upstreamErrors: { 409: 'pass' },
      call: (client) =>
        client.get('/things', { upstreamErrors: { 'no-stock': () => new NotFoundError('No such thing') } }),
    });

    const { body } = await ask();

    expect(body).toMatchObject({ status: 404, code: 'not-found', detail: 'No such thing' });
  });

  it("keeps Retry-After with 'pass'", async () => {
    const { ask } = await appOf(503, { upstreamErrors: { 503: 'pass' } });

    const { status, headers, body } = await ask();

    expect([status, headers['retry-after'], body.code, body.detail]).toEqual([
      503,
      '7',
      'no-stock',
      undefined,
    ]);
  });

  it("answers 503 instead of 502 with 'unavailable', also without an answer", async () => {
    const { ask } = await appOf(500, { baseUrl: await refusedUrl(), upstreamErrors: 'unavailable' });

    const { body } = await ask();

    expect(body).toMatchObject({ status: 503, code: 'dependency-unavailable', title: 'Service Unavailable' });
  });
});
