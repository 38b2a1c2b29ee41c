import { readSafely } from '../kernel/index.ts';

/** Keeps what an error follows from as its `cause`, where it has none. One that cannot be extended stays without. */
export const attachCause = (error: unknown, cause: unknown): void => {
  if (typeof error !== 'object' || error === null || error === cause) return;
  if (readSafely(error, 'cause') !== undefined) return;
  // Reflect answers false for a frozen error; a hostile proxy throws, and is not worth a cause.
  try {
    Reflect.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  } catch {
    return;
  }
};
