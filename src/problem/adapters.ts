import type { IncomingMessage, ServerResponse } from 'node:http';
import { ForbiddenError, TooManyRequestsError } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';

/**
 * The error to give to the callback of cors's `origin` option: 403 `origin-not-allowed`. Without it a plain error is a 500,
 * and `false` lets the request pass.
 *
 * @param message public, the `detail`
 * @example
 * cors({ origin: (origin, done) => (allowed.has(origin) ? done(null, true) : done(corsError())) });
 */
export const corsError = (message = 'The origin is not allowed'): ForbiddenError =>
  new ForbiddenError(message, { code: 'origin-not-allowed' });

/** What express-rate-limit calls where a limit is exceeded. */
export type RateLimitHandler = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
  options: object,
) => void;

/**
 * The `handler` option of express-rate-limit: passes a 429 `rate-limited` on to the final handler, so that it is answered as
 * a problem. The limiter's own headers stay; where it sets no `Retry-After`, the length of its window stands in.
 *
 * @example
 * app.use(rateLimit({ limit: 100, handler: rateLimitHandler() }));
 */
export const rateLimitHandler = (): RateLimitHandler =>
  function rateLimitHandler(_req, res, next, options) {
    const windowMs = readSafely(options, 'windowMs');
    const retryAfterMs = !res.hasHeader('Retry-After') && typeof windowMs === 'number' ? windowMs : undefined;
    next(
      new TooManyRequestsError('Too many requests, please try again later', {
        code: 'rate-limited',
        retryAfterMs,
      }),
    );
  };
