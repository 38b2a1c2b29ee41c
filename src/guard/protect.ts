import type { Anything, IfFits } from '../resilience/index.ts';
import { createGuard, toProtected } from './guard.ts';
import { type ProtectOptions, readProtectOptions } from './options.ts';
import type { Protected, ProtectedCall } from './protected.ts';

/** Options of `protect()`: what the functions of a fallback give is read as literally as it is written. */
export type FittingOptions<Args extends readonly unknown[], Res, Made> = ProtectOptions<
  Args,
  Res,
  Res,
  Res | IfFits<Made, Res, Made, never>
>;

/**
 * Puts deadlines, breaker, bulkhead and fallback, and retries where they are asked for, around a function that calls
 * something: a database, a queue, an SDK. Protect it once, at start-up: its circuit is its own.
 *
 * @param fn gets the call first; pass `call.signal` on, so that a timeout really ends the work
 * @throws TypeError or RangeError for a bad option
 * @example
 * const query = protect((call, sql: string) => pool.query(sql, { signal: call.signal }), { name: 'orders-db' });
 * const rows = await query('select 1');
 * const { value, source, reason } = await query.answer('select 1');
 */
export const protect = <Args extends readonly unknown[], Res, const Made extends Anything = never>(
  fn: (call: ProtectedCall, ...args: Args) => Promise<Res> | Res,
  options: FittingOptions<NoInfer<Args>, NoInfer<Res>, Made>,
): Protected<Args, Res> => {
  if (typeof fn !== 'function') throw new TypeError('protect: the first argument must be a function');
  const settings = readProtectOptions<Args, Res, unknown>('protect', options);
  return toProtected(createGuard((call, args) => fn(call, ...args), settings));
};
