import type { Logger } from 'pino';
import { readSafely } from '../kernel/index.ts';

/**
 * The logger that `accessLog()` put on a request as `req.log`, or `undefined` without it. TypeScript knows that member only
 * where the types of pino-http are loaded; this asks for none.
 *
 * @example
 * loggerOf(req)?.info({ orderId }, 'stored');
 */
export const loggerOf = (request: object): Logger | undefined => {
  const log = readSafely(request, 'log');
  // accessLog() writes it, or left a logger that was there.
  return typeof readSafely(log, 'child') === 'function' ? (log as Logger) : undefined;
};
