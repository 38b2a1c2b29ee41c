import { createGuard, toProtected } from './guard.ts';
import { type ProtectOptions, readProtectOptions } from './options.ts';
import type { Protected, ProtectedCall } from './protected.ts';

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
export const protect = <Args extends readonly unknown[], Res>(
  fn: (call: ProtectedCall, ...args: Args) => Promise<Res> | Res,
  options: ProtectOptions<NoInfer<Args>, NoInfer<Res>>,
): Protected<Args, Res> => {
  if (typeof fn !== 'function') throw new TypeError('protect: the first argument must be a function');
  const settings = readProtectOptions<Args, Res>('protect', options);
  return toProtected(createGuard((call, args) => fn(call, ...args), settings));
};
