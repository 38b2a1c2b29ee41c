import { AsyncResource } from 'node:async_hooks';

/** Calls back in the context of its maker, as parsers and connections do that were there before the request. */
export const outside = (): ((work: () => void) => void) => {
  const resource = new AsyncResource('outside of every request');
  return (work) => setImmediate(() => resource.runInAsyncScope(work));
};
