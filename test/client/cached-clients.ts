import { EventEmitter, once } from 'node:events';
import { beforeEach } from '@jest/globals';
import { type CacheStore, memoryStore } from '../../src/cache/index.ts';
import { type ManualClock, manualClock, type UpstreamAnswer } from '../../src/testing/index.ts';
import { type Calling, calling } from './clients.ts';

/** Clients with a cache, and upstreams, that keep the same time. */
export interface CachedCalling extends Calling {
  /** The clock of this test: it stands still until it is told to move. */
  clock(): ManualClock;
}

/** Call it inside a `describe`, like `calling()`: clients with a cache, without retries and circuits. */
export const cachedCalling = (): CachedCalling => {
  let clock = manualClock();
  // Before the upstreams start, which keep this time.
  beforeEach(() => {
    clock = manualClock();
  });
  const all = calling(
    () => ({ retry: false, breaker: false, cache: {}, clock }),
    () => ({ clock }),
  );
  return { ...all, clock: () => clock };
};

/** An answer that says for how long it is good. */
export const lasting = (
  json: unknown,
  cacheControl = 'max-age=60',
  headers: Readonly<Record<string, string>> = {},
): UpstreamAnswer => ({ json, headers: { 'cache-control': cacheControl, ...headers } });

/** A memory store that tells what it is given. */
export const watchedStore = (): { readonly store: CacheStore; stored(): Promise<void> } => {
  const inner = memoryStore();
  const told = new EventEmitter();
  return {
    store: {
      ...inner,
      set: async (key, entry) => {
        await inner.set(key, entry);
        told.emit('stored');
      },
    },
    /** Resolves when the next entry is in it; ask before that may happen. */
    stored: async () => {
      await once(told, 'stored');
    },
  };
};
