import { brandSymbol, hasBrand, readSafely } from '../kernel/index.ts';

const NEVER_LEFT = brandSymbol('request.never-left');

/** Marks what a connection was not established with: no request that waited for it was sent. */
export const markNeverLeft = <T>(error: T): T => {
  // A frozen error stays without: Reflect answers false.
  if (typeof error === 'object' && error !== null) Reflect.defineProperty(error, NEVER_LEFT, { value: true });
  return error;
};

/** Whether the request that failed with `error` was provably not sent, as there was no connection to send it over. */
export const neverLeft = (error: unknown): boolean =>
  hasBrand(error, NEVER_LEFT) || hasBrand(readSafely(error, 'cause'), NEVER_LEFT);
