import { METHODS } from 'node:http';
import { types } from 'node:util';
import { readSafely } from '../kernel/index.ts';

/** A route of a router: which paths it is for, and the methods it names, upper case, `*` for all of them. */
interface Route {
  readonly matches: (path: string) => boolean;
  readonly methods: readonly string[];
}

/** What a router's routes say of a path. */
export interface PathMethods {
  /** Every method that the path takes, as for `Allow`; empty if no route names one but OPTIONS. */
  readonly allowed: readonly string[];
  /** Whether Express itself answers OPTIONS for the path, once nobody else does. */
  readonly answersOptions: boolean;
  /** Whether a route for the path takes `method`. */
  takes(method: string): boolean;
}

/** Reads what a router's routes say of a path, relative to the router. Never throws. */
export type ReadPathMethods = (router: unknown, path: string) => PathMethods;

/** The router of an app. Express 4 keeps it under another name, and throws when asked for `router`. */
export const routerOf = (app: unknown): unknown => readSafely(app, '_router') ?? readSafely(app, 'router');

/**
 * The path of the request as a router sees it where it stands, of targets in absolute form too (RFC 9112 §3.2.2):
 * routers keep scheme and host in `req.url`.
 */
export const pathOf = (url: string): string => {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  if (path.startsWith('/')) return path;
  const host = path.indexOf('://');
  if (host < 0) return path;
  const start = path.indexOf('/', host + 3);
  return start < 0 ? '/' : path.slice(start);
};

/**
 * Whether `handle` stands in the router itself, for all of its paths: `req.url` is relative to the router there. Both
 * majors keep in a flag whether a layer is for '/'.
 */
export const standsAtRoot = (router: unknown, handle: unknown): boolean =>
  asList(readSafely(router, 'stack')).some(
    (layer) => readSafely(layer, 'handle') === handle && isForAll(layer),
  );

const isForAll = (layer: unknown): boolean =>
  readSafely(layer, 'slash') === true || readSafely(readSafely(layer, 'regexp'), 'fast_slash') === true;

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const testRegExp = (regexp: RegExp, path: string): boolean =>
  // The two flags make `test` write to the expression, which is the app's.
  (regexp.global || regexp.sticky ? new RegExp(regexp) : regexp).test(path);

/** Express 4, whose layers keep the expression of their path. */
const routesOfStack = (router: unknown): readonly Route[] =>
  asList(readSafely(router, 'stack')).flatMap((layer) => {
    const regexp = readSafely(layer, 'regexp');
    const named = readSafely(readSafely(layer, 'route'), 'methods');
    if (!types.isRegExp(regexp) || typeof named !== 'object' || named === null) return [];
    const methods = Object.keys(named).map((name) => (name === '_all' ? '*' : name.toUpperCase()));
    return [{ matches: (path: string) => testRegExp(regexp, path), methods }];
  });

/**
 * A router that shares the settings of `router` and has a route for `path` alone; the stack of the real one is not
 * touched. Routers of Express 5 have no public constructor to make another from.
 */
const routerFor = (router: object, path: string): unknown => {
  const stack: unknown[] = [];
  const route = readSafely(router, 'route');
  if (typeof route === 'function')
    Reflect.apply(route, Object.create(router, { stack: { value: stack } }), [path]);
  return stack[0];
};

type Matcher = (path: string) => boolean;

const textMatcher = (router: object, path: string): Matcher => {
  const layer = routerFor(router, path);
  const match = readSafely(layer, 'match');
  if (typeof match !== 'function') return () => false;
  // An object since router 2.3, true before.
  return (target) => Boolean(Reflect.apply(match, layer, [target]));
};

/** Express 5.3 and later, which tells its routes; how their paths match is left to a router of the same make. */
const routesOfList = (router: object, list: () => unknown, known: Map<string, Matcher>): readonly Route[] =>
  asList(Reflect.apply(list, router, [])).flatMap((entry) => {
    const path = readSafely(entry, 'path');
    const methods = asList(readSafely(entry, 'methods')).map(String);
    if (types.isRegExp(path)) return [{ matches: (target: string) => testRegExp(path, target), methods }];
    if (typeof path !== 'string') return [];
    const matches = known.get(path) ?? textMatcher(router, path);
    known.set(path, matches);
    return [{ matches, methods }];
  });

const isRouter = (value: unknown): value is object => typeof value === 'function';

// `app.all` names every method there is; like `*` it is a middleware rather than an answer for each.
const namesAll = (methods: readonly string[]): boolean => METHODS.every((method) => methods.includes(method));

// A route for OPTIONS alone is there for preflights of whatever path, and makes no path a resource.
const hasResource = (named: ReadonlySet<string>): boolean =>
  [...named].some((method) => method !== 'OPTIONS');

const summary = (routes: readonly (readonly string[])[]): PathMethods => {
  const named = new Set(routes.flat().filter((method) => method !== '*'));
  if (named.has('GET')) named.add('HEAD');
  return {
    allowed: !hasResource(named) ? [] : [...new Set([...named, 'OPTIONS'])].toSorted(),
    answersOptions: routes.some(
      (methods) => methods.length > 0 && !methods.includes('*') && !methods.includes('OPTIONS'),
    ),
    takes: (method) => named.has(method),
  };
};

/** Makes a reader of routes that compiles each path of a router once. */
export const createPathMethods = (): ReadPathMethods => {
  const matchers = new WeakMap<object, Map<string, Matcher>>();

  const routesOf = (router: object): readonly Route[] => {
    const list = readSafely(router, 'listRoutes');
    if (typeof list !== 'function') return routesOfStack(router);
    const known = matchers.get(router) ?? new Map<string, Matcher>();
    matchers.set(router, known);
    // It takes nothing and is called on its router.
    return routesOfList(router, list as () => unknown, known);
  };

  return (router, path) => {
    try {
      const routes = isRouter(router) && path.startsWith('/') ? routesOf(router) : [];
      return summary(
        routes
          .filter(({ methods, matches }) => !namesAll(methods) && matches(path))
          .map(({ methods }) => methods),
      );
    } catch {
      // A broken percent sequence, which Express has answered by now, or a router that is not what it seems: the path
      // is one of which nothing is known.
      return summary([]);
    }
  };
};
