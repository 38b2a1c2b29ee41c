import type { IncomingMessage, ServerResponse } from 'node:http';
import { NotFoundError } from '../errors/index.ts';

/** A middleware, as both majors of Express take it. */
export type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/** Passes a `NotFoundError` on for every request that no route took. Mount it after the routes. */
export const notFound = (): Handler =>
  function notFound(_req, _res, next) {
    next(new NotFoundError('No such resource'));
  };
