import { describeValue, readSafely } from '../kernel/index.ts';
import { bindContext, contextOf, runWithContext } from './store.ts';

/** Any middleware; `never` takes parameters of every type. */
type AnyMiddleware = (...args: never[]) => unknown;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Where the request and `next` stand: one further for error middleware, which Express calls with `next` as fourth. */
const placesOf = (args: readonly unknown[]): { readonly request: number; readonly next: number } =>
  typeof args[3] === 'function' ? { request: 1, next: 3 } : { request: 0, next: 2 };

/** What `app.use()` takes for an app, and does not call as the function that it is. */
const isApp = (middleware: AnyMiddleware): boolean =>
  ['handle', 'set'].every((name) => typeof readSafely(middleware, name) === 'function');

/**
 * Wraps a middleware that loses the context, as those do that call `next` from the callback of a pool, a parser or an
 * emitter. Whoever calls `next`, and from wherever, what follows runs in the request's own context, and in what other
 * libraries kept in an AsyncLocalStorage when the middleware was called. Name, number of parameters and properties are
 * those of the middleware; `next` takes errors, `'route'` and `'router'` as before.
 *
 * @param middleware a middleware, an error middleware, a router, or a callback of `app.param()`, of either major
 * @throws TypeError if it is no function, and for an app: mounted, that is not called as a function
 * @example
 * app.post('/photos', preserve(upload.single('photo')), savePhoto);
 */
export const preserve = <M extends AnyMiddleware>(middleware: M): M => {
  if (typeof middleware !== 'function')
    throw new TypeError(`preserve: the middleware must be a function, but was ${describeValue(middleware)}`);
  if (isApp(middleware))
    throw new TypeError(
      'preserve: an app hands its own next on, which cannot be wrapped; preserve the middleware inside it that loses the context',
    );
  return new Proxy(middleware, {
    apply: (target, self, args: unknown[]) => {
      const places = placesOf(args);
      const request = args[places.request];
      const next = args[places.next];
      // Called by hand, without a next: nothing follows.
      if (typeof next !== 'function') return Reflect.apply(target, self, args);
      const run = (): unknown => {
        const bound = bindContext((...given: unknown[]) => Reflect.apply(next, undefined, given));
        return Reflect.apply(target, self, args.with(places.next, bound));
      };
      const record = isObject(request) ? contextOf(request) : undefined;
      return record === undefined ? run() : runWithContext(record, run);
    },
  });
};
