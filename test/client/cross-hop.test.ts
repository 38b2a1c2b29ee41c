import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { requestContext, runWithContext } from '../../src/context/index.ts';
import { protect } from '../../src/guard/index.ts';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';
import { type Served, serve } from '../support/sockets.ts';

const AT_ONCE = { backoff: { baseMs: 0 } } as const;

describe('retries while serving a retry', () => {
  let upstream: FakeUpstream;
  const open: Client[] = [];

  const clientOf = (change: Partial<ClientOptions> = {}): Client => {
    const client = createClient({ name: 'catalog', baseUrl: upstream.url, retry: AT_ONCE, ...change });
    open.push(client);
    return client;
  };
  const failWhile = (record: object, call: () => Promise<unknown>): Promise<unknown> =>
    runWithContext(requestRecord(record), () => call().catch((error: unknown) => error));

  beforeEach(async () => {
    upstream = await fakeUpstream();
    upstream.respondWith({ status: 503 });
  });

  afterEach(async () => {
    await upstream.close();
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  it('are not made by a client, and the journal says why', async () => {
    const error = await failWhile({ retryAttempt: 1 }, () => clientOf().get('/x'));

    expect(upstream.requests).toHaveLength(1);
    expect(error).toMatchObject({
      upstreamStatus: 503,
      journal: { attempts: [{ number: 1, status: 503 }], stopped: 'caller-retries' },
    });
  });

  it('are made while serving a first attempt', async () => {
    await failWhile({ retryAttempt: undefined }, () => clientOf().get('/x'));

    expect(upstream.requests).toHaveLength(3);
  });

  it.each<[string, ClientOptions['retry'], ClientOptions['retry']]>([
    ['a client', { ...AT_ONCE, crossHopGuard: false }, undefined],
    ['a call', AT_ONCE, { crossHopGuard: false }],
  ])('are made where the guard of %s is off', async (_what, retry, ofCall) => {
    await failWhile({ retryAttempt: 1 }, () => clientOf({ retry }).get('/x', { retry: ofCall }));

    expect(upstream.requests).toHaveLength(3);
  });

  it('are not made by a protected function', async () => {
    let calls = 0;
    const fail = (): never => {
      calls += 1;
      throw new Error('down');
    };
    const guarded = protect(fail, { name: 'db', retry: AT_ONCE });
    const unguarded = protect(fail, { name: 'db', retry: { ...AT_ONCE, crossHopGuard: false } });

    const error = await failWhile({ retryAttempt: 2 }, guarded);
    const once = calls;
    await failWhile({ retryAttempt: 2 }, unguarded);

    expect([once, calls]).toEqual([1, 4]);
    expect(error).toHaveProperty('message', 'down');
  });

  describe('between two services in a row', () => {
    let middle: Served;

    /** A service that asks `upstream` through a client of its own for each request. */
    const serviceOf = async (retry: ClientOptions['retry']): Promise<void> => {
      const client = clientOf({ retry });
      const context = requestContext();
      middle = await serve((req, res) =>
        context(req, res, () => {
          const end = (status: number) => res.writeHead(status).end();
          client.get('/x').then(
            () => end(200),
            () => end(503),
          );
        }),
      );
    };

    afterEach(() => middle.close());

    it.each([
      ['add up: 3 for the first attempt, 1 for each retry', true, 5],
      ['multiply without the guard', false, 9],
    ])('%s', async (_what, crossHopGuard, requests) => {
      await serviceOf({ ...AT_ONCE, crossHopGuard });

      await clientOf({ baseUrl: middle.url })
        .get('/')
        .catch(() => undefined);

      expect(upstream.requests).toHaveLength(requests);
    });
  });
});
