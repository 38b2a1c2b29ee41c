import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  type ContextOptions,
  contextOf,
  getContext,
  type RequestContext,
  requestContext,
  tryGetContext,
} from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;

describe.each(expressMajors)('requestContext on $major', ({ express }) => {
  /** An app that keeps the record of each request and answers its path. */
  const recorder = (options?: ContextOptions) => {
    const records: RequestContext[] = [];
    const app = express();
    app.use(requestContext(options));
    app.get('/ok', (_req, res) => {
      records.push(getContext());
      res.send('ok');
    });
    return { app, records };
  };

  it('adopts well-formed ids and echoes them', async () => {
    const { app, records } = recorder();

    const answer = await request(app)
      .get('/ok')
      .set({ 'X-Request-ID': 'req-1', 'X-Correlation-ID': 'corr:1/a' });

    expect(answer.headers).toMatchObject({ 'x-request-id': 'req-1', 'x-correlation-id': 'corr:1/a' });
    expect(records[0]).toMatchObject({
      requestId: 'req-1',
      correlationId: 'corr:1/a',
      clientRequestId: undefined,
    });
  });

  it('takes the request id for a correlation id that is missing', async () => {
    const { app } = recorder();

    const answer = await request(app).get('/ok').set('Request-Id', 'from-the-other-name');

    expect(answer.headers['x-request-id']).toBe('from-the-other-name');
    expect(answer.headers['x-correlation-id']).toBe('from-the-other-name');
  });

  it('makes a UUID where there is no id', async () => {
    const { app } = recorder();

    const answer = await request(app).get('/ok');

    expect(answer.headers['x-request-id']).toMatch(UUID);
  });

  it.each(['with space', 'tab\there', '"quoted"', 'a,b', '<script>', 'x'.repeat(129), ''])(
    'replaces the malformed id %p',
    async (id) => {
      const { app, records } = recorder();

      const answer = await request(app).get('/ok').set({ 'X-Request-ID': id, 'X-Correlation-ID': id });

      expect(answer.headers['x-request-id']).toMatch(UUID);
      expect(answer.headers['x-correlation-id']).toBe(answer.headers['x-request-id']);
      expect(records[0]?.clientRequestId).toBeUndefined();
    },
  );

  it('replaces an id that was sent twice, and one with bytes outside of ASCII', async () => {
    const { app } = recorder();
    const served = await serve(app);

    const twice = await exchange(
      served.port,
      'GET /ok HTTP/1.1\r\nHost: a\r\nX-Request-ID: one\r\nX-Request-ID: two\r\nConnection: close\r\n\r\n',
    );
    const bytes = await exchange(
      served.port,
      'GET /ok HTTP/1.1\r\nHost: a\r\nX-Request-ID: caf\xe9\r\nConnection: close\r\n\r\n',
    );

    await served.close();
    expect(twice).toMatch(/^X-Request-ID: [0-9a-f-]{36}\r$/m);
    expect(bytes).toMatch(/^X-Request-ID: [0-9a-f-]{36}\r$/m);
    // A bare "caf" may stand in an id of ours.
    expect(twice + bytes).not.toMatch(/one|two|caf[^0-9a-f-]/);
  });

  it('echoes the ids on a 404, on bad JSON and on a crash', async () => {
    const app = express();
    app.use(requestContext());
    app.use(express.json());
    app.get('/crash', () => {
      throw new Error('a bug');
    });
    app.use((_error: unknown, _req: unknown, res: ServerResponse, _next: unknown) => {
      res.statusCode = 500;
      res.end();
    });

    const missing = await request(app).get('/nowhere').set('X-Request-ID', 'a');
    const badJson = await request(app).post('/').set('X-Request-ID', 'b').type('json').send('{"a":');
    const crash = await request(app).get('/crash').set('X-Request-ID', 'c');

    expect([missing, badJson, crash].map(({ headers }) => headers['x-request-id'])).toEqual(['a', 'b', 'c']);
    expect(missing.status).toBe(404);
  });

  it('continues a trace with a span of its own', async () => {
    const { app, records } = recorder();

    await request(app).get('/ok').set({ traceparent: TRACEPARENT, tracestate: 'foo=1' });

    expect(records[0]).toMatchObject({
      traceId: TRACE,
      parentSpanId: SPAN,
      traceFlags: 1,
      traceState: 'foo=1',
    });
    expect(records[0]?.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(records[0]?.spanId).not.toBe(SPAN);
  });

  it('continues a trace without its tracestate where that is malformed', async () => {
    const { app, records } = recorder();

    await request(app).get('/ok').set({ traceparent: TRACEPARENT, tracestate: 'BAD=1' });

    expect(records[0]).toMatchObject({ traceId: TRACE, traceState: undefined });
  });

  it('begins a trace of its own for a bad traceparent and ignores the tracestate', async () => {
    const { app, records } = recorder();

    await request(app).get('/ok').set({ traceparent: TRACEPARENT.toUpperCase(), tracestate: 'foo=1' });

    expect(records[0]).toMatchObject({ traceFlags: 2, parentSpanId: undefined, traceState: undefined });
    expect(records[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('begins a trace of its own for two traceparents', async () => {
    const { app, records } = recorder();
    const served = await serve(app);

    const lines = `traceparent: ${TRACEPARENT}\r\ntraceparent: ${TRACEPARENT}\r\n`;
    await exchange(served.port, `GET /ok HTTP/1.1\r\nHost: a\r\n${lines}Connection: close\r\n\r\n`);

    await served.close();
    expect(records[0]?.traceId).not.toBe(TRACE);
  });

  it.each<[string, ContextOptions['trust']]>([
    ["'never'", 'never'],
    ['a list without the peer', ['10.0.0.0/8', '2001:db8::/32']],
    ['an empty list', []],
    ['names of other ranges', ['linklocal', 'uniquelocal']],
    ['a function that says no', () => false],
  ])('keeps what an untrusted caller says apart under trust %s', async (_what, trust) => {
    const { app, records } = recorder({ trust });

    const answer = await request(app).get('/ok').set({
      'X-Request-ID': 'theirs',
      'X-Correlation-ID': 'theirs',
      traceparent: TRACEPARENT,
      tracestate: 'foo=1',
    });

    expect(answer.headers['x-request-id']).toMatch(UUID);
    expect(answer.headers['x-correlation-id']).toBe(answer.headers['x-request-id']);
    expect(records[0]).toMatchObject({
      clientRequestId: 'theirs',
      linkTraceId: TRACE,
      traceState: undefined,
    });
    expect(records[0]?.traceId).not.toBe(TRACE);
  });

  it.each<[string, ContextOptions['trust']]>([
    ['a block with the peer', ['10.0.0.0/8', '127.0.0.0/8']],
    ['the address of the peer', ['127.0.0.1']],
    ['a name of Express', ['uniquelocal', 'loopback']],
    ['a function that says yes', ({ headers }: IncomingMessage) => headers['x-request-id'] !== undefined],
  ])('adopts the ids under trust by %s, whichever family the socket speaks', async (_what, trust) => {
    const { app } = recorder({ trust });
    const served = await serve(app);

    const answer = await request(served.url).get('/ok').set('X-Request-ID', 'theirs');

    await served.close();
    expect(answer.headers['x-request-id']).toBe('theirs');
  });

  it('hands an error of the trust function on, with ids of its own', async () => {
    const app = express();
    const seen: unknown[] = [];
    const trust = (): boolean => {
      throw new Error('the rule is broken');
    };
    app.use(requestContext({ trust }));
    app.use((error: unknown, _req: unknown, res: ServerResponse, _next: unknown) => {
      seen.push(error);
      res.end();
    });

    const answer = await request(app).get('/ok').set('X-Request-ID', 'theirs');

    expect(answer.headers['x-request-id']).toMatch(UUID);
    expect(seen).toEqual([new Error('the rule is broken')]);
  });

  it.each<[string, () => Promise<boolean>]>([
    ['comes to true', async () => true],
    [
      'is rejected',
      async () => {
        throw new Error('the rule is broken');
      },
    ],
  ])('refuses a promise of the trust function that %s, and hears it', async (_what, rule) => {
    const app = express();
    const seen: unknown[] = [];
    const unheard: unknown[] = [];
    const note = (reason: unknown): void => {
      unheard.push(reason);
    };
    process.on('unhandledRejection', note);
    // Wrong on purpose: the types forbid it.
    app.use(requestContext({ trust: rule as unknown as () => boolean }));
    app.use((error: unknown, _req: unknown, res: ServerResponse, _next: unknown) => {
      seen.push(error);
      res.end();
    });

    const answer = await request(app).get('/').set('X-Request-ID', 'theirs');

    process.off('unhandledRejection', note);
    expect(answer.headers['x-request-id']).toMatch(UUID);
    expect(seen).toEqual([
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringMatching(/requestContext: option "trust" must answer true or false at once/),
      }),
    ]);
    expect(unheard).toEqual([]);
  });

  it('keeps one context where it is mounted twice', async () => {
    const app = express();
    const seen: unknown[] = [];
    const note = (req: object, _res: unknown, next: () => void) => {
      seen.push(tryGetContext(), contextOf(req));
      next();
    };
    app.use(requestContext(), note, requestContext({ trust: 'never' }), note);

    await request(app).get('/');

    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toBeDefined();
  });
});

describe('requestContext', () => {
  it.each<[string, unknown, string]>([
    ['an unknown trust', { trust: 'sometimes' }, 'trust'],
    ['a number for trust', { trust: 1 }, 'trust'],
    ['a list with something that is no address', { trust: ['10.0.0.0/33'] }, 'trust'],
    ['a URL for a host', { propagateTo: ['http://users'] }, 'propagateTo'],
    ['an unknown option', { trusted: 'always' }, 'trusted'],
  ])('refuses %s at creation', (_what, options, name) => {
    // Bad on purpose.
    expect(() => requestContext(options as ContextOptions)).toThrow(new RegExp(`requestContext.*${name}`));
  });

  it('takes hosts with and without a port', () => {
    expect(() => requestContext({ propagateTo: ['users', 'users.internal:8080', '[::1]:80'] })).not.toThrow();
  });
});
