import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';

describe('an attempt that is given up', () => {
  let clock: ManualClock;
  let upstream: FakeUpstream;
  let client: Client | undefined;

  const clientOf = (options: Partial<ClientOptions> = {}): Client => {
    client = createClient({ name: 'catalog', baseUrl: upstream.url, clock, random: () => 0, ...options });
    return client;
  };

  /** Until nothing is on its way any more: a connection more would have come by then. */
  const settled = (): Promise<void> => clock.runUntil(Promise.resolve());

  beforeEach(async () => {
    clock = manualClock();
    upstream = await fakeUpstream({ clock });
  });

  afterEach(async () => {
    await client?.close();
    await upstream.close();
  });

  it.each([
    ['hang', 2],
    ['stall-body', 2],
    ['endless', 1],
  ] as const)('over %s costs no connection beside its own', async (step, attempts) => {
    upstream.respondWith(step);

    await clock.runUntil(clientOf({ retry: { maxRetries: 1 } }).get('/x')).catch(() => undefined);
    await settled();

    expect([upstream.requests.length, upstream.connections]).toEqual([attempts, attempts]);
  });

  it('leaves the others alone, and what comes next', async () => {
    upstream.on('/slow', { json: {}, delayMs: 5_000 });
    upstream.on('/hang', 'hang');
    const { get } = clientOf({ retry: false });
    const slow = get('/slow', { timeout: { attemptMs: 8_000 } });

    await clock.runUntil(get('/hang')).catch(() => undefined);
    const next = await clock.runUntil(get('/next'));

    expect([next.status, (await clock.runUntil(slow)).status]).toEqual([200, 200]);
    expect(upstream.connections).toBe(3);
  });

  it('hands its place on to who waits for the only connection', async () => {
    upstream.on('/hang', 'hang');
    const { get } = clientOf({ agent: { connections: 1 }, retry: false });
    const hanging = get('/hang').then(undefined, ({ code }) => code);
    await upstream.nextRequest();
    await clock.advance(1_000);

    const waiting = get('/waiting');
    const { status } = await clock.runUntil(waiting);

    expect([await hanging, status]).toEqual(['dependency-timeout', 200]);
  });
});
