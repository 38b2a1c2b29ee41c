import { describeValue, readSafely, toError } from '../kernel/index.ts';
import { createReport, type Report } from './report.ts';

/** Any function; `never` takes parameters of every type. */
type AnyHandler = (...args: never[]) => unknown;

type Next = (error?: unknown) => void;

/** What Express takes for no error: nothing, and the texts that skip handlers. */
const isNoError = (value: unknown): boolean => !value || value === 'route' || value === 'router';

/** What was thrown, as Express takes it for an error: else a guard that threw nothing opens the route behind it. */
const asError = (thrown: unknown): unknown => (isNoError(thrown) ? toError(thrown) : thrown);

/** Where Express puts `next`: fourth for error handlers, third for all others, also for those of `app.param()`. */
const placeOfNext = (args: readonly unknown[]): number => (typeof args[3] === 'function' ? 3 : 2);

/** `next` as it works once: Express would take a second error past all error handlers, to its own final one. */
const onceOnly = (next: Next, report: Report): Next => {
  let wasCalled = false;
  return (error) => {
    if (!wasCalled) {
      wasCalled = true;
      next(error);
    } else if (!isNoError(error)) report('an error after next() was called was not answered', error);
  };
};

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
 * on both majors `undefined`, `null` and other falsy values. `next` works once: what the handler throws or hands to it
 * afterwards is told by a process warning, once per wrapped handler, since no error handler would get it.
 *
 * @param handler a middleware, an error middleware of four parameters, or a callback of `app.param()`
 * @throws TypeError if it is no function
 */
export const asyncHandler = <H extends AnyHandler>(handler: H): H => {
  if (typeof handler !== 'function')
    throw new TypeError(`asyncHandler: the handler must be a function, but was ${describeValue(handler)}`);
  const report = createReport('asyncHandler');
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    const place = placeOfNext(args);
    const given = args[place];
    // Called by hand, without a next: there is nobody to hand an error to.
    if (typeof given !== 'function') return Reflect.apply(handler, this, args);
    const next = onceOnly((error) => void Reflect.apply(given, undefined, [error]), report);
    return run(() => Reflect.apply(handler, this, args.with(place, next)), next);
  };
  // Express tells handlers from error handlers by the number of their parameters; tools name them by their name.
  Object.defineProperties(wrapped, {
    name: { value: handler.name },
    length: { value: Math.max(handler.length, 3) },
  });
  // Same parameters as H; it gives what H gives, or the promise of it.
  return wrapped as unknown as H;
};
