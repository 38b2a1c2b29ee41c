export { traceEvents } from './trace-events.ts';
export { type RouteMiddleware, traceRoutes } from './trace-routes.ts';
