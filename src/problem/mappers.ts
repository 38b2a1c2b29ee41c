import { type BreakwaterError, classGuardOf, isBreakwaterError } from '../errors/index.ts';
import { describeValue, readSafely } from '../kernel/index.ts';
import { forClass } from './mapper-order.ts';
import { callGuarded, type Report } from './report.ts';

/** Turns an error of another library into one of ours; `undefined` means "not mine". Made by `on`. */
export type ErrorMapper = (error: Error) => BreakwaterError | undefined;

/** A class whose instances a mapper is for. */
export type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** Tells whether a mapper is for an error. */
export type ErrorPredicate = (error: Error) => boolean;

type Callable = (...args: never[]) => unknown;

const isClass = (matcher: Callable): boolean => {
  // Error.prototype has a text `message`, and with it every error class, of any realm and however it was written.
  if (typeof readSafely(matcher.prototype, 'message') === 'string') return true;
  // That of a class cannot be replaced; arrows and methods have none, and that of a plain function can be.
  return Object.getOwnPropertyDescriptor(matcher, 'prototype')?.writable === false;
};

/**
 * A mapper for `problemHandler({ mapErrors })`: errors that match are answered as what `toError` makes of them.
 *
 * @param matcher an error class or a predicate; classes of this package and of
 *   `defineError` know the errors of its other copies, other classes are tested with `instanceof`
 *   The handler asks a mapper of a class before an earlier one of a class that it extends.
 * @param toError gives one of our errors, or `undefined` to leave it to the next mapper
 * @throws TypeError if either is no function
 * @example
 * problemHandler({ mapErrors: [on(StaleObjectError, () => new ConflictError('The order was changed meanwhile'))] });
 */
export function on<E extends Error>(
  matcher: ErrorClass<E> | ((error: Error) => error is E),
  toError: (error: E) => BreakwaterError | undefined,
): ErrorMapper;
export function on(
  matcher: ErrorPredicate,
  toError: (error: Error) => BreakwaterError | undefined,
): ErrorMapper;
export function on(
  matcher: ErrorClass<Error> | ErrorPredicate,
  toError: (error: Error) => BreakwaterError | undefined,
): ErrorMapper {
  if (typeof matcher !== 'function')
    throw new TypeError(
      `on: the matcher must be an error class or a function, but was ${describeValue(matcher)}`,
    );
  if (typeof toError !== 'function')
    throw new TypeError(`on: toError must be a function, but was ${describeValue(toError)}`);
  // isClass tells the two kinds of function apart, which no type can.
  if (!isClass(matcher as Callable)) {
    const matches = matcher as ErrorPredicate;
    return (error) => (matches(error) ? toError(error) : undefined);
  }
  const isInstance = classGuardOf(matcher) ?? ((error) => error instanceof matcher);
  return forClass((error: Error) => (isInstance(error) ? toError(error) : undefined), matcher);
}

/** What the first mapper that is for `error` makes of it. One that throws, or gives no error of ours, is reported and passed over. */
export const mapError = (
  error: Error,
  mappers: readonly ErrorMapper[],
  report: Report,
): BreakwaterError | undefined => {
  for (const mapper of mappers) {
    const mapped = callGuarded(() => mapper(error), 'a mapper of mapErrors failed', report);
    if (mapped === undefined || mapped === null) continue;
    if (isBreakwaterError(mapped)) return mapped;
    report('a mapper of mapErrors gave something that is no error of express-breakwater', mapped);
  }
  return undefined;
};
