import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../../src/client/index.ts';
import { fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

describe('a client whose dependency asks for quiet', () => {
  let clock: ManualClock;
  const { upstream, clientOf } = calling(() => ({ retry: false, clock }));
  const failed = (client: Client, url = '/x'): Promise<unknown> =>
    client.get(url).then(
      () => undefined,
      (error: unknown) => error,
    );

  beforeEach(() => {
    clock = manualClock();
  });

  it.each([429, 503])(
    'leaves it alone after a %d with Retry-After, until the very millisecond',
    async (status) => {
      upstream().script([{ status, retryAfter: 20 }, { json: { id: 1 } }]);
      const client = clientOf();
      await failed(client);
      await clock.advance(19_999);

      const refused = await failed(client);
      const { length } = upstream().requests;
      await clock.advance(1);

      expect([refused, length]).toMatchObject([
        {
          name: 'DependencyPausedError',
          status: 503,
          retryAfterMs: 1,
          cause: { name: 'UpstreamResponseError' },
        },
        1,
      ]);
      expect(await client.get('/x').json()).toEqual({ id: 1 });
    },
  );

  it.each([
    ['without Retry-After', { status: 429 }],
    ['of another status', { status: 500, retryAfter: 20 }],
    ['whose Retry-After is no time', { status: 429, retryAfter: 'soon' }],
  ])('asks again after an answer %s', async (_which, step) => {
    upstream().respondWith(step);
    const client = clientOf();

    for (let call = 0; call < 2; call += 1) await failed(client);

    expect(upstream().requests.length).toBe(2);
  });

  it('is not stopped for a year by a hostile Retry-After', async () => {
    upstream().script([{ status: 429, retryAfter: 31_536_000 }, { json: {} }]);
    const client = clientOf();
    await failed(client);

    await clock.advance(60_000);

    expect(await client.get('/x').json()).toEqual({});
  });

  it('says why it refuses in the journal, and counts nothing', async () => {
    upstream().respondWith({ status: 429, retryAfter: 20 });
    const client = clientOf({ retry: {} });
    await failed(client);

    const error = await failed(client);

    expect(error).toMatchObject({ journal: { attempts: [], stopped: 'paused' } });
    expect(client.breaker?.snapshot()).toMatchObject({ successes: 0, failures: 0 });
  });

  it('serves the last good answer instead', async () => {
    upstream().script([{ json: { id: 1 } }, { status: 503, retryAfter: 20 }]);
    const client = clientOf({ cache: { staleIfErrorMs: 60_000 } });
    await client.get('/x');
    await client.get('/x');

    const answer = await client.get('/x');

    expect([answer.source, answer.cache?.reason, upstream().requests.length]).toEqual(['stale', 'paused', 2]);
  });

  it('leaves each host alone for itself', async () => {
    const other = await fakeUpstream();
    upstream().respondWith({ status: 429, retryAfter: 20 });
    const client = clientOf({ allowedHosts: [new URL(other.url).host] });
    await failed(client);

    const answer = await client.get(`${other.url}/x`);

    expect([answer.status, await failed(client)]).toMatchObject([200, { name: 'DependencyPausedError' }]);
    await other.close();
  });

  it('can be told not to heed it', async () => {
    upstream().respondWith({ status: 429, retryAfter: 20 });
    const client = clientOf({ pause: false });

    for (let call = 0; call < 2; call += 1) await failed(client);

    expect(upstream().requests.length).toBe(2);
  });
});
