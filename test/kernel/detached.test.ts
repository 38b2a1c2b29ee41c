import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { detached } from '../../src/kernel/index.ts';

describe('detached', () => {
  it('gives what the work gives', () => {
    expect(detached(() => 'done')).toBe('done');
  });

  it('throws what the work throws', () => {
    const failure = new Error('broken');
    const work = (): never => {
      throw failure;
    };

    expect(() => detached(work)).toThrow(failure);
  });

  it('runs the work outside the request that is being served, and what the work starts too', async () => {
    const store = new AsyncLocalStorage<string>();

    const seen = await store.run('request', () =>
      detached(async () => {
        const atOnce = store.getStore();
        await Promise.resolve();
        return [atOnce, store.getStore()];
      }),
    );

    expect(seen).toEqual([undefined, undefined]);
  });

  it('leaves the request around it as it was', () => {
    const store = new AsyncLocalStorage<string>();

    const seen = store.run('request', () => {
      detached(() => undefined);
      return store.getStore();
    });

    expect(seen).toBe('request');
  });
});
