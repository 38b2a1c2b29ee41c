import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { type AttemptFailed, createEventHub, type EventHub } from '../../src/events/index.ts';
import { manualClock, seededRandom, type UpstreamStep } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';
import { calling } from './clients.ts';

const AT_ONCE = { backoff: { baseMs: 0 }, throttleBackoff: { baseMs: 0 } };

describe('retries of a client', () => {
  const { upstream, clientOf } = calling(() => ({ retry: AT_ONCE }));

  it.each<[UpstreamStep, number]>([
    ['reset', 3],
    ['truncate', 3],
    [{ status: 408 }, 3],
    [{ status: 429 }, 3],
    [{ status: 500 }, 3],
    [{ status: 502 }, 3],
    [{ status: 503 }, 3],
    [{ status: 504 }, 3],
    [{ status: 400 }, 1],
    [{ status: 404 }, 1],
    [{ status: 501 }, 1],
    [{ status: 505 }, 1],
    ['garbage', 1],
    ['endless', 1],
  ])('after %j, GET is made %d times', async (step, attempts) => {
    upstream().respondWith(step);

    await clientOf({ breaker: false })
      .get('/x')
      .json()
      .catch(() => undefined);

    expect(upstream().requests).toHaveLength(attempts);
  });

  it.each([
    ['GET', 3],
    ['PUT', 3],
    ['DELETE', 3],
    ['OPTIONS', 3],
    ['POST', 1],
    ['PATCH', 1],
  ])('%s is made %d times', async (method, attempts) => {
    upstream().respondWith({ status: 503 });

    await expect(clientOf().request(method, '/x')).rejects.toMatchObject({
      journal: { stopped: attempts === 1 ? 'method' : 'attempts' },
    });

    expect(upstream().requests).toHaveLength(attempts);
  });

  it('end with the answer once there is one, and say what it took', async () => {
    upstream().script([{ status: 503 }, 'reset', { json: 'ok' }]);

    const answer = await clientOf().get('/x');

    expect(answer.journal).toMatchObject({
      attempts: [
        { number: 1, status: 503, reason: 'status-503' },
        { number: 2, status: undefined, reason: 'connection-reset' },
        { number: 3, status: 200, reason: undefined },
      ],
      stopped: 'success',
    });
  });

  it('number themselves, and carry the same body', async () => {
    upstream().respondWith({ status: 503 });

    await clientOf()
      .put('/x', { json: { a: 1 } })
      .catch(() => undefined);

    const sent = upstream().requests.map(({ headers, body }) => [headers['x-retry-attempt'], body]);
    expect(sent).toEqual([
      [undefined, '{"a":1}'],
      ['1', '{"a":1}'],
      ['2', '{"a":1}'],
    ]);
  });

  it('carry the same ids, each with a span of its own', async () => {
    upstream().respondWith({ status: 503 });
    const client = clientOf();

    await runWithContext(requestRecord({ traceState: 'a=b' }), () => client.get('/x').catch(() => undefined));

    const sent = upstream().requests.map(({ headers }) => headers);
    const parents = sent.map(({ traceparent }) => String(traceparent).split('-'));
    expect(new Set(sent.map((each) => each['x-request-id']))).toEqual(new Set(['req-1']));
    expect(new Set(sent.map((each) => each['x-correlation-id']))).toEqual(new Set(['corr-1']));
    expect(new Set(sent.map(({ tracestate }) => tracestate))).toEqual(new Set(['a=b']));
    expect(new Set(parents.map(([, traceId]) => traceId))).toEqual(new Set([requestRecord().traceId]));
    expect(new Set(parents.map(([, , spanId]) => spanId)).size).toBe(3);
  });

  const attemptFailed = (events: EventHub): Promise<AttemptFailed> =>
    new Promise((resolve) => {
      events.subscribe('attempt.failed', resolve);
    });

  it.each([
    ['http://127.0.0.1:9', '127.0.0.1'],
    ['http://[::1]:9', '::1'],
  ])('tell whom they asked: %s', async (baseUrl, address) => {
    const events = createEventHub();
    const failed = attemptFailed(events);
    const client = createClient({ name: 'catalog', baseUrl, retry: false, events });

    await expect(client.get('/x?secret=1')).rejects.toThrow();

    expect(await failed).toMatchObject({ method: 'GET', address });
    await client.close();
  });

  it('wait as long as Retry-After says', async () => {
    const [clock, events] = [manualClock(), createEventHub()];
    upstream().script([{ retryAfter: 2 }, { json: 'ok' }]);
    const failed = attemptFailed(events);
    const call = clientOf({ clock, events }).get('/x');
    await failed;

    await clock.advance(2_000);

    expect((await call).journal.attempts).toMatchObject([{ waitMs: 0 }, { waitMs: 2_000 }]);
  });

  it('are not made where Retry-After does not fit the time left', async () => {
    upstream().respondWith({ retryAfter: 60 });

    await expect(clientOf().get('/x')).rejects.toMatchObject({
      retryAfterMs: 60_000,
      journal: { stopped: 'deadline' },
    });
  });

  it('are as many as the call says, of the methods and statuses that it says', async () => {
    upstream().respondWith({ status: 409 });
    const retry = { ...AT_ONCE, maxRetries: 1, methods: ['post'], statuses: [409] };

    await clientOf()
      .post('/x', { retry })
      .catch(() => undefined);

    expect(upstream().requests).toHaveLength(2);
  });

  it('follow the shouldRetry of their owner', async () => {
    upstream().respondWith({ status: 503 });
    const asked: number[] = [];
    const shouldRetry = ({ attempt }: { attempt: number }): boolean => {
      asked.push(attempt);
      return attempt < 2;
    };

    await clientOf({ retry: { ...AT_ONCE, shouldRetry } })
      .get('/x')
      .catch(() => undefined);

    expect([upstream().requests.length, asked]).toEqual([2, [1, 2]]);
  });

  it('wait for the back-off with jitter of the given source', async () => {
    const [clock, events] = [manualClock(), createEventHub()];
    upstream().script([{ status: 503 }, { json: 1 }]);
    const failed = attemptFailed(events);
    const retry = { backoff: { baseMs: 1_000 } };
    const call = clientOf({ clock, events, random: seededRandom(1), retry }).get('/x');
    const { nextWaitMs } = await failed;

    await clock.advance(1_000);

    await call;
    expect(nextWaitMs).toBe(seededRandom(1)() * 1_000);
  });
});
