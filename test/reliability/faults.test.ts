import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { type Client, createClient } from '../../src/client/index.ts';
import {
  blackhole,
  dnsFailureUrl,
  type ManualClock,
  manualClock,
  refusedUrl,
} from '../../src/testing/index.ts';
import { FAULTS, type Made, timedOut, unconnected } from './fault-table.ts';
import { AT_ONCE, failureOf, scene } from './support.ts';

const options = {
  timeout: { totalMs: 10_000, attemptMs: 300, connectMs: 200 },
  retry: { maxRetries: 1, backoff: AT_ONCE, throttleBackoff: AT_ONCE },
};
const countsOf = ({ attempts, outcome }: Made) => ({
  failures: outcome === 'failure' ? attempts : 0,
  successes: outcome === 'success' ? attempts : 0,
});

const expectMade = async (client: Client, clock: ManualClock, made: Made): Promise<void> => {
  const { signal } = new AbortController();
  const [name, code, ownStatus, reason] = made.error;
  const startedAt = clock.now();

  const error = await clock.runUntil(failureOf(client.get('/x', { signal }).json()));

  expect(error).toMatchObject({ name, code, status: ownStatus, reason, dependency: 'catalog' });
  expect(error).toHaveProperty('journal.attempts.length', made.attempts);
  expect(client.breaker?.snapshot()).toMatchObject(countsOf(made));
  expect(clock.now() - startedAt).toBe(made.tookMs);
  expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
};

describe.each(FAULTS)('a dependency that does %j', (step, made, connection) => {
  it(`becomes ${made.error.join(' ')} after ${made.attempts} attempts and leaves nothing behind`, async () => {
    const { client, clock, upstream, close } = await scene(options);
    upstream.respondWith(step);

    await expectMade(client, clock, made);

    expect(upstream.requests).toHaveLength(made.attempts);
    await close();
  });

  it(`has its connection ${connection}`, async () => {
    const { client, clock, upstream, close } = await scene({ ...options, retry: false, pause: false });
    upstream.respondWith(step);
    await clock.runUntil(failureOf(client.get('/x').json()));
    upstream.respondWith(200);

    if (connection === 'closed') await upstream.connectionClosed();
    await clock.runUntil(client.get('/y'));

    expect(upstream.connections === 1).toBe(connection === 'reused');
    await close();
  });
});

describe('an address', () => {
  const clientOf = (baseUrl: string, clock: ManualClock): Client =>
    createClient({ name: 'catalog', baseUrl, clock, ...options });

  it('that refuses connections is a connection failure', async () => {
    const clock = manualClock();
    const client = clientOf(await refusedUrl(), clock);

    await expectMade(client, clock, unconnected('connection-refused'));

    await client.close();
  });

  it('whose name does not resolve is a connection failure', async () => {
    const clock = manualClock();
    const client = clientOf(dnsFailureUrl(), clock);

    await expectMade(client, clock, unconnected('dns'));

    await client.close();
  });

  it('that never connects is a timeout of its own', async () => {
    const clock = manualClock();
    const hole = await blackhole();
    const client = clientOf(hole.url, clock);

    await expectMade(client, clock, timedOut('connect', 400));

    await client.close();
    await hole.close();
  });
});
