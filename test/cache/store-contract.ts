import { describe, expect, it } from '@jest/globals';
import type { CacheStore } from '../../src/cache/index.ts';
import { cacheStoreContract } from '../../src/testing/index.ts';

/** Registers what a store must do, for a store that `make` makes anew for each case. */
export const storeContract = (name: string, make: () => CacheStore | Promise<CacheStore>): void => {
  describe(`the contract of a store: ${name}`, () => {
    it.each(cacheStoreContract(make))('$title', async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  });
};
