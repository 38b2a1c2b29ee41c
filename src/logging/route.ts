import { readSafely } from '../kernel/index.ts';
import { ROUTE_PARAMS } from '../redaction/index.ts';

const TEMPLATE = Symbol.for('express-breakwater.log.route');

const templateOf = (request: object, route: unknown): string | undefined => {
  const path = readSafely(route, 'path');
  if (path === undefined || path === null) return undefined;
  const baseUrl = readSafely(request, 'baseUrl');
  // A path may be a regular expression, or a list of both.
  return `${typeof baseUrl === 'string' ? baseUrl : ''}${typeof path === 'string' ? path : String(path)}`;
};

/** Notes the parameters that Express sets next after it matched a route: they are that route's. */
const watchParams = (request: object): { readonly expectParams: (isSameRoute: boolean) => void } => {
  let params: unknown = readSafely(request, 'params');
  let ofRoute: unknown;
  let isNext = false;
  Object.defineProperties(request, {
    params: {
      configurable: true,
      enumerable: true,
      get: () => params,
      set: (given: unknown) => {
        params = given;
        if (isNext) ofRoute = given;
        isNext = false;
      },
    },
    [ROUTE_PARAMS]: { configurable: true, get: () => ofRoute },
  });
  return {
    expectParams: (isSameRoute) => {
      // A route sets itself once more as its handlers begin: by then its parameters are there.
      isNext = !(isSameRoute && params === ofRoute);
    },
  };
};

/**
 * Notes the template and the parameters of each route that Express matches, at that moment: on the way out of a failing
 * router Express takes `baseUrl` and `params` back, and the final handler would see half of them.
 */
export const watchRoute = (request: object): void => {
  let route: unknown = readSafely(request, 'route');
  let template = templateOf(request, route);
  const { expectParams } = watchParams(request);
  Object.defineProperties(request, {
    route: {
      configurable: true,
      enumerable: true,
      get: () => route,
      set: (next: unknown) => {
        expectParams(next === route);
        route = next;
        template = templateOf(request, next);
      },
    },
    [TEMPLATE]: { configurable: true, get: () => template },
  });
};

/** The template of the route that serves the request, `/orders/:id`; `undefined` where none matched. */
export const routeOf = (request: object): string | undefined => {
  const template = readSafely(request, TEMPLATE);
  return typeof template === 'string' ? template : templateOf(request, readSafely(request, 'route'));
};

/** The parameters of that route; without `watchRoute`, or where none matched, what Express left on the request. */
export const paramsOf = (request: object): unknown =>
  readSafely(request, ROUTE_PARAMS) ?? readSafely(request, 'params');
