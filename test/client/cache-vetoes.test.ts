import { describe, expect, it } from '@jest/globals';
import { cachedCalling, lasting } from './cached-clients.ts';

const VETOES = [
  'no-store',
  'no-cache',
  'max-age=0, must-revalidate',
  'max-age=0, stale-if-error=600, must-revalidate',
];
const SHARED_VETOES = ['private', 's-maxage=0', 'max-age=0, proxy-revalidate', 'private="set-cookie"'];
const MALFORMED = ['max-age=0, private=', 'no-store;', 'max-age = 0'];

describe('a veto of the origin', () => {
  const { upstream, clientOf } = cachedCalling();
  const credentials = { headers: { authorization: 'Bearer a' } };

  it.each([...VETOES, ...SHARED_VETOES, ...MALFORMED])(
    'wins over the window of the operator: %s',
    async (cacheControl) => {
      upstream().script([lasting(1, cacheControl), { status: 503 }]);
      const client = clientOf({ cache: { staleIfErrorMs: 600_000 } });
      await client.get('/x');

      const again = client.get('/x');

      await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
    },
  );

  it.each(VETOES)('wins where somebody has a cache alone, too: %s', async (cacheControl) => {
    upstream().script([lasting(1, cacheControl), { status: 503 }]);
    const client = clientOf();
    await client.get('/x', credentials);

    const again = client.get('/x', credentials);

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it.each(SHARED_VETOES)(
    'that is for shared caches says nothing to one of one user: %s',
    async (cacheControl) => {
      upstream().script([lasting(1, cacheControl), { status: 503 }]);
      const client = clientOf();
      await client.get('/x', credentials);

      const answer = await client.get('/x', credentials);

      expect(answer.source).toBe('stale');
    },
  );

  it.each(SHARED_VETOES)('that is for shared caches wins in the mode shared: %s', async (cacheControl) => {
    upstream().script([lasting(1, cacheControl), { status: 503 }]);
    const client = clientOf({ cache: { mode: 'shared' } });
    await client.get('/x');

    const again = client.get('/x');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('wins over a request that would take something stale', async () => {
    upstream().script([lasting(1, 'max-age=0, must-revalidate'), { status: 503 }]);
    const client = clientOf();
    await client.get('/x');

    const again = client.get('/x', { headers: { 'cache-control': 'max-stale, stale-if-error=600' } });

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });
});
