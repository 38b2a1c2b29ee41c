import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { createFlights, type FlightsSetup, type Landed } from '../../src/cache/index.ts';
import { twinOf } from '../../src/errors/index.ts';
import { type Deferred, deferred } from '../resilience/support.ts';

/** Work that ends when a test says so, or is given up; what was begun is told. */
export const worksite = () => {
  const begun: { readonly gate: Deferred<string>; readonly signal: AbortSignal }[] = [];
  const begin = (signal: AbortSignal): Promise<string> => {
    const gate = deferred<string>();
    begun.push({ gate, signal });
    signal.addEventListener('abort', () => gate.reject(signal.reason), { once: true });
    return gate.promise;
  };
  const at = (index: number) => {
    const found = begun[index];
    if (found === undefined) throw new Error(`work ${index} was not begun`);
    return found;
  };
  return {
    begin,
    at,
    count: () => begun.length,
    land: (value: string, index = 0) => at(index).gate.resolve(value),
    fail: (error: Error, index = 0) => at(index).gate.reject(error),
  };
};

/** One who asks. */
export interface Caller {
  readonly landed: Promise<Landed<string>>;
  readonly signal: AbortSignal;
  readonly leave: (reason: unknown) => void;
}

/** Flights for `tea`, of a worksite. */
export const setUp = (setup?: FlightsSetup<string>) => {
  const flights = createFlights<string>(setup);
  const site = worksite();
  const asked = { key: 'tea', group: 'teas', begin: site.begin };
  const caller = (): Caller => {
    const controller = new AbortController();
    const { signal } = controller;
    const landed = flights.join(asked, { signal, ownError: twinOf });
    return { landed, signal, leave: (reason: unknown) => controller.abort(reason) };
  };
  return { flights, site, asked, caller, callers: (count: number) => Array.from({ length: count }, caller) };
};

/** What a promise rejects with; what it resolves to, in a box. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );

/**
 * Has each test of a suite fail that leaves a rejection to nobody, which would end a process.
 *
 * @returns those of the test that runs
 */
export const expectNoneUnhandled = (): readonly unknown[] => {
  const unhandled: unknown[] = [];
  const keep = (reason: unknown): void => {
    unhandled.push(reason);
  };

  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', keep);
  });

  afterEach(async () => {
    // Rejections are told of as unhandled once the microtasks of their turn are through.
    await setImmediate();
    process.off('unhandledRejection', keep);
    expect(unhandled).toEqual([]);
  });
  return unhandled;
};
