import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * A value that work finds around it, and whatever it awaits and starts too, without being handed it. For rooms that need
 * such a value of their own: it changes with each attempt, while the record of the request stays the same, and it is there
 * outside of requests too. So it has a store of its own, and neither can wipe out the other.
 */
export interface Ambient<T> {
  /** Runs `work` with `value` around it. */
  run<R>(value: T, work: () => R): R;
  /** The value around the work that asks, if there is one. */
  get(): T | undefined;
}

/**
 * The store of a name: one per process, whatever the number of copies of this package.
 *
 * @param name ends in the major version of what it holds
 */
export const globalStore = <T>(name: string): AsyncLocalStorage<T> => {
  // globalThis takes any symbol; those of this package are ours, and a name stands for one type.
  const slots = globalThis as { [key: symbol]: AsyncLocalStorage<T> | undefined };
  const key = Symbol.for(`express-breakwater.${name}`);
  const store = slots[key] ?? new AsyncLocalStorage<T>();
  slots[key] = store;
  return store;
};

/** The ambient value of a name, which ends in the major version of its type. */
export const ambientOf = <T>(name: string): Ambient<T> => {
  const store = globalStore<T>(name);
  return { run: (value, work) => store.run(value, work), get: () => store.getStore() };
};
