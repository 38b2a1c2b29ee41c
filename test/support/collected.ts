import { setImmediate } from 'node:timers/promises';

/** How many of these the collector leaves; for processes that were started with `--expose-gc`. */
export const leftOf = async (refs: readonly WeakRef<object>[]): Promise<number> => {
  for (let tries = 0; tries < 50; tries += 1) {
    globalThis.gc?.();
    if (refs.every((ref) => ref.deref() === undefined)) return 0;
    await setImmediate();
  }
  return refs.filter((ref) => ref.deref() !== undefined).length;
};
