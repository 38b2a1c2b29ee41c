import { readSafely } from '../kernel/index.ts';

const TEMPLATE = Symbol.for('express-breakwater.log.route');

const templateOf = (request: object, route: unknown): string | undefined => {
  const path = readSafely(route, 'path');
  if (path === undefined || path === null) return undefined;
  const baseUrl = readSafely(request, 'baseUrl');
  // A path may be a regular expression, or a list of both.
  return `${typeof baseUrl === 'string' ? baseUrl : ''}${typeof path === 'string' ? path : String(path)}`;
};

/**
 * Notes the template of each route that Express matches, at that moment: on the way out of a failing router Express
 * takes `baseUrl` back, and the final handler would see half of it.
 */
export const watchRoute = (request: object): void => {
  let route: unknown = readSafely(request, 'route');
  let template = templateOf(request, route);
  Object.defineProperties(request, {
    route: {
      configurable: true,
      enumerable: true,
      get: () => route,
      set: (matched: unknown) => {
        route = matched;
        template = templateOf(request, matched);
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
