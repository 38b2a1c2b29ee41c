import { AsyncResource } from 'node:async_hooks';

const resource = new AsyncResource('express-breakwater.detached');

/** Runs `work` outside every request: what it starts (timers, listeners, flights) holds no request's context. */
export const detached = <T>(work: () => T): T => resource.runInAsyncScope(work);
