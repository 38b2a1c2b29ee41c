import { readSafely } from '../kernel/index.ts';
import { ROUTE_PARAMS } from '../redaction/index.ts';
import { createMounts } from './mount.ts';

const TEMPLATE = Symbol.for('express-breakwater.log.route');

const baseOf = (request: object): string => {
  const baseUrl = readSafely(request, 'baseUrl');
  return typeof baseUrl === 'string' ? baseUrl : '';
};

const templateOf = (base: string, route: unknown): string | undefined => {
  const path = readSafely(route, 'path');
  if (path === undefined || path === null) return undefined;
  // A path may be a regular expression, or a list of both.
  return `${base}${typeof path === 'string' ? path : String(path)}`;
};

/** A property of the request's own that tells of each value that Express gives it. */
const watched = (value: unknown, onSet: (next: unknown) => void): PropertyDescriptor => {
  let current = value;
  return {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (next: unknown) => {
      current = next;
      onSet(next);
    },
  };
};

/** Notes the parameters that Express sets next after it matched a route: they are that route's. */
const watchParams = (request: object) => {
  let params: unknown = readSafely(request, 'params');
  let ofRoute: unknown;
  let isNext = false;
  Object.defineProperties(request, {
    params: watched(params, (given) => {
      params = given;
      if (isNext) ofRoute = given;
      isNext = false;
    }),
    [ROUTE_PARAMS]: { configurable: true, get: () => ofRoute },
  });
  return {
    params: () => params,
    expectParams: (isSameRoute: boolean) => {
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
  const { params, expectParams } = watchParams(request);
  const mounts = createMounts(baseOf(request), params());
  let route: unknown = readSafely(request, 'route');
  let template = templateOf(mounts.template(), route);
  Object.defineProperties(request, {
    baseUrl: watched(readSafely(request, 'baseUrl'), (next) =>
      mounts.enter(typeof next === 'string' ? next : '', params()),
    ),
    route: watched(route, (next) => {
      expectParams(next === route);
      route = next;
      template = templateOf(mounts.template(), next);
    }),
    [TEMPLATE]: { configurable: true, get: () => template },
  });
};

/** The template of the route that serves the request, `/orders/:id`; `undefined` where none matched. */
export const routeOf = (request: object): string | undefined => {
  const template = readSafely(request, TEMPLATE);
  return typeof template === 'string' ? template : templateOf(baseOf(request), readSafely(request, 'route'));
};

/** The parameters of that route; without `watchRoute`, or where none matched, what Express left on the request. */
export const paramsOf = (request: object): unknown =>
  readSafely(request, ROUTE_PARAMS) ?? readSafely(request, 'params');
