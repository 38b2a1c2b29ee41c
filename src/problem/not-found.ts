import type { IncomingMessage, ServerResponse } from 'node:http';
import { MethodNotAllowedError, NotFoundError } from '../errors/index.ts';
import { boolean, describeValue, readOptions, readSafely } from '../kernel/index.ts';
import { asNotFound } from './marks.ts';
import { createPathMethods, type PathMethods, pathOf, routerOf, standsAtRoot } from './routes.ts';

/** A middleware, as both majors of Express take it. */
export type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/** Options of `notFound()`. */
export interface NotFoundOptions {
  /**
   * Whether a path that has routes for other methods is answered 405 with `Allow`, rather than 404.
   * @default true
   */
  readonly methodNotAllowed?: boolean | undefined;
}

/** Defaults of `notFound()`. */
export const NOT_FOUND_DEFAULTS = Object.freeze({ methodNotAllowed: true });

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The path as the app's own router sees it, wherever in the app `self` is mounted; '' if it cannot be told. */
const pathInApp = (req: IncomingMessage, app: unknown, self: unknown): string => {
  const path = pathOf(text(req.url));
  if (standsAtRoot(routerOf(app), self)) return path;
  // Behind the mount of another app, nothing says which part of `baseUrl` is whose.
  return readSafely(app, 'parent') === undefined ? text(readSafely(req, 'baseUrl')) + path : '';
};

const methodNotAllowed = ({ allowed }: PathMethods): MethodNotAllowedError =>
  new MethodNotAllowedError('This resource does not take the method of the request', {
    headers: { Allow: allowed.join(', ') },
  });

/** Whether other methods than that of the request are what the routes are for. */
const isForOthers = (routes: PathMethods, method: string): boolean =>
  routes.allowed.length > 0 && method !== 'OPTIONS' && !routes.takes(method);

/**
 * Passes an error on for every request that no route took: `MethodNotAllowedError` with `Allow` where Express tells
 * that the app has routes of other methods for the path (4, and 5.3 or later), else `NotFoundError`. OPTIONS is left
 * to Express where it has an answer. Mount it after the routes. Routers tell of their routes with `allowMethods`.
 *
 * @throws TypeError for an option that is unknown or wrong
 */
export const notFound = (options?: NotFoundOptions): Handler => {
  const settings = readOptions({ where: 'notFound' }, options, NOT_FOUND_DEFAULTS, {
    methodNotAllowed: boolean,
  });
  const readMethods = createPathMethods();
  const middleware: Handler = function notFound(req, _res, next) {
    const app = readSafely(req, 'app');
    const method = text(req.method);
    const routes = readMethods(routerOf(app), pathInApp(req, app, middleware));
    if (method === 'OPTIONS' && routes.answersOptions) next();
    else if (settings.methodNotAllowed && isForOthers(routes, method)) next(methodNotAllowed(routes));
    else next(new NotFoundError('No such resource'));
  };
  return asNotFound(middleware);
};

/**
 * Does for the routes of a nested router what `notFound()` does for those of the app: mount it as the router's last
 * middleware. Where the router has no route for the path, whatever comes after the router is asked.
 *
 * Where it has one, nothing after the router is asked any more: a later router or route that takes another method of
 * the same path is never reached. Mount it only where nothing else serves the paths of the router.
 *
 * @param router the router that it is mounted in
 * @throws TypeError if it is no router
 * @example
 * const orders = express.Router();
 * orders.get('/:id', show);
 * orders.use(allowMethods(orders));
 */
export const allowMethods = (router: object): Handler => {
  if (typeof router !== 'function' || !Array.isArray(readSafely(router, 'stack')))
    throw new TypeError(
      `allowMethods: the router must be a router of Express, but was ${describeValue(router)}`,
    );
  const readMethods = createPathMethods();
  return function allowMethods(req, _res, next) {
    const routes = readMethods(router, pathOf(text(req.url)));
    if (isForOthers(routes, text(req.method))) next(methodNotAllowed(routes));
    else next();
  };
};
