import type { Handler } from '../problem/index.ts';

/** Whether Express skips what is mounted behind: not for nothing, and not for a word that is meant for routes. */
const isFailure = (error: unknown): boolean => Boolean(error) && error !== 'route';

/**
 * Several middlewares as one, called in their order as Express would: each goes on by its `next`, an error skips those behind
 * it, and what one throws is an error. None of them returns a promise. A layer of Express' router costs each request 0.7 KB
 * and about half a microsecond.
 */
export const inOne = (...handlers: readonly Handler[]): Handler =>
  function breakwater(request, response, next) {
    let index = 0;
    const go = (error?: unknown): void => {
      const handler = isFailure(error) ? undefined : handlers[index];
      index += 1;
      if (handler === undefined) {
        next(error);
        return;
      }
      try {
        handler(request, response, go);
      } catch (thrown) {
        go(thrown);
      }
    };
    go();
  };
