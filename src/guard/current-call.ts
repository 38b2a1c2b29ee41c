import { enclosing, type StaleMark } from '../context/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { ProtectedCall } from './protected.ts';

/**
 * Runs `work` as what `call` is about: calls that it makes until it has ended follow this one.
 *
 * @param staleMarks where it is noted that something stale is used within it. @default that of what is around it
 */
export const runAsCall = async <T>(
  call: ProtectedCall,
  clock: Clock,
  work: () => Promise<T> | T,
  staleMarks: StaleMark[] | undefined = enclosing.get()?.staleMarks,
): Promise<T> => {
  let over = false;
  try {
    return await enclosing.run({ call, clock, isOver: () => over, staleMarks }, work);
  } finally {
    over = true;
  }
};

/** The call that the guarded function running now serves, or `undefined` outside one. */
export const tryGetCurrentCall = (): ProtectedCall | undefined => enclosing.get()?.call;

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
  const call = tryGetCurrentCall();
  if (call === undefined)
    throw new Error(
      'currentCall: no guarded function runs here; use tryGetCurrentCall() where that is normal',
    );
  return call;
};
