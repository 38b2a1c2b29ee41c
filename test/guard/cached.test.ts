import { describe, expect, it } from '@jest/globals';
import { dataFreshness } from '../../src/cache/index.ts';
import { createEventHub, type StaleServed } from '../../src/events/index.ts';
import { cached } from '../../src/guard/index.ts';
import { seededRandom } from '../../src/testing/index.ts';
import { deferred, thrownBy } from '../resilience/support.ts';
import { scripted } from './cached-support.ts';

const down = new Error('down');

describe('a cached function', () => {
  it('is asked each time, where nothing says how long a value is fresh', async () => {
    const { run } = scripted([1, 2]);

    const values = [await run('tea'), await run('tea')];

    expect(values).toEqual([1, 2]);
  });

  it('is not asked again while its value is fresh', async () => {
    const { run, calls, clock } = scripted([1, 2], { ttlMs: 1_000 });
    await run('tea');
    await clock.advance(999);

    const { value, cache } = await run.answer('tea');

    expect([value, calls]).toEqual([1, ['tea']]);
    expect(cache).toMatchObject({ status: 'hit', ageMs: 999, staleForMs: 0, reason: undefined });
  });

  it('is asked again once its value is not fresh any more', async () => {
    const { run, clock } = scripted([1, 2], { ttlMs: 1_000 });
    await run('tea');
    await clock.advance(1_000);

    const { value, cache } = await run.answer('tea');

    expect([value, cache.status]).toEqual([2, 'miss']);
  });

  it('keeps the values of different keys apart', async () => {
    const { run, calls } = scripted([1, 2], { ttlMs: 1_000 });

    const values = [await run('tea'), await run('milk'), await run('tea')];

    expect([values, calls]).toEqual([
      [1, 2, 1],
      ['tea', 'milk'],
    ]);
  });

  it('gives its last value where it fails, and says so', async () => {
    const { run, clock } = scripted([1, down]);
    const { cache: first } = await run.answer('tea');
    await clock.advance(1_500);

    const answer = await run.answer('tea');

    expect(answer).toEqual({
      value: 1,
      cache: {
        status: 'stale',
        ageMs: 1_500,
        staleForMs: 1_500,
        reason: 'failure',
        storedAt: first.storedAt,
      },
    });
    expect([Object.isFrozen(answer), dataFreshness(answer)]).toEqual([true, 'stale']);
  });

  it('fails with its own error where there is no value yet', async () => {
    const { run } = scripted([down]);

    await expect(run('tea')).rejects.toBe(down);
  });

  it('fails with its own error once the last value is too old', async () => {
    const { run, clock } = scripted([1, down], { ttlMs: 100, staleIfErrorMs: 1_000 });
    await run('tea');
    await clock.advance(1_101);

    await expect(run('tea')).rejects.toBe(down);
  });

  it('gives the new value as soon as it works again', async () => {
    const { run } = scripted([1, down, 2]);

    const values = [await run('tea'), await run('tea'), await run('tea')];

    expect(values).toEqual([1, 1, 2]);
  });

  it('gives an old value at once while a new one is fetched, once for all', async () => {
    const { run, calls, clock } = scripted([1, 2], { ttlMs: 100, staleWhileRevalidateMs: 1_000 });
    await run('tea');
    await clock.advance(500);

    const [one, other] = await Promise.all([run.answer('tea'), run.answer('tea')]);
    await new Promise(setImmediate);
    const next = await run('tea');

    expect([one.value, one.cache.reason, other.value, next]).toEqual([1, 'revalidating', 1, 2]);
    expect(calls).toHaveLength(2);
  });

  it('is not asked again while it cools down after a failure', async () => {
    const { run, calls, clock } = scripted([1, down], { coolDownMs: 1_000, random: () => 0 });
    await run('tea');
    await run('tea');
    await clock.advance(999);

    const { cache } = await run.answer('tea');

    expect([calls.length, cache.reason]).toEqual([2, 'failure']);
  });

  it('may be asked before the time of its value is up', async () => {
    const slow = async () => {
      await clock.advance(100);
      return 1;
    };
    const options = { ttlMs: 1_000, earlyRefresh: 1_000, random: seededRandom(1), timeoutMs: false as const };
    const { run, calls, clock } = scripted([slow, 2], options);
    await run('tea');

    const { value, cache } = await run.answer('tea');

    expect([value, cache.status, calls.length]).toEqual([1, 'hit', 2]);
  });

  it.each([undefined, null, false, 0, ''])('keeps %s as any value', async (nothing) => {
    const { run, calls } = scripted([nothing, 1], { ttlMs: 1_000 });

    const values = [await run('tea'), await run('tea')];

    expect([values, calls.length]).toEqual([[nothing, nothing], 1]);
  });

  it('may answer at once, without a promise', async () => {
    const run = cached((sku: string) => sku.length, { key: (sku) => sku });

    expect(await run('tea')).toBe(3);
  });

  it('asks once for all that come at once', async () => {
    const answer = deferred<string>();
    const { run, calls } = scripted([() => answer.promise]);
    const many = Array.from({ length: 200 }, () => run('tea'));
    await new Promise(setImmediate);

    answer.resolve('fresh');

    expect(new Set(await Promise.all(many))).toEqual(new Set(['fresh']));
    expect(calls).toHaveLength(1);
  });

  it('hands each who waited an error of its own', async () => {
    const answer = deferred<string>();
    const { run } = scripted([() => answer.promise]);
    const ends = [run('tea'), run('tea')].map((each) => each.catch((error: unknown) => error));
    await new Promise(setImmediate);

    answer.reject(down);

    const [first, second] = await Promise.all(ends);
    expect([first, second]).toMatchObject([{ message: 'down' }, { message: 'down' }]);
    expect(first).not.toBe(second);
  });

  it('keeps no failure', async () => {
    const { run } = scripted([down, 1]);
    await run('tea').catch(() => undefined);

    expect(await run('tea')).toBe(1);
  });

  it('tells of the stale values it serves, without their keys', async () => {
    const events = createEventHub();
    const served: StaleServed[] = [];
    events.subscribe('stale.served', (event) => served.push(event));
    const { run } = scripted([1, down], { events });
    await run('secret');

    await run('secret');

    expect(served).toEqual([{ dependency: 'stock', call: 'stock', ageMs: 0, reason: 'failure' }]);
  });

  it('shows no key to whoever prints the answer', async () => {
    const { run } = scripted([1], { ttlMs: 1_000 });

    const { cache } = await run.answer('secret');

    expect(JSON.stringify(cache)).not.toContain('key');
    expect(cache.key).toMatch(/^f:[\w-]{43}$/);
  });

  it('is stopped when its time is up', async () => {
    const { run, clock } = scripted([1, () => new Promise(() => undefined)], { timeoutMs: 100 });
    await run('tea');
    const late = run.answer('tea');

    await clock.advance(100);

    expect((await late).cache.reason).toBe('timeout');
  });

  it('does not let a refresh that hangs stand in the way for ever', async () => {
    const options = { ttlMs: 100, staleWhileRevalidateMs: 1_000, timeoutMs: 5_000 };
    const { run, clock } = scripted([1, () => new Promise(() => undefined), 2], options);
    await run('tea');
    await clock.advance(500);
    await run('tea');

    await clock.advance(5_000);

    expect(await run('tea')).toBe(2);
  });
});

