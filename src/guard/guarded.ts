import { describeValue, readSafely } from '../kernel/index.ts';
import type { Anything, IfFits } from '../resilience/index.ts';
import { createGuard, toProtected } from './guard.ts';
import { type ProtectOptions, readProtectOptions } from './options.ts';
import type { Protected } from './protected.ts';

/** Options of `@guarded`: those of `protect()`. What a fallback gives must be what the method gives. */
export type GuardedOptions<Args extends readonly unknown[], FallbackValue> = ProtectOptions<
  Args,
  unknown,
  FallbackValue
>;

/** A method that can be guarded. */
export type GuardedMethod<This, Args extends readonly unknown[], Res> = (
  this: This,
  ...args: Args
) => Promise<Res>;

/** Says in the compiler's words what is wrong with a fallback. */
export type FittingFallback<FallbackValue, Res> = IfFits<
  FallbackValue,
  Res,
  unknown,
  { readonly 'the fallback gives something else than the method': FallbackValue }
>;

/** A standard decorator for methods that answer with a promise. */
export type GuardedDecorator<Args extends readonly unknown[], FallbackValue> = <
  This,
  Given extends Args,
  Res,
>(
  method: GuardedMethod<This, Given, Res> & FittingFallback<FallbackValue, Res>,
  context: ClassMethodDecoratorContext<This, GuardedMethod<This, Given, Res>>,
) => GuardedMethod<This, Given, Res>;

/** Under this symbol a guarded method has what binds it, with its guard, to an object. */
const BIND = Symbol.for('express-breakwater.guarded.v0');

type Bind = (self: unknown) => unknown;

const checkUse = (method: unknown, context: unknown): void => {
  // Decorators of before the standard get a prototype, a name and a descriptor.
  if (typeof context === 'string' || typeof context === 'symbol')
    throw new TypeError(
      'guarded: it is a standard decorator: switch "experimentalDecorators" off, or use protect()',
    );
  const kind = readSafely(context, 'kind');
  if (kind !== 'method' || typeof method !== 'function') {
    const found = typeof kind === 'string' ? `a ${kind}` : describeValue(method);
    throw new TypeError(`guarded: it decorates methods of classes, but was put on ${found}`);
  }
};

/**
 * Puts the policies of `protect()` around a method, as a standard decorator (TypeScript 5 and later, without
 * `experimentalDecorators`). The method keeps its arguments; it reads the call from `currentCall()`. Circuit, bulkhead and
 * budget are those of the method of the class: all instances share them. `guardOf()` gives their handles.
 *
 * @throws TypeError or RangeError for a bad option; where it decorates, TypeError for what is no method, and for decorators
 * of before the standard
 * @example
 * class Stock {
 *   @guarded({ name: 'stock-db', timeout: { totalMs: 500 }, fallback: { value: 0 } })
 *   async count(sku: string): Promise<number> {
 *     return this.db.count(sku, { signal: currentCall().signal });
 *   }
 * }
 * @see https://github.com/tc39/proposal-decorators
 */
export const guarded = <
  Args extends readonly unknown[] = readonly unknown[],
  const FallbackValue extends Anything = never,
>(
  options: GuardedOptions<Args, FallbackValue>,
): GuardedDecorator<Args, FallbackValue> => {
  const settings = readProtectOptions<Args, unknown, FallbackValue>('guarded', options);
  return <This, Given extends Args, Res>(
    method: GuardedMethod<This, Given, Res>,
    context: ClassMethodDecoratorContext<This, GuardedMethod<This, Given, Res>>,
  ): GuardedMethod<This, Given, Res> => {
    checkUse(method, context);
    // Each call has a list of arguments of its own, by which the object is found that it was made on.
    const selves = new WeakMap<readonly unknown[], unknown>();
    const guard = createGuard<Args, unknown>(
      (_call, args) => Reflect.apply(method, selves.get(args), args),
      settings,
    );
    const remember = <List extends readonly unknown[]>(args: List, self: unknown): List => {
      selves.set(args, self);
      return args;
    };
    const bind: Bind = (self) => toProtected(guard, (args) => remember(args, self));
    const outside = function (this: This, ...args: Given): Promise<Res> {
      // Values come of the method, or of its fallback, which the decorator's type compares with it.
      return guard.run(remember(args, this)) as Promise<Res>;
    };
    return Object.defineProperties(outside, {
      ...Object.getOwnPropertyDescriptors(guard.handles),
      name: { value: method.name, configurable: true },
      length: { value: method.length, configurable: true },
      [BIND]: { value: bind },
    });
  };
};

/**
 * The handles of a guarded method, and with `self` the method bound to its object. The type of a method does not say that
 * it is guarded, and a decorator cannot change it.
 *
 * @throws TypeError for a function that `@guarded` does not stand on
 * @example
 * guardOf(Stock.prototype.count).breaker?.snapshot();
 * const { value, source } = await guardOf(stock.count, stock).answer('tea');
 */
export const guardOf = <Args extends readonly unknown[], Res>(
  method: (...args: Args) => Promise<Res>,
  self?: unknown,
): Protected<Args, Res> => {
  // Only guarded() writes under this symbol.
  const bind = readSafely(method, BIND) as Bind | undefined;
  if (bind === undefined) throw new TypeError('guardOf: the function is no method with @guarded');
  // It has the arguments and the result of the method that it was made of.
  return bind(self) as Protected<Args, Res>;
};
