import type { IncomingMessage, ServerResponse } from 'node:http';
import { contextOf, ownSpanOf } from '../context/index.ts';
import { readSafely } from '../kernel/index.ts';
import { isRecording, writeOn } from './span.ts';

/** Middleware of either Express major, without the types of one. */
export type RouteMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** `http.route`, unless the instrumentation of Express set it. */
const ROUTE = 'http.route';

const setRoute = (span: object, route: string | undefined): void => {
  const known = readSafely(readSafely(span, 'attributes'), ROUTE);
  if (route !== undefined && known === undefined) writeOn(span).setAttribute(ROUTE, route);
};

/**
 * Middleware that gives the request's own span its `http.route` as the response ends, where no instrumentation of Express
 * did: that of Node's http knows no routes. It goes behind `requestContext()`.
 *
 * @param routeOf the template of the route that served a request
 */
export const traceRoutes = (routeOf: (request: object) => string | undefined): RouteMiddleware =>
  function traceRoutes(request, response, next) {
    const record = contextOf(request);
    const span = record && ownSpanOf(record);
    if (isRecording(span)) {
      // Ahead of the listener of the instrumentation, which ends the span.
      response.prependOnceListener('close', () => {
        if (isRecording(span)) setRoute(span, routeOf(request));
      });
    }
    next();
  };
