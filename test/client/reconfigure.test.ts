import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type ClientReconfigured, createEventHub } from '../../src/events/index.ts';
import { type FakeUpstream, fakeUpstream, manualClock, seededRandom } from '../../src/testing/index.ts';
import { errorOf } from '../resilience/support.ts';

const AT_ONCE = { backoff: { baseMs: 0 } };

describe('a client that is reconfigured', () => {
  let upstream: FakeUpstream;
  const open: Client[] = [];

  const clientOf = (options: Partial<ClientOptions> = {}) => {
    const events = createEventHub();
    const told: ClientReconfigured[] = [];
    events.subscribe('client.reconfigured', (event) => told.push(event));
    const clock = manualClock();
    const parts = { events, clock, random: seededRandom(1) };
    const client = createClient({ name: 'catalog', baseUrl: upstream.url, ...parts, ...options });
    open.push(client);
    return { client, clock, told };
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await upstream.close();
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  it('makes as many retries as it is told now', async () => {
    upstream.respondWith({ status: 503 });
    const { client } = clientOf({ retry: AT_ONCE, breaker: false });

    client.reconfigure({ retry: { maxRetries: 4 } });
    await errorOf(client.get('/x'));

    expect(upstream.requests).toHaveLength(5);
  });

  it('repeats the methods and statuses that it is told now', async () => {
    upstream.respondWith({ status: 418 });
    const { client } = clientOf({ retry: AT_ONCE });

    client.reconfigure({ retry: { methods: ['POST'], statuses: [418] } });
    await errorOf(client.post('/x'));
    await errorOf(client.get('/x'));

    expect(upstream.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'GET']);
  });

  it('asks the function that it is told now', async () => {
    upstream.respondWith({ status: 503 });
    const { client } = clientOf({ retry: { ...AT_ONCE, shouldRetry: () => true } });

    client.reconfigure({ retry: { shouldRetry: () => false } });
    await errorOf(client.get('/x'));

    expect(upstream.requests).toHaveLength(1);
  });

  it('holds later calls to the new limits, and one that is under way to those it began with', async () => {
    upstream.respondWith('hang');
    const { client, clock } = clientOf({ retry: false, timeout: { attemptMs: 500 } });
    const early = errorOf(client.get('/early'));
    await upstream.nextRequest();

    client.reconfigure({ timeout: { attemptMs: 200 } });
    const late = errorOf(client.get('/late'));
    await upstream.nextRequest();
    await clock.advance(500);

    expect([await early, await late]).toMatchObject([{ timeoutMs: 500 }, { timeoutMs: 200 }]);
  });

  it("lays a call's own options over the settings in force", async () => {
    upstream.respondWith({ status: 503 });
    const { client } = clientOf({ retry: { maxRetries: 0 } });

    client.reconfigure({ retry: { maxRetries: 3 } });
    await errorOf(client.get('/x', { retry: { backoff: { baseMs: 0 } } }));

    expect(upstream.requests).toHaveLength(4);
  });

  it('keeps what its circuit has counted', async () => {
    upstream.respondWith({ status: 500 });
    const { client } = clientOf({ retry: false, breaker: { consecutiveFailures: 5 } });
    for (let call = 1; call <= 3; call += 1) await errorOf(client.get('/x'));

    client.reconfigure({ breaker: { openMs: 100 } });
    for (let call = 1; call <= 2; call += 1) await errorOf(client.get('/x'));

    expect(client.breaker?.snapshot()).toMatchObject({ state: 'open', failures: 5, retryAfterMs: 100 });
  });

  it('keeps an open circuit open', () => {
    const { client } = clientOf();
    client.breaker?.forceOpen();

    client.reconfigure({ breaker: { minimumCalls: 2 } });

    expect(client.breaker?.snapshot().state).toBe('open');
  });

  it('keeps what its budget has spent', async () => {
    upstream.respondWith({ status: 503 });
    const budget = { ratio: 0, minPerSecond: 0.2, windowMs: 10_000 };
    const { client } = clientOf({ retry: { ...AT_ONCE, budget }, breaker: false });
    await errorOf(client.get('/x'));

    client.reconfigure({ retry: { maxRetries: 5 } });
    await errorOf(client.get('/x'));

    expect(upstream.requests).toHaveLength(3 + 1);
  });

  it('admits as many as it is told now', async () => {
    upstream.respondWith('hang');
    const { client } = clientOf({ bulkhead: { maxConcurrent: 1, maxQueue: 0 } });
    const caller = new AbortController();
    const first = errorOf(client.get('/1', { signal: caller.signal }));
    await upstream.nextRequest();
    const refused = await errorOf(client.get('/2'));

    client.reconfigure({ bulkhead: { maxConcurrent: 2 } });
    const second = errorOf(client.get('/3', { signal: caller.signal }));
    await upstream.nextRequest();
    caller.abort();
    await Promise.all([first, second]);

    expect(refused).toMatchObject({ code: 'bulkhead-full' });
    expect(upstream.requests.map(({ url }) => url)).toEqual(['/1', '/3']);
  });

  it('answers with what its settings come to now', () => {
    const { client } = clientOf();

    const answer = client.reconfigure({ retry: { maxRetries: 1 }, timeout: { totalMs: 5_000 } });

    expect(answer).toMatchObject({ maxAttempts: 2, worstCaseMs: 5_000 });
    expect(client.explain()).toEqual(answer);
  });

  it('tells what changed, with the values before and after, and the defaults that followed', () => {
    const { client, told } = clientOf({ timeout: { attemptMs: 2_000 } });

    client.reconfigure({ timeout: { attemptMs: 8_000 }, retry: { backoff: () => 5, methods: ['GET'] } });

    const { changes = [], dependency } = told[0] ?? {};
    expect([dependency, Object.isFrozen(changes), told.length]).toEqual(['catalog', true, 1]);
    expect(changes).toEqual([
      { option: 'timeout.attemptMs', before: 2_000, after: 8_000 },
      ...['kind', 'baseMs', 'minMs', 'maxMs', 'jitter'].map((key) =>
        expect.objectContaining({ option: `retry.backoff.${key}`, after: undefined }),
      ),
      {
        option: 'retry.methods',
        before: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'],
        after: ['GET'],
      },
      { option: 'breaker.windowMs', before: 10_000, after: 16_000 },
      { option: 'retry.backoff', before: undefined, after: 'function' },
    ]);
  });

  it('tells nothing where nothing changed', () => {
    const { client, told } = clientOf();

    client.reconfigure({ timeout: { totalMs: 10_000 } });
    client.reconfigure({});

    expect(told).toEqual([]);
  });

  it.each<[object, RegExp]>([
    [
      { timeout: { attemptMs: 5_001 } },
      /^reconfigure\("catalog"\): option "breaker.windowMs" \(10000\) must/,
    ],
    [{ retry: { maxRetries: 1 }, bulkhead: { maxQueue: -1 } }, /"bulkhead.maxQueue" must be a whole number/],
    [{ retry: { maxRetries: 1 }, cache: false }, /unknown option "cache"; known are timeout, retry, breaker/],
    [{ retry: { maxRetries: 1, retries: 2 } }, /unknown option "retries" in "retry"/],
    [{ retry: 5 }, /option "retry" must be false or an object, but was 5/],
    [{ retry: false }, /"retry" cannot be switched off at run time: write "retry.maxRetries" 0/],
    [{ timeout: false }, /"timeout" cannot be switched off at run time: write a longer "timeout.totalMs"/],
    [{ breaker: false }, /"breaker" cannot be switched off at run time: write "breaker.mode" 'disabled'/],
    [{ bulkhead: false }, /"bulkhead" cannot be .* off at run time: write a higher "bulkhead.maxConcurrent"/],
    [{ breaker: { scope: 'call' } }, /"breaker.scope" must be "attempt" as at creation, it cannot change/],
    [{ timeout: { connectMs: 5 } }, /"timeout.connectMs" must be 1000 as at creation, it cannot change/],
  ])('changes nothing where anything is wrong: %j', (changes, message) => {
    const { client, told } = clientOf({ breaker: { windowMs: 10_000 } });
    const before = client.explain();

    // What a caller without types can write.
    expect(() => client.reconfigure(changes as never)).toThrow(message);

    expect([client.explain(), client.reconfigure({}), told]).toEqual([before, before, []]);
  });

  it.each<[object, RegExp]>([
    [{ retry: {} }, /"retry" cannot be switched on at run time: create it with "retry.maxRetries" 0/],
    [{ timeout: {} }, /"timeout" cannot be switched on at run time: create it with a "timeout"/],
    [{ breaker: {} }, /"breaker" cannot be .* on at run time: create it with "breaker.mode" 'disabled'/],
    [{ bulkhead: {} }, /"bulkhead" cannot be switched on at run time: create it with a "bulkhead"/],
  ])('does not switch a part on: %j', (changes, message) => {
    const { client } = clientOf({ timeout: false, retry: false, breaker: false, bulkhead: false });

    expect(() => client.reconfigure(changes)).toThrow(message);
  });

  it('takes a value that is in force for a fixed one, and false for a part that is off', () => {
    const { client } = clientOf({ bulkhead: false });

    const changes = {
      timeout: { connectMs: 1_000 },
      breaker: { scope: 'attempt' },
      bulkhead: false,
    } as const;

    expect(client.reconfigure(changes).maxAttempts).toBe(3);
  });

  it.each<[Partial<ClientOptions>, object]>([
    [{ breaker: { windowMs: 10_000 } }, { breaker: { windowCalls: 20 } }],
    [{ breaker: { windowCalls: 20 } }, { breaker: { windowMs: 10_000 } }],
    [{ breaker: { minimumCalls: 5 } }, { breaker: { failureRateThreshold: false, consecutiveFailures: 3 } }],
    [{ breaker: { slowCallMs: 100, slowCallRateThreshold: 0.5 } }, { breaker: { slowCallMs: false } }],
    [{ bulkhead: { maxQueueMs: 100 } }, { bulkhead: { maxQueue: 0 } }],
  ])('lets an option of %j give way to what excludes it: %j', (written, changes) => {
    const { client } = clientOf(written);

    expect(() => client.reconfigure(changes)).not.toThrow();
  });

  it('checks what is given with everything that was given before', () => {
    const { client } = clientOf();
    client.reconfigure({ breaker: { windowMs: 2_000 } });

    expect(() => client.reconfigure({ timeout: { attemptMs: 1_500 } })).toThrow(
      /"breaker.windowMs" \(2000\) must be at least twice "timeout.attemptMs" \(1500\)/,
    );
  });

  it('does not look at what its options have become since', () => {
    const timeout = { attemptMs: 2_000 };
    const { client, told } = clientOf({ timeout });
    timeout.attemptMs = 1;

    client.reconfigure({ retry: { maxRetries: 1 } });

    expect(told).toMatchObject([{ changes: [{ option: 'retry.maxRetries' }] }]);
  });

  it('needs no hub', () => {
    const { client } = clientOf({ events: undefined });

    expect(client.reconfigure({ retry: { maxRetries: 1 } }).maxRetries).toBe(1);
  });
});
