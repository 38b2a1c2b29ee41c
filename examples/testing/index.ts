// #region readme
import { createClient } from 'express-breakwater';
import { fakeUpstream, manualClock } from 'express-breakwater/testing';

/** Two failures, then an answer: a retry policy tried on a real socket, without waiting for it. */
export const retryStory = async () => {
  const clock = manualClock();
  const upstream = await fakeUpstream();
  upstream.script([{ status: 503 }, 'reset', { json: { id: 'tea' } }]);
  const client = createClient({
    name: 'catalog',
    baseUrl: upstream.url,
    clock,
    retry: { maxRetries: 2, backoff: { baseMs: 1_000, jitter: 'none' } },
  });

  const call = client.get('/products/tea').json();
  await upstream.nextRequest();
  await clock.waitForTimer({ withinMs: 1_000 }); // the first attempt was answered 503, the client waits
  await clock.advance(1_000);
  await upstream.nextRequest();
  await clock.waitForTimer({ withinMs: 2_000 }); // the second was reset
  await clock.advance(2_000);
  const product = await call;

  await client.close();
  await upstream.close();
  return { product, attempts: upstream.requests.length, waitedMs: clock.now() };
};
// #endregion readme
