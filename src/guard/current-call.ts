import { ambientOf } from '../context/index.ts';
import type { ProtectedCall } from './protected.ts';

const current = ambientOf<ProtectedCall>('call.v0');

/** Runs `work` as what `call` is about. */
export const runAsCall = <T>(call: ProtectedCall, work: () => T): T => current.run(call, work);

/** The call that the guarded function running now serves, or `undefined` outside one. */
export const tryGetCurrentCall = (): ProtectedCall | undefined => current.get();

/**
 * The call that the guarded function running now serves: its signal, its deadline, the number of its attempt. For
 * `@guarded` methods, whose arguments are their own, and for whatever they and the functions of `protect()` call. The
 * innermost one counts.
 *
 * @throws Error outside a guarded function
 * @example
 * class Stock {
 *   @guarded({ name: 'stock-db' })
 *   async find(sku: string) {
 *     return pool.query('select * from stock where sku = $1', [sku], { signal: currentCall().signal });
 *   }
 * }
 */
export const currentCall = (): ProtectedCall => {
  const call = current.get();
  if (call === undefined)
    throw new Error(
      'currentCall: no guarded function runs here; use tryGetCurrentCall() where that is normal',
    );
  return call;
};