describe('what is purged of a cached function', () => {
  it('is the value of the arguments, and no other', async () => {
    const { run } = scripted([1, 2, 3], { ttlMs: 1_000 });
    await run('tea');
    await run('milk');

    await run.purge('tea');

    expect([await run('tea'), await run('milk')]).toEqual([3, 2]);
  });

  it('is the value of no arguments where there are none', async () => {
    let calls = 0;
    const run = cached(() => ++calls, { key: () => 'all', ttlMs: 1_000 });
    await run();

    await run.purge();

    expect(await run()).toBe(2);
  });

  it('is every value where that is asked for', async () => {
    const { run } = scripted([1, 2, 3, 4], { ttlMs: 1_000 });
    await run('tea');
    await run('milk');

    await run.purgeAll();

    expect([await run('tea'), await run('milk')]).toEqual([3, 4]);
  });

  it.each(['purge', 'purgeAll'] as const)(
    'does not come back with a call that was under way: %s',
    async (how) => {
      const old = deferred<string>();
      const { run } = scripted([() => old.promise, 'new'], { ttlMs: 1_000 });
      const before = run('tea');
      await new Promise(setImmediate);

      await run[how]('tea');
      const after = run('tea');
      old.resolve('old');

      expect([await before, await after, await run('tea')]).toEqual(['old', 'new', 'new']);
    },
  );

  it('does not stand in for a failure any more', async () => {
    const { run } = scripted([1, down]);
    await run('tea');
    await run.purge('tea');

    await expect(run('tea')).rejects.toBe(down);
  });
});

describe('cached()', () => {
  it.each([
    [
      'no function',
      [undefined, { key: String }],
      'TypeError',
      'cached: the first argument must be a function',
    ],
    ['no options', [String], 'TypeError', 'cached: option "key" must be a function, but was undefined'],
    ['an unknown option', [String, { key: String, ttl: 1 }], 'TypeError', 'cached: unknown option "ttl"'],
    [
      'a time that is none',
      [String, { key: String, timeoutMs: 0 }],
      'RangeError',
      'cached: option "timeoutMs" must be false or a number of milliseconds',
    ],
    [
      'a store and no name',
      [String, { key: String, store: new Map() }],
      'TypeError',
      'cached: option "name" must be a text that is not empty where there is a store, but was undefined',
    ],
  ])('refuses %s', (_what, args, name, message) => {
    const [gotName, gotMessage] = thrownBy(() => Reflect.apply(cached, undefined, args));

    expect(gotName).toBe(name);
    expect(gotMessage).toContain(message);
  });

  it.each([undefined, '', 7, null, ['tea']])('rejects a call whose key is %j', async (key) => {
    const { run, calls } = scripted([1], { key: () => key as string });

    await expect(run('tea')).rejects.toThrow(TypeError);

    expect(calls).toEqual([]);
  });

  it('rejects a call with what its key threw', async () => {
    const { run } = scripted([1], {
      key: () => {
        throw down;
      },
    });

    await expect(run('tea')).rejects.toBe(down);
  });
});
