// #region readme
import { createClient } from 'express-breakwater';
import { fakeUpstream, manualClock } from 'express-breakwater/testing';

/** What has happened by the time a client waits before its second attempt. */
export const halfTime = async () => {
  const clock = manualClock();
  const upstream = await fakeUpstream();
  upstream.script([503, { json: { id: 'tea' } }]);
  const client = createClient({
    name: 'catalog',
    baseUrl: upstream.url,
    clock,
    retry: { backoff: { baseMs: 1_000, jitter: 'none' } },
  });

  const call = client.get('/products/tea').json();
  await upstream.nextRequest();
  await clock.waitForTimer({ withinMs: 1_000 }); // the first attempt was answered 503, the client waits
  const meanwhile = {
    failures: client.breaker?.snapshot().failures,
    underWay: client.bulkhead?.snapshot().active,
  };
  await clock.advance(1_000);
  await call;

  await client.close();
  await upstream.close();
  return meanwhile;
};
// #endregion readme
