import { AsyncResource } from 'node:async_hooks';
import { globalStore } from './ambient.ts';
import type { RequestContext } from './record.ts';

const RECORD = Symbol.for('express-breakwater.record.v0');

const store = globalStore<RequestContext>('store.v0');

/** Runs `work` on behalf of the request that `record` describes. */
export const runWithContext = <T>(record: RequestContext, work: () => T): T => store.run(record, work);

/** The context of the request being served, or `undefined` outside one. */
export const tryGetContext = (): RequestContext | undefined => store.getStore();

/**
 * The context of the request being served.
 *
 * @throws Error outside a request, or before `requestContext()` ran
 */
export const getContext = (): RequestContext => {
  const record = store.getStore();
  if (record === undefined)
    throw new Error('getContext: there is no request here; use tryGetContext() where that is normal');
  return record;
};

/** Keeps the record with its request, where listeners and error handlers find it whatever the ambient store says. */
export const keepContext = (request: object, record: RequestContext): void => {
  Object.defineProperty(request, RECORD, { value: record, configurable: true });
};

/** The context of `request`, or `undefined` if `requestContext()` never saw it. */
export const contextOf = (request: object): RequestContext | undefined => {
  // Only keepContext writes under this symbol.
  return (request as { readonly [RECORD]?: RequestContext })[RECORD];
};

/**
 * A function that runs in the context of now, whoever calls it later: for callbacks of pools, emitters and queues, which
 * run in the context of whoever happens to release or emit. What other libraries keep in an AsyncLocalStorage comes
 * along. It hands on `this`, arguments, result and what is thrown.
 *
 * @example
 * emitter.on('message', bindContext((message) => log.info({ message }, 'got it')));
 */
export const bindContext = <This, Args extends readonly unknown[], Result>(
  work: (this: This, ...args: Args) => Result,
): ((this: This, ...args: Args) => Result) => {
  const resource = new AsyncResource('express-breakwater.bound');
  const bound = function (this: This, ...args: Args): Result {
    return resource.runInAsyncScope(() => Reflect.apply(work, this, args));
  };
  // Some callers look at the number of parameters before they decide what to hand over.
  return Object.defineProperty(bound, 'length', { value: work.length });
};
