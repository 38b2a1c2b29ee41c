// #region readme
import { createClient, isUpstreamError } from 'express-breakwater';
import { fakeUpstream, manualClock, seededRandom } from 'express-breakwater/testing';

/** Two failures, then an answer: how often is the dependency asked, and how long does the client wait in between? */
export const retryStory = async () => {
  const clock = manualClock();
  const upstream = await fakeUpstream();
  upstream.script([{ status: 503 }, 'reset', { status: 200, json: { id: 'tea' } }]);
  const client = createClient({
    name: 'catalog',
    baseUrl: upstream.url,
    retry: { maxRetries: 2, backoff: { baseMs: 1_000, jitter: 'none' } },
    timeout: false,
    clock,
    random: seededRandom(1),
  });

  const call = client.get('/products/tea');
  await upstream.nextRequest();
  // … see test/examples/testing.test.ts
  return { call, clock, upstream, client, isUpstreamError };
};
// #endregion readme
