// #region readme
import { createClient } from 'express-breakwater';
import { fakeUpstream, manualClock } from 'express-breakwater/testing';

/** Two failures, then an answer: a retry policy tried on a real socket, without waiting its 1 000 and 2 000 ms. */
export const retryStory = async () => {
  const clock = manualClock();
  const upstream = await fakeUpstream();
  upstream.script([503, 'reset', { json: { id: 'tea' } }]);
  const client = createClient({
    name: 'catalog',
    baseUrl: upstream.url,
    clock,
    retry: { maxRetries: 2, backoff: { baseMs: 1_000, jitter: 'none' } },
  });

  const product = await clock.runUntil(client.get('/products/tea').json());

  await client.close();
  await upstream.close();
  return { product, attempts: upstream.requests.length, waitedMs: clock.now() };
};
// #endregion readme
