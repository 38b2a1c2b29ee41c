import { describe, expect, it } from '@jest/globals';
import { type CacheStore, memoryStore } from '../../src/cache/index.ts';
import { ForbiddenError, NotFoundError } from '../../src/errors/index.ts';
import { scripted } from './cached-support.ts';

const down = new Error('down');
const denied = new ForbiddenError('It is not for you');
const gone = new NotFoundError('There is no such thing');

/** A store that forgets nothing while it is broken; reading works. */
const stubborn = () => {
  const memory = memoryStore();
  const state = { isBroken: false };
  const refuse = async (): Promise<void> => {
    throw new Error('the store is read-only');
  };
  const store: CacheStore = {
    ...memory,
    delete: (key) => (state.isBroken ? refuse() : memory.delete(key)),
    clear: () => (state.isBroken ? refuse() : memory.clear()),
  };
  return { store, state };
};

describe('a cached function whose store does not forget', () => {
  it.each([
    ['purge', (run: ReturnType<typeof scripted>['run']) => run.purge('tea')],
    ['purgeAll', (run: ReturnType<typeof scripted>['run']) => run.purgeAll()],
  ])('says so to who calls %s, and does not use the old value again', async (_name, purge) => {
    const { store, state } = stubborn();
    const { run } = scripted([1, down], { store });
    await run('tea');
    state.isBroken = true;

    await expect(purge(run)).rejects.toThrow('cached("stock"): the store did not forget');

    await expect(run('tea')).rejects.toBe(down);
  });

  it('uses what it is told after a purge that failed', async () => {
    const { store, state } = stubborn();
    const { run } = scripted([1, 2, down], { store });
    await run('tea');
    state.isBroken = true;
    await run.purge('tea').catch(() => undefined);
    await run('tea');

    const { value, cache } = await run.answer('tea');

    expect([value, cache.status]).toEqual([2, 'stale']);
  });

  it('uses no value again of what is gone', async () => {
    const { store, state } = stubborn();
    const { run } = scripted([1, gone, down], { store });
    await run('tea');
    state.isBroken = true;
    await run('tea').catch(() => undefined);

    await expect(run('tea')).rejects.toBe(down);
  });

  it('uses no value again that a newer one was too large to take the place of', async () => {
    const { store, state } = stubborn();
    const { run } = scripted([1, 'x'.repeat(1_000), down], { store, maxEntryBytes: 500 });
    await run('tea');
    state.isBroken = true;
    await run('tea');

    await expect(run('tea')).rejects.toBe(down);
  });

  it('remembers so many of them that it forgets everything from before beyond', async () => {
    const { store, state } = stubborn();
    const { run, clock } = scripted([1, 2, down], { store });
    await run('tea');
    state.isBroken = true;
    await run.purge('tea').catch(() => undefined);
    for (let at = 0; at < 1_000; at += 1) await run.purge(`${at}`).catch(() => undefined);
    await clock.advance(1);

    const values = [await run('milk'), await run('milk')];

    expect(values).toEqual([2, 2]);
    await expect(run('tea')).rejects.toBe(down);
  });

  it('purges without a word where the store does', async () => {
    const { run } = scripted([1, down]);
    await run('tea');

    await expect(run.purge('tea')).resolves.toBeUndefined();

    await expect(run('tea')).rejects.toBe(down);
  });

  it('tells of no time at which a value was stored that the store did not take', async () => {
    const memory = memoryStore();
    const store = { ...memory, set: async () => Promise.reject(new Error('full')) };
    const { run } = scripted([1], { store });

    const { value, cache } = await run.answer('tea');

    expect([value, cache.storedAt]).toEqual([1, undefined]);
  });
});

describe('a refresh in the background that ends in a business error', () => {
  it('has the next caller hear of it', async () => {
    const { run, clock } = scripted([1, denied], { ttlMs: 100, staleWhileRevalidateMs: 10_000 });
    await run('tea');
    await clock.advance(500);

    const { cache } = await run.answer('tea');
    await new Promise(setImmediate);

    expect(cache.reason).toBe('revalidating');
    await expect(run('tea')).rejects.toBe(denied);
  });
});
