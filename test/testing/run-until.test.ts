import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { sleep } from '../../src/resilience/sleep.ts';
import {
  dnsFailureUrl,
  type FakeUpstream,
  fakeUpstream,
  type ManualClock,
  manualClock,
} from '../../src/testing/index.ts';

describe('runUntil', () => {
  let clock: ManualClock;

  beforeEach(() => {
    clock = manualClock();
  });

  it('moves from timer to timer until a promise resolves, and gives what it resolves to', async () => {
    const work = (async () => {
      await sleep(10, { clock });
      await sleep(5, { clock });
      return 'done';
    })();

    expect([await clock.runUntil(work), clock.now()]).toEqual(['done', 15]);
  });

  it('rejects as the promise does', async () => {
    const error = new Error('the bug');
    const work = sleep(10, { clock }).then(() => Promise.reject(error));

    await expect(clock.runUntil(work)).rejects.toBe(error);
  });

  it('leaves alone what is due later', async () => {
    let fired = 0;
    clock.setTimer(() => {
      fired += 1;
    }, 11);

    await clock.runUntil(sleep(10, { clock }));

    expect([fired, clock.now(), clock.pendingTimers]).toEqual([0, 10, 1]);
  });

  it('does not move for a promise that is settled', async () => {
    clock.setTimer(() => undefined, 10);

    await clock.runUntil(Promise.resolve());

    expect(clock.now()).toBe(0);
  });

  it('takes a thenable that is no promise', async () => {
    // biome-ignore lint/suspicious/noThenProperty: calls of a client are such.
    const thenable = { then: Promise.prototype.then.bind(sleep(10, { clock }).then(() => 'late')) };

    expect(await clock.runUntil(thenable)).toBe('late');
  });

  it('waits for a timer where there is none', async () => {
    let start = (): void => undefined;
    const started = new Promise<void>((resolve) => {
      start = resolve;
    });
    const done = clock.runUntil(started.then(() => sleep(10, { clock })));

    start();
    await done;

    expect(clock.now()).toBe(10);
  });

  describe('with a client', () => {
    let upstream: FakeUpstream;
    let client: Client | undefined;

    const clientOf = (options: Partial<ClientOptions> = {}): Client => {
      client = createClient({ name: 'catalog', baseUrl: upstream.url, clock, random: () => 0, ...options });
      return client;
    };

    beforeEach(async () => {
      upstream = await fakeUpstream({ clock });
    });

    afterEach(async () => {
      await client?.close();
      await upstream.close();
    });

    it('takes no time for an answer that is there at once, however large it is', async () => {
      upstream.respondWith({ body: 'x'.repeat(9 * 1024 * 1024) });

      const text = await clock.runUntil(clientOf().get('/x').text());

      expect([text.length, clock.now()]).toEqual([9 * 1024 * 1024, 0]);
    });

    it('takes the waits of its retries', async () => {
      upstream.script([503, 'reset', { json: { id: 1 } }]);
      const retry = { backoff: { baseMs: 1_000, jitter: 'none' } } as const;

      const body = await clock.runUntil(clientOf({ retry }).get('/x').json());

      expect([body, clock.now()]).toEqual([{ id: 1 }, 3_000]);
    });

    it('takes the limit of an attempt that nobody answers', async () => {
      upstream.respondWith('hang');

      const call = clock.runUntil(clientOf({ retry: false }).get('/x'));

      await expect(call).rejects.toMatchObject({ scope: 'attempt' });
      expect(clock.now()).toBe(3_000);
    });

    it('takes the time of an answer in pieces', async () => {
      upstream.respondWith({ json: { id: 1 }, delayMs: 100, bodyDelayMs: 100, chunkBytes: 2, everyMs: 50 });

      await clock.runUntil(clientOf().get('/x').json());

      expect(clock.now()).toBe(350);
    });

    it('takes the longest wait in the queue of a bulkhead', async () => {
      upstream.respondWith('hang');
      const { get } = clientOf({ bulkhead: { maxConcurrent: 1, maxQueueMs: 500 }, retry: false });
      const first = get('/x').then(undefined, () => undefined);

      const call = clock.runUntil(get('/x'));

      await expect(call).rejects.toMatchObject({ code: 'bulkhead-full' });
      expect(clock.now()).toBe(500);
      await clock.runUntil(first);
    });

    it('takes the time until a circuit is tried again', async () => {
      upstream.script([503, 503, 200]);
      const breaker = { minimumCalls: 2, openMs: 5_000, halfOpenCalls: 1 };
      const retry = { maxRetries: 1, backoff: { baseMs: 0 } };
      const { get, breaker: circuit } = clientOf({ breaker, retry });
      await clock.runUntil(get('/x')).catch(() => undefined);

      await clock.advance(circuit?.snapshot().retryAfterMs ?? 0);
      const { status } = await clock.runUntil(get('/x'));

      expect([status, circuit?.snapshot().state, clock.now()]).toEqual([200, 'closed', 5_000]);
    });

    it('waits for names that are being looked up', async () => {
      const call = clock.runUntil(clientOf({ baseUrl: dnsFailureUrl(), retry: false }).get('/x'));

      await expect(call).rejects.toMatchObject({ reason: 'dns' });
      expect(clock.now()).toBe(0);
    });
  });
});
