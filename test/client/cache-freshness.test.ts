import { describe, expect, it } from '@jest/globals';
import { cachedCalling, lasting } from './cached-clients.ts';

describe('an answer that is kept', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  it('is served without asking for as long as it is fresh', async () => {
    upstream().respondWith(lasting({ id: 1 }));
    const client = clientOf();
    await client.get('/x');
    await clock().advance(59_000);

    const answer = await client.get('/x');

    expect([answer.source, answer.cache?.status, answer.cache?.ageMs]).toEqual(['cache', 'hit', 59_000]);
    expect([await answer.json(), upstream().requests.length]).toEqual([{ id: 1 }, 1]);
  });

  it('is asked for again when it is no longer fresh', async () => {
    upstream().script([lasting(1), lasting(2)]);
    const client = clientOf();
    await client.get('/x');
    await clock().advance(60_000);

    const answer = await client.get('/x');

    expect([answer.cache?.status, await answer.json()]).toEqual(['miss', 2]);
  });

  it('is fresh for ttlMs where the origin says nothing', async () => {
    const client = clientOf({ cache: { ttlMs: 500 } });
    await client.get('/x');
    await clock().advance(499);

    const early = await client.get('/x');
    await clock().advance(1);
    const late = await client.get('/x');

    expect([early.cache?.status, late.cache?.status]).toEqual(['hit', 'miss']);
  });

  it('is asked for each time where nobody says how long it is fresh', async () => {
    const client = clientOf();

    const answers = [await client.get('/x'), await client.get('/x')];

    expect(answers.map(({ cache }) => cache?.status)).toEqual(['miss', 'miss']);
  });

  it('is asked for though it is fresh where the request says no-cache', async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x', { headers: { 'cache-control': 'no-cache' } });

    expect(answer.cache?.status).toBe('miss');
  });

  it('is for those alone who ask with the headers that it varies by', async () => {
    upstream().respondWith(({ headers }) =>
      lasting(headers['accept-language'], 'max-age=60', { vary: 'accept-language' }),
    );
    const client = clientOf();
    const ask = (language: string) =>
      client.get('/x', { headers: { 'accept-language': language } }).json<string>();

    const said = [await ask('de'), await ask('fr'), await ask('de'), await ask('fr')];

    expect([said, upstream().requests.length]).toEqual([['de', 'fr', 'de', 'fr'], 2]);
  });
});

describe('an answer that can be confirmed', () => {
  const { upstream, clientOf, clock } = cachedCalling();
  const validators = { etag: '"a"', 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' };

  it('is asked for on the condition that it changed', async () => {
    upstream().script([lasting(1, 'max-age=0', validators), { status: 304 }]);
    const client = clientOf();
    await client.get('/x');

    await client.get('/x');

    expect(upstream().requests[1]?.headers).toMatchObject({
      'if-none-match': '"a"',
      'if-modified-since': 'Sun, 06 Nov 1994 08:49:37 GMT',
    });
  });

  it('is asked for plainly where it has nothing to be confirmed by', async () => {
    upstream().respondWith(lasting(1, 'max-age=0'));
    const client = clientOf();
    await client.get('/x');

    await client.get('/x');

    expect(upstream().requests[1]?.headers).not.toHaveProperty('if-none-match');
  });

  it('is the answer where it did not change, and says so', async () => {
    upstream().script([lasting({ id: 1 }, 'max-age=0', validators), { status: 304 }]);
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x');

    expect([answer.status, answer.source, answer.cache?.status]).toEqual([200, 'cache', 'revalidated']);
    expect(await answer.json()).toEqual({ id: 1 });
  });

  it('is given to whoever asks for JSON: a 304 is no failure of the attempt', async () => {
    upstream().script([lasting({ id: 1 }, 'max-age=0', validators), { status: 304 }]);
    const client = clientOf({ breaker: {} });
    await client.get('/x').json();

    const body = await client.get('/x').json();

    expect([body, client.breaker?.snapshot()]).toMatchObject([{ id: 1 }, { successes: 2, failures: 0 }]);
  });

  it('is as fresh as the confirmation says', async () => {
    upstream().script([
      lasting(1, 'max-age=0', validators),
      { status: 304, headers: { 'cache-control': 'max-age=60' } },
    ]);
    const client = clientOf();
    await client.get('/x');
    await client.get('/x');
    await clock().advance(59_000);

    const answer = await client.get('/x');

    expect([answer.cache?.status, upstream().requests.length]).toEqual(['hit', 2]);
  });

  it('gives way to the one that came instead', async () => {
    upstream().script([
      lasting(1, 'max-age=0', validators),
      lasting(2, 'max-age=60', { etag: '"b"' }),
      { status: 500 },
    ]);
    const client = clientOf();
    await client.get('/x');
    await client.get('/x');

    const answer = await client.get('/x');

    expect([answer.cache?.status, await answer.json()]).toEqual(['hit', 2]);
  });

  it('is what several get who asked at once', async () => {
    upstream().script([lasting(1, 'max-age=0', validators), { status: 304, delayMs: 1_000 }]);
    const client = clientOf();
    await client.get('/x');
    await upstream().nextRequest();
    const calls = [client.get('/x').json(), client.get('/x').json()];
    await upstream().nextRequest();

    await clock().advance(1_000);

    expect([await Promise.all(calls), upstream().requests.length]).toEqual([[1, 1], 2]);
  });
});
