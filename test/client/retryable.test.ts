import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from '../../src/client/index.ts';
import {
  BadGatewayError,
  type BreakwaterError,
  ConflictError,
  NotFoundError,
  ServiceUnavailableError,
  StaleVersionError,
} from '../../src/errors/index.ts';
import { type AttemptFailed, createEventHub } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { fakeUpstream, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { type Served, serve } from '../support/sockets.ts';

describe.each(expressMajors)('our client and our server on $major', ({ express }) => {
  let served: Served;
  let methods: string[];
  let thrown: BreakwaterError;
  const open: Client[] = [];

  const clientOf = (change: object = {}): Client => {
    const client = createClient({
      name: 'catalog',
      baseUrl: served.url,
      retry: { backoff: { baseMs: 0 } },
      ...change,
    });
    open.push(client);
    return client;
  };

  beforeEach(async () => {
    methods = [];
    const app = express();
    app.all('/x', (req) => {
      methods.push(req.method);
      throw thrown;
    });
    app.use(problemHandler({ events: createEventHub() }));
    served = await serve(app);
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.close()));
    await served.close();
  });

  it.each([
    ['said to be of no use, is not retried', new ServiceUnavailableError('x', { retryable: false }), 1],
    ['without a word, is retried by its status', new ServiceUnavailableError('x'), 3],
    ['said to be worth it, is retried', new StaleVersionError('x', { retryable: true }), 3],
    ['without a word, is not retried by its status', new StaleVersionError('x'), 1],
  ])('%#: a failure %s', async (_what, error, attempts) => {
    thrown = error;

    await expect(clientOf().get('/x')).rejects.toMatchObject({
      upstreamStatus: error.status,
      retryable: error.retryable,
      problem: { code: error.code },
    });

    expect(methods).toHaveLength(attempts);
  });

  it('say "retryable" of methods that may be repeated only', async () => {
    thrown = new StaleVersionError('x', { retryable: true });

    await expect(clientOf().post('/x')).rejects.toMatchObject({ journal: { stopped: 'method' } });

    expect(methods).toEqual(['POST']);
  });

  it('go by the status with HEAD, as the word stands in the body alone', async () => {
    thrown = new ServiceUnavailableError('x', { retryable: false });

    await expect(clientOf().request('HEAD', '/x')).rejects.toMatchObject({ retryable: undefined });

    expect(methods).toEqual(['HEAD', 'HEAD', 'HEAD']);
  });

  it('wait together as long as the server asks for', async () => {
    const [clock, events] = [manualClock(), createEventHub()];
    const failed = new Promise<AttemptFailed>((resolve) => {
      events.subscribe('attempt.failed', resolve);
    });
    thrown = new StaleVersionError('x', { retryable: true, retryAfterMs: 2_000 });
    const call = clientOf({ clock, events, retry: { maxRetries: 1, backoff: { baseMs: 0 } } }).get('/x');
    const ended = expect(call).rejects.toMatchObject({
      retryAfterMs: 2_000,
      journal: { attempts: [{ waitMs: 0 }, { waitMs: 2_000 }] },
    });
    expect((await failed).nextWaitMs).toBe(2_000);

    await clock.advance(2_000);

    await ended;
  });

  it('hand the word on through a service between them', async () => {
    thrown = new BadGatewayError('x', { retryable: false });
    const first = clientOf();
    const app = express();
    app.get('/x', (_req, res, next) => {
      first.get('/x').then(() => res.end(), next);
    });
    app.use(problemHandler({ events: createEventHub() }));
    const between = await serve(app);

    const end = clientOf({ name: 'between', baseUrl: between.url }).get('/x');

    await expect(end).rejects.toMatchObject({ upstreamStatus: 502, retryable: false });
    expect(methods).toHaveLength(1);
    await between.close();
  });

  it.each([
    ['true', 3],
    ['undefined', 1],
    ['false', 1],
  ])(
    'go by the word of the server, %s, not by that of an error that upstreamErrors made',
    async (word, attempts) => {
      const retryable = { true: true, false: false }[word];
      thrown = new StaleVersionError('x', { retryable });
      const upstreamErrors = { 409: () => new ConflictError('Changed', { retryable: retryable !== true }) };

      await expect(clientOf({ upstreamErrors }).get('/x')).rejects.toThrow('Changed');

      expect(methods).toHaveLength(attempts);
    },
  );

  it.each(['pass', 'unavailable'] as const)("keep the word with '%s'", async (how) => {
    thrown = new BadGatewayError('x', { retryable: false });
    const upstreamErrors = how === 'pass' ? { 502: how } : how;

    await expect(clientOf({ upstreamErrors }).get('/x')).rejects.toMatchObject({ retryable: false });

    expect(methods).toHaveLength(1);
  });

  it('leave the breaker out of it: what is retryable is no failure of the server', async () => {
    thrown = new NotFoundError('x', { retryable: true });
    const client = clientOf();

    await client.get('/x').catch(() => undefined);

    expect(client.breaker?.snapshot()).toMatchObject({ failures: 0, successes: 3 });
  });
});

describe('what an upstream says of retries', () => {
  it.each([
    ['is no boolean', 'application/problem+json', { retryable: 'no' }],
    ['is no problem document', 'application/json', { retryable: false }],
  ])('counts for nothing where it %s', async (_what, type, document) => {
    const upstream = await fakeUpstream();
    upstream.respondWith({ status: 503, headers: { 'content-type': type }, body: JSON.stringify(document) });
    const client = createClient({ name: 'x', baseUrl: upstream.url, retry: { backoff: { baseMs: 0 } } });

    await expect(client.get('/x')).rejects.toMatchObject({ retryable: undefined });

    expect(upstream.requests).toHaveLength(3);
    await client.close();
    await upstream.close();
  });
});
