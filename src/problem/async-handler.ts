import { describeValue, readSafely, toError } from '../kernel/index.ts';

/** Any function; `never` takes parameters of every type. */
type AnyHandler = (...args: never[]) => unknown;

type Next = (error: unknown) => void;

/**
 * What Express takes as an error: it reads a falsy one as "go on", which lets a guard that threw nothing open the route
 * behind it, and the texts `route` and `router` as "skip".
 */
const asError = (thrown: unknown): unknown =>
  !thrown || thrown === 'route' || thrown === 'router' ? toError(thrown) : thrown;

const run = (work: () => unknown, next: Next): unknown => {
  try {
    const result = work();
    if (typeof readSafely(result, 'then') !== 'function') return result;
    return Promise.resolve(result).then(undefined, (thrown: unknown) => next(asError(thrown)));
  } catch (thrown) {
    next(asError(thrown));
    return undefined;
  }
};

/**
 * Wraps a handler, so that whatever it throws or rejects with reaches the error handlers: rejections on Express 4, and
 * on both majors `undefined`, `null` and other falsy values.
 *
 * @param handler a middleware of up to three parameters, or an error middleware of four
 * @throws TypeError if it is no function
 */
export const asyncHandler = <H extends AnyHandler>(handler: H): H => {
  if (typeof handler !== 'function')
    throw new TypeError(`asyncHandler: the handler must be a function, but was ${describeValue(handler)}`);
  const call = (self: unknown, args: readonly unknown[], next: Next): unknown =>
    run(() => Reflect.apply(handler, self, args), next);
  // Express tells handlers from error handlers by the number of their parameters.
  const wrapped =
    handler.length > 3
      ? function (this: unknown, error: unknown, req: unknown, res: unknown, next: Next) {
          return call(this, [error, req, res, next], next);
        }
      : function (this: unknown, req: unknown, res: unknown, next: Next) {
          return call(this, [req, res, next], next);
        };
  // Same parameters as H; it gives what H gives, or the promise of it.
  return wrapped as unknown as H;
};
