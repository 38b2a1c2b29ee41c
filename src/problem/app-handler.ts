import type { IncomingMessage } from 'node:http';
import { readSafely } from '../kernel/index.ts';
import type { ErrorHandler } from './handler.ts';
import { isProblemHandler } from './marks.ts';
import { routerOf, standsAtRoot } from './routes.ts';

/** Apps within apps are followed this far. */
const MAX_DEPTH = 16;

const handlerIn = (app: unknown): ErrorHandler | undefined => {
  const router = routerOf(app);
  const stack = readSafely(router, 'stack');
  if (!Array.isArray(stack)) return undefined;
  const handles = stack.map((layer) => readSafely(layer, 'handle'));
  // Only problemHandler() makes functions with this mark.
  return handles.find((handle) => isProblemHandler(handle) && standsAtRoot(router, handle)) as
    | ErrorHandler
    | undefined;
};

/**
 * The `problemHandler()` that an error of the request's own handler would reach: the first that stands in the app for all
 * paths, else that of the app in which it is mounted. Routers of an app are not looked into. Never throws.
 */
export const problemHandlerOf = (req: IncomingMessage): ErrorHandler | undefined => {
  let app = readSafely(req, 'app');
  for (let depth = 0; app !== undefined && depth < MAX_DEPTH; depth += 1) {
    const handler = handlerIn(app);
    if (handler !== undefined) return handler;
    app = readSafely(app, 'parent');
  }
  return undefined;
};
