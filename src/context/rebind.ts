import type { ContextMiddleware } from './request-context.ts';
import { contextOf, runWithContext } from './store.ts';

/**
 * Middleware that runs what follows in the request's own context again. Mount it right behind a middleware that lost it.
 * What other libraries keep in an AsyncLocalStorage stays lost: that takes `preserve()` around the middleware. A request
 * that never had a context passes through.
 *
 * @example
 * app.post('/photos', upload, rebind(), savePhoto);
 */
export const rebind = (): ContextMiddleware =>
  function rebind(request, _response, next) {
    const record = contextOf(request);
    if (record === undefined) next();
    else runWithContext(record, () => next());
  };
