import { appPrototypeOf } from '../context/index.ts';
import { readSafely } from '../kernel/index.ts';
import { ROUTE_WAY } from '../redaction/index.ts';
import { Mounts } from './mount.ts';

const textOf = (baseUrl: unknown): string => (typeof baseUrl === 'string' ? baseUrl : '');

const templateOf = (base: string, route: unknown): string | undefined => {
  const path = readSafely(route, 'path');
  if (path === undefined || path === null) return undefined;
  // A path may be a regular expression, or a list of both.
  return `${base}${typeof path === 'string' ? path : String(path)}`;
};

/** What is known of a request's way through the routers. Of plain fields: Express reads and writes them at every layer. */
class Way {
  /** Made at the first mount: most requests meet none. */
  #mounts: Mounts | undefined = undefined;
  baseUrl: unknown = undefined;
  params: unknown = undefined;
  route: unknown = undefined;
  /** Whether the parameters that are set next are those of a route. */
  expectsParams = false;
  /** Of the route that was matched last: where it is mounted, and its parameters. */
  #routeBase = '';
  routeParams: unknown = undefined;

  enter(given: unknown): void {
    this.baseUrl = given;
    if (this.#mounts === undefined) {
      if (given === '') return;
      this.#mounts = new Mounts();
    }
    this.#mounts.enter(textOf(given), this.params);
  }

  match(given: unknown): void {
    // A route sets itself once more as its handlers begin: by then its parameters are there.
    this.expectsParams = !(given === this.route && this.params === this.routeParams);
    this.#routeBase = this.#mounts?.template() ?? '';
    this.route = given;
  }

  /** Of the route that was matched last. */
  get template(): string | undefined {
    return templateOf(this.#routeBase, this.route);
  }

  /** As it was before anybody looked. */
  begin(request: object): void {
    this.params = readSafely(request, 'params');
    this.enter(readSafely(request, 'baseUrl'));
    this.match(readSafely(request, 'route'));
    this.expectsParams = false;
  }
}

interface Watched {
  readonly [ROUTE_WAY]: Way;
}

// Shared by all requests, so that these have one hidden class. Each by its name: with the name in a variable Express waits
// for them ten times as long.
const BASE_URL: PropertyDescriptor = Object.freeze({
  configurable: true,
  enumerable: true,
  get(this: Watched) {
    return this[ROUTE_WAY].baseUrl;
  },
  set(this: Watched, given: unknown) {
    this[ROUTE_WAY].enter(given);
  },
});
const PARAMS: PropertyDescriptor = Object.freeze({
  configurable: true,
  enumerable: true,
  get(this: Watched) {
    return this[ROUTE_WAY].params;
  },
  set(this: Watched, given: unknown) {
    const way = this[ROUTE_WAY];
    if (way.expectsParams) way.routeParams = given;
    way.expectsParams = false;
    way.params = given;
  },
});
const ROUTE: PropertyDescriptor = Object.freeze({
  configurable: true,
  enumerable: true,
  get(this: Watched) {
    return this[ROUTE_WAY].route;
  },
  set(this: Watched, given: unknown) {
    this[ROUTE_WAY].match(given);
  },
});

const watchWith = (request: object, way: Way): void => {
  Object.defineProperty(request, ROUTE_WAY, { value: way });
  Object.defineProperty(request, 'baseUrl', BASE_URL);
  Object.defineProperty(request, 'params', PARAMS);
  Object.defineProperty(request, 'route', ROUTE);
};

/** Stands in for `baseUrl`, the first of the three that Express writes, until then. */
const FIRST_WRITE: PropertyDescriptor = Object.freeze({
  configurable: true,
  get: () => undefined,
  set(this: object, given: unknown) {
    // An app may write to the prototype itself.
    if (!Object.hasOwn(this, 'app')) watchWith(this, new Way());
    else Object.defineProperty(this, 'baseUrl', { configurable: true, enumerable: true, writable: true });
    (this as { baseUrl?: unknown }).baseUrl = given;
  },
});

/**
 * Notes the template and the parameters of each route that Express matches, at that moment: on the way out of a failing
 * router Express takes `baseUrl` and `params` back, and the final handler would see half of them.
 *
 * Where there are values already in the place of these properties the request becomes a dictionary, and whatever anybody
 * reads of it is slow from then on (40 µs of a request on Node 24). So from the second request of an app on, Express 5
 * itself has them put there, before it writes the first of them.
 */
export const watchRoute = (request: object): void => {
  if (Object.hasOwn(request, ROUTE_WAY)) return;
  const way = new Way();
  way.begin(request);
  watchWith(request, way);
  const prototype = appPrototypeOf(request);
  // An app inherits it from the one that it is mounted in.
  if (prototype !== undefined && !('baseUrl' in prototype))
    Reflect.defineProperty(prototype, 'baseUrl', FIRST_WRITE);
};

/** The template of the route that serves the request, `/orders/:id`; `undefined` where none matched. */
export const routeOf = (request: object): string | undefined => {
  const template = readSafely(readSafely(request, ROUTE_WAY), 'template');
  if (typeof template === 'string') return template;
  return templateOf(textOf(readSafely(request, 'baseUrl')), readSafely(request, 'route'));
};

/** The parameters of that route; without `watchRoute`, or where none matched, what Express left on the request. */
export const paramsOf = (request: object): unknown =>
  readSafely(readSafely(request, ROUTE_WAY), 'routeParams') ?? readSafely(request, 'params');
