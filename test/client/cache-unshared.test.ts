import { describe, expect, it } from '@jest/globals';
import { answerOf } from '../../src/client/index.ts';
import { cachedCalling, lasting } from './cached-clients.ts';

const SLOW_MS = 1_000;
const OPTIONS = { throwOnStatus: false, retry: false } as const;

describe('an answer for one caller alone', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  /** Answers with a cookie for each. */
  const answerEach = (headers: Readonly<Record<string, string>>, status = 200): void => {
    let count = 0;
    upstream().respondWith(() => {
      count += 1;
      return {
        status,
        json: count,
        headers: { ...headers, 'set-cookie': `session=${count}` },
        delayMs: SLOW_MS,
      };
    });
  };

  /** Has so many requests come, and all of them answered. */
  const answer = async (...counts: readonly number[]): Promise<void> => {
    for (const count of counts) {
      for (let seen = 0; seen < count; seen += 1) await upstream().nextRequest();
      await clock().advance(SLOW_MS);
    }
  };

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['that must not be stored', { 'cache-control': 'no-store' }, 200],
    ['that is private', { 'cache-control': 'private, max-age=60' }, 200],
    ['that varies by anything', { vary: '*' }, 200],
    ['that sets a cookie', {}, 200],
    ['that sets a cookie, and is refused', {}, 404],
  ])('%s is for none who joined: each asks for itself', async (_what, headers, status) => {
    answerEach(headers, status);
    const client = clientOf();
    const calls = [1, 2, 3].map(() => client.get('/x', OPTIONS));

    await answer(1, 2);

    const answers = await Promise.all(calls);
    const cookies = answers.map((each) => each.headers.get('set-cookie')).sort();
    expect(cookies).toEqual(['session=1', 'session=2', 'session=3']);
    expect(answers.every((each) => !each.headers.get('cache-status')?.includes('collapsed'))).toBe(true);
    expect(upstream().requests).toHaveLength(3);
  });

  it('behind an error is for none who joined either', async () => {
    let count = 0;
    upstream().respondWith(() => {
      count += 1;
      return {
        body: `page ${count}`,
        headers: { 'content-type': 'text/html', 'cache-control': 'no-store' },
        delayMs: SLOW_MS,
      };
    });
    const client = clientOf({ retry: false });
    const calls = [1, 2].map(() =>
      client
        .get('/x')
        .json()
        .catch((error: unknown) => answerOf(error)?.text()),
    );

    await answer(1, 1);

    expect((await Promise.all(calls)).sort()).toEqual(['page 1', 'page 2']);
  });

  it('has whoever asks there next ask at once, each for itself', async () => {
    answerEach({ 'cache-control': 'no-store' });
    const client = clientOf();
    const first = client.get('/x');
    await answer(1);
    await first;
    const calls = [1, 2, 3].map(() => client.get('/x').json());

    await answer(3);

    expect((await Promise.all(calls)).sort()).toEqual([2, 3, 4]);
  });

  it('is remembered until one comes that may be shared: that is kept, and shared again from then on', async () => {
    upstream().script([
      { ...lasting(1, 'no-store'), delayMs: SLOW_MS },
      { ...lasting(2, 'max-age=0'), delayMs: SLOW_MS },
      { ...lasting(3), delayMs: SLOW_MS },
    ]);
    const client = clientOf();
    const one = client.get('/x').json();
    await answer(1);
    const two = client.get('/x');
    await answer(1);
    const three = [client.get('/x').json(), client.get('/x').json()];

    await answer(1);

    expect([await one, (await two).cache?.storedAt !== undefined, await Promise.all(three)]).toEqual([
      1,
      true,
      [3, 3],
    ]);
  });

  it('is none that says how the dependency fares: that is heard by all, without its cookie', async () => {
    answerEach({ 'cache-control': 'no-store' }, 503);
    const client = clientOf();
    const calls = [1, 2].map(() => client.get('/x').catch((error: unknown) => answerOf(error)));

    await answer(1);

    const cookies = (await Promise.all(calls)).map((each) => each?.headers.get('set-cookie'));
    expect([cookies, upstream().requests.length]).toEqual([['session=1', null], 1]);
  });

  it('is one that a redirect led to: on the way there may have been vetoes', async () => {
    upstream().on('/a', { status: 302, headers: { location: '/b' } });
    upstream().on('/b', { ...lasting(1), delayMs: SLOW_MS });
    const client = clientOf();
    const calls = [client.get('/a').json(), client.get('/a').json()];
    await upstream().nextRequest();

    await answer(1, 2);

    expect([await Promise.all(calls), upstream().requests.length]).toEqual([[1, 1], 4]);
  });
});
