import { readSafely } from '../../kernel/index.ts';

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

/**
 * Tells under which path a middleware stands, as the app wrote it: what the client put in place of parameters is none of
 * a warning's business. Parameters of outer routers are forgotten by Express, so they are noted as they pass.
 */
export const createMountPath = (request: object): ((layer: object) => string) => {
  const names = new Map<string, string>();
  return (layer) => {
    const params = readSafely(request, 'params');
    if (typeof params === 'object' && params !== null) {
      for (const name of Object.keys(params)) {
        for (const value of [readSafely(params, name)].flat()) {
          if (typeof value === 'string') for (const part of value.split('/')) names.set(part, `:${name}`);
        }
      }
    }
    const baseUrl = readSafely(request, 'baseUrl');
    const mount = (typeof baseUrl === 'string' ? baseUrl : '')
      .split('/')
      .map((segment) => (segment === '' ? '' : (names.get(decoded(segment)) ?? segment)))
      .join('/');
    // Only the layers of a route have a method; undefined for those of route.all().
    const route = 'method' in layer ? readSafely(readSafely(request, 'route'), 'path') : undefined;
    return route === undefined ? mount : `${mount}${String(route)}`;
  };
};
