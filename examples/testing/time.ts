// #region readme
import { type ClientOptions, createClient } from 'express-breakwater';
import { failing, fakeUpstream, manualClock, seededRandom } from 'express-breakwater/testing';

/** A dependency, its client, and the clock of both: nothing here takes the time of the machine. */
const setUp = async (options: Partial<ClientOptions> = {}) => {
  const clock = manualClock();
  const upstream = await fakeUpstream({ clock });
  const client = createClient({
    name: 'catalog',
    baseUrl: upstream.url,
    clock,
    random: seededRandom(1),
    timeout: { totalMs: 60_000, attemptMs: 3_000 },
    retry: { maxRetries: 3, backoff: { baseMs: 1_000, jitter: 'none' } },
    breaker: { minimumCalls: 4, openMs: 5_000, halfOpenCalls: 1 },
    bulkhead: { maxConcurrent: 1, maxQueueMs: 500 },
    ...options,
  });
  const close = async () => {
    await client.close();
    await upstream.close();
  };
  return { clock, upstream, client, close };
};

/** Three failures, then an answer: how long does a caller wait? */
export const waitsOfRetries = async () => {
  const { clock, upstream, client, close } = await setUp();
  upstream.script([503, 'reset', 503, { json: { id: 'tea' } }]);

  const answer = await clock.runUntil(client.get('/products/tea'));

  await close();
  return { waits: answer.journal.attempts.map(({ waitMs }) => waitMs), tookMs: clock.now() };
};

/** Nobody answers: when is the caller told, and what does the circuit make of it? */
export const limitOfAnAttempt = async () => {
  const { clock, upstream, client, close } = await setUp();
  upstream.respondWith('hang');

  const error = await clock.runUntil(client.post('/orders', { json: {} })).catch((thrown) => thrown);

  await close();
  return { status: error.status, tookMs: clock.now(), failures: client.breaker?.snapshot().failures };
};

/** Four failures open the circuit: when is the dependency asked again? */
export const circuitOpensAndCloses = async () => {
  const { clock, upstream, client, close } = await setUp();
  upstream.script([503, 503, 503, 503, 200]);
  const states = [];

  await clock.runUntil(client.get('/products')).catch(() => undefined);
  states.push(client.breaker?.snapshot().state);
  await clock.advance(client.breaker?.snapshot().retryAfterMs ?? 0);
  await clock.runUntil(client.get('/products'));
  states.push(client.breaker?.snapshot().state);

  await close();
  return { states, asked: upstream.requests.length };
};

/** One call holds the only slot: how long does the next one queue? */
export const waitInTheQueue = async () => {
  const { clock, upstream, client, close } = await setUp();
  upstream.respondWith({ json: {}, delayMs: 2_000 });

  const slow = client.get('/products').json();
  const queued = await clock.runUntil(client.get('/products')).catch((thrown) => thrown);
  const refusedAt = clock.now();
  await clock.runUntil(slow);

  await close();
  return { code: queued.code, refusedAt, answeredAt: clock.now(), atOnce: upstream.maxInFlight };
};

/** Three requests in ten fail, always the same ones: how many attempts do a hundred calls cost, and how many fail yet? */
export const costOfFailures = async () => {
  const { clock, upstream, client, close } = await setUp({ breaker: false });
  upstream.respondWith(failing({ ratio: 0.3, seed: 7, with: 'reset', otherwise: { json: {} } }));

  let failed = 0;
  for (let calls = 0; calls < 100; calls += 1) {
    await clock.runUntil(client.get('/products')).catch(() => {
      failed += 1;
    });
  }

  await close();
  return { attempts: upstream.requests.length, failed };
};
// #endregion readme
