import type { IncomingMessage, ServerResponse } from 'node:http';
import { BadRequestError, type BusinessError, UnsupportedMediaTypeError } from '../errors/index.ts';
import { arrayOf, readOptions, readSafely } from '../kernel/index.ts';
import { hasBody } from './body-presence.ts';
import { isMediaTypePattern, matchesMediaType, mediaTypeOf } from './media-type.ts';

/** Options of `requireBody()`. */
export interface RequireBodyOptions {
  /**
   * Media types that are taken, at least one; `*` stands for a whole type or subtype, or for what is before a suffix:
   * `application/*+json`.
   *
   * @default ['application/json']
   */
  readonly types?: readonly string[] | undefined;
}

/** Defaults of `requireBody()`. */
export const REQUIRE_BODY_DEFAULTS: Required<RequireBodyOptions> = Object.freeze<
  Required<RequireBodyOptions>
>({
  types: Object.freeze(['application/json']),
});

/** Middleware of either Express major, without the types of one. */
export type BodyMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

const mediaTypes = arrayOf({
  expects: 'a media type such as "application/json", "application/*+json" or "text/*"',
  type: (value) => typeof value === 'string',
  range: isMediaTypePattern,
});

const someMediaTypes = {
  ...mediaTypes,
  expects: `${mediaTypes.expects}, at least one`,
  range: (value: unknown) => Array.isArray(value) && value.length > 0 && (mediaTypes.range?.(value) ?? true),
};

/** Headers that say what a resource takes: for every method, and for the two that have one of their own. */
const acceptHeaders = (method: string | undefined, accepted: string): Record<string, string> => ({
  Accept: accepted,
  ...(method === 'POST' && { 'Accept-Post': accepted }),
  ...(method === 'PATCH' && { 'Accept-Patch': accepted }),
});

const missing = (message: string): BusinessError => new BadRequestError(message, { code: 'missing-body' });

/** A parser that ran leaves `body` on the request, `undefined` if it did not take it; before it there is no `body`. */
const wasLeftOut = (req: object): boolean => 'body' in req && readSafely(req, 'body') === undefined;

/** Whether it was read to its end and there was nothing: a chunked body may be empty, and parsers make `{}` of that. */
const wasEmpty = (req: object): boolean =>
  readSafely(req, 'readableEnded') === true && readSafely(req, 'readableDidRead') === false;

/**
 * Middleware that lets only requests with a body of a wanted type pass: without one the answer is 400 `missing-body`,
 * with a body of another type, or of none, 415 with an `Accept` header that lists the wanted ones (and `Accept-Post` or
 * `Accept-Patch` for these methods). Parameters of the type do not matter. Mount it before or behind the body parser;
 * behind it, a body that the parser did not take counts as missing, and so does a chunked one without a byte.
 *
 * @throws TypeError or RangeError for a bad option
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16
 * @example
 * app.patch('/orders/:id', requireBody({ types: ['application/merge-patch+json'] }), changeOrder);
 */
export const requireBody = (options?: RequireBodyOptions): BodyMiddleware => {
  const read = readOptions({ where: 'requireBody' }, options, REQUIRE_BODY_DEFAULTS, {
    types: someMediaTypes,
  });
  const types = [...read.types];
  const accepted = types.join(', ');

  const check = (req: IncomingMessage): BusinessError | undefined => {
    if (!hasBody(req) || wasEmpty(req)) return missing('The request has no body');
    const type = mediaTypeOf(req.headers['content-type']);
    if (type === undefined || !types.some((pattern) => matchesMediaType(type, pattern)))
      return new UnsupportedMediaTypeError(`The request body must be ${types.join(' or ')}`, {
        headers: acceptHeaders(req.method, accepted),
      });
    return wasLeftOut(req) ? missing('The request body was not read') : undefined;
  };

  return function requireBody(req, _res, next) {
    const error = check(req);
    if (error === undefined) next();
    else next(error);
  };
};
