import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  type Breakwater,
  breakwater,
  requireBody,
  ServiceUnavailableError,
  validate,
} from '../../src/index.ts';
import {
  type CapturedLogs,
  captureLogs,
  type FakeUpstream,
  fakeUpstream,
  type UpstreamStep,
} from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, type Served, serve } from '../support/sockets.ts';

const SECRET = 'hunter2HUNTER2';

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
};

/** Errors whose members, messages and causes hold the secret, as libraries make them. */
const errors: Readonly<Record<string, () => unknown>> = {
  'a message with a bearer token': () => new Error(`401 for Authorization: Bearer ${SECRET}`),
  'a message with basic credentials': () => new Error(`401 for Basic ${btoa(`app:${SECRET}`)}`),
  'a message with a password': () => new Error(`connect with password=${SECRET} failed`),
  'a message with JSON': () => new Error(`bad config {"apiKey":"${SECRET}"}`),
  'a message with a URL': () => new Error(`connect to postgres://app:${SECRET}@db:5432/x failed`),
  'a message with a query': () => new Error(`GET https://x.test/a?access_token=${SECRET}&b=1 failed`),
  'a cause of a cause': () =>
    new Error('a', { cause: new Error('b', { cause: new Error(`c: token: ${SECRET}`) }) }),
  'a technical error of ours, with its cause': () =>
    new ServiceUnavailableError(`stock is down, secret=${SECRET}`, {
      cause: new Error(`redis://:${SECRET}@cache failed`),
    }),
  'an aggregate': () => new AggregateError([new Error(`pwd=${SECRET}`)], `passphrase: ${SECRET}`),
  'an error of a database': () =>
    Object.assign(new Error('duplicate key value violates unique constraint "users_email_key"'), {
      name: 'SequelizeUniqueConstraintError',
      code: '23505',
      detail: `Key (email)=(${SECRET}) already exists.`,
      sql: `INSERT INTO users VALUES ('${SECRET}')`,
      parameters: [SECRET],
      fields: { email: SECRET },
      parent: Object.assign(new Error('duplicate key'), { sql: `INSERT '${SECRET}'`, parameters: [SECRET] }),
      original: { sql: SECRET },
      query: SECRET,
      driverError: { query: SECRET },
    }),
  'an error of axios': () =>
    Object.assign(new Error('Request failed with status code 500'), {
      name: 'AxiosError',
      isAxiosError: true,
      code: 'ERR_BAD_RESPONSE',
      config: { headers: { Authorization: `Bearer ${SECRET}` }, data: SECRET, url: `/x?key=${SECRET}` },
      request: { path: SECRET },
      response: { status: 500, data: { why: SECRET }, headers: { 'set-cookie': [`sid=${SECRET}`] } },
      toJSON: () => ({ config: SECRET }),
    }),
  'an error of a parser': () =>
    Object.assign(new SyntaxError(`Unexpected token h, "${SECRET}" is not valid JSON`), {
      status: 400,
      statusCode: 400,
      expose: true,
      type: 'entity.parse.failed',
      body: SECRET,
    }),
  'an error with headers': () =>
    Object.assign(new Error('upstream said no'), {
      status: 403,
      headers: { 'set-cookie': SECRET, 'www-authenticate': SECRET },
    }),
  'a URL that fetch refuses': () => thrownBy(() => new Request(`http://app:${SECRET}@127.0.0.1:1/`)),
  'a URL that is none': () => thrownBy(() => new URL(`http://app:${SECRET}@:x`)),
  'JSON that is none': () => thrownBy(() => JSON.parse(`{"a":${SECRET}`)),
  'a cause that is no error': () => new Error('a', { cause: { password: SECRET } }),
  'a thrown text': () => `password=${SECRET}`,
  'a thrown object': () => ({ password: SECRET, message: SECRET, toString: () => SECRET }),
};

/** A request as it is sent. */
interface Sent {
  readonly path: string;
  readonly headers?: readonly string[];
  readonly type?: string;
  readonly body?: string;
}

const json = (path: string, body: string): Sent => ({ path, type: 'application/json', body });

/** Requests that hold the secret, to routes that fail in their own ways. */
const requests: Readonly<Record<string, Sent>> = {
  headers: {
    path: '/bug',
    headers: [
      `Authorization: Bearer ${SECRET}`,
      `Proxy-Authorization: Basic ${SECRET}`,
      `Cookie: sid=${SECRET}; theme=${SECRET}`,
      `X-Api-Key: ${SECRET}`,
      `X-Tenant: ${SECRET}`,
    ],
  },
  'headers that are not valid': {
    path: '/headers',
    headers: [`Authorization: Bearer ${SECRET}`, `X-Tenant: ${SECRET}`],
  },
  'ids that are none': { path: '/bug', headers: [`X-Request-ID: <${SECRET}>`, `Traceparent: 00-${SECRET}`] },
  'a query': { path: `/bug?token=${SECRET}&q=${SECRET}` },
  'a query of no route': { path: `/nowhere?q=${SECRET}` },
  'a body': json('/bug', `{"a":"${SECRET}"}`),
  'a body that is no JSON': json('/bug', `{"a":${SECRET}}`),
  'a body that is a text': json('/bug', `"${SECRET}"`),
  'a content type': { path: '/checked', type: `text/${SECRET}`, body: SECRET },
  'a body that is not valid': json(
    '/checked',
    `{"kind":"${SECRET}","mail":"${SECRET}","count":"${SECRET}","list":["${SECRET}"]}`,
  ),
  'keys of a body': json('/checked', `{"{\\"p\\":\\"${SECRET}\\"}":1,"list":[{"p=${SECRET}":1}]}`),
};

