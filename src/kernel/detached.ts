import { AsyncResource } from 'node:async_hooks';

const resource = new AsyncResource('express-breakwater.detached');

/**
 * Runs `work` outside every request, so that what it starts (timers, listeners, shared flights) holds no request's
 * context and is never attributed to one.
 */
export const detached = <T>(work: () => T): T => resource.runInAsyncScope(work);