/** What the upstream answers, its body and headers full of the secret; or how the call fails without any answer. */
const upstreamAnswers: Readonly<Record<string, UpstreamStep>> = {
  '500': { status: 500, json: { error: SECRET }, headers: { 'x-why': SECRET, 'set-cookie': `a=${SECRET}` } },
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
  let logs: CapturedLogs;
  let suite: Breakwater;
  let upstream: FakeUpstream;
  let server: Served;

  beforeAll(async () => {
    logs = captureLogs();
    suite = breakwater({ service: 'orders', log: { stream: logs.stream } });
    upstream = await fakeUpstream();
    const client = suite.client({
      name: 'catalog',
      baseUrl: upstream.url,
      headers: { Authorization: `Bearer ${SECRET}` },
      retry: { maxRetries: 1, backoff: { kind: 'constant', baseMs: 0 } },
      breaker: false,
    });
    const checked = validate({
      body: z.strictObject({
        kind: z.enum(['gift', 'order']),
        mail: z.email(),
        count: z.number(),
        list: z.array(z.strictObject({})),
      }),
    });
    const tenant = z.string().refine(() => false, { error: ({ input }) => `no tenant ${input}` });
    const token = z.string().transform((value, context) => {
      context.addIssue(`no user for ${value.split(' ')[1]}`);
      return z.NEVER;
    });
    const app = express();
    app.use(suite.before);
    app.get('/headers', validate({ headers: z.object({ 'x-tenant': tenant, authorization: token }) }));
    app.get('/errors/:name', (req, _res, next) => next(errors[req.params.name]?.()));
    app.get('/upstream', (_req, res, next) => {
      client
        .post('/things/:token', { params: { token: SECRET }, query: { key: SECRET }, json: { a: SECRET } })
        .json()
        .then((body) => res.json(body), next);
    });
    app.get('/reset/:token', () => {
      throw new Error('a bug');
    });
    app.use(express.json());
    app.all('/bug', () => {
      throw new Error('a bug');
    });
    app.post('/checked', requireBody(), checked);
    app.use(suite.after);
    server = await serve(app);
  });

  afterAll(async () => {
    await server.close();
    await suite.close();
    await upstream.close();
  });

  /** Every byte of the answer; by then every line has been written, the last of them the access line. */
  const send = async ({ path, headers = [], type, body }: Sent): Promise<string> => {
    logs.clear();
    const content = type === undefined ? [] : [`Content-Type: ${type}`];
    const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
    const head = [
      `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1`,
      'Host: x',
      'Connection: close',
      ...headers,
      ...content,
      ...length,
    ];
    const answer = await exchange(server.port, `${head.join('\r\n')}\r\n\r\n${body ?? ''}`);
    await logs.waitFor(({ event }) => event === 'http.server.request');
    return answer;
  };

  const expectNowhere = (answer: string): void => {
    expect(answer).toMatch(/^HTTP\/1\.1 [45]\d\d /);
    expect(answer.toLowerCase()).not.toContain(SECRET.toLowerCase());
    expect(answer).not.toContain(btoa(`app:${SECRET}`));
    expect(logs.text).toContain('http.server.request.exception');
    expect(logs.text.toLowerCase()).not.toContain(SECRET.toLowerCase());
    expect(logs.text).not.toContain(btoa(`app:${SECRET}`));
  };

  it.each(Object.keys(errors))('in %s reaches neither the client nor the log', async (name) => {
    expectNowhere(await send({ path: `/errors/${encodeURIComponent(name)}` }));
  });

  it.each(Object.entries(requests))('in %s of a request reaches neither', async (_what, request) => {
    expectNowhere(await send(request));
  });

  it.each(Object.entries(upstreamAnswers))(
    'in a call to an upstream that answers %s reaches neither',
    async (_what, step) => {
      upstream.respondWith(step);

      expectNowhere(await send({ path: '/upstream' }));

      expect(upstream.requests.at(-1)?.url).toBe(`/things/${SECRET}?key=${SECRET}`);
    },
  );

  it('in a parameter named for it reaches no line, and the client alone as the path that it sent', async () => {
    const answer = await send({ path: `/reset/${SECRET}` });

    expect(answer.replace(`"instance":"/reset/${SECRET}"`, '')).not.toContain(SECRET);
    expect(logs.text).toContain('/reset/[Redacted]');
    expect(logs.text).not.toContain(SECRET);
  });
});
