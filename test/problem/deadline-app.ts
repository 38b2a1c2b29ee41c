import type { RequestListener } from 'node:http';
import type { Express, Request, Response } from 'express';
import { getContext, type RequestContext, requestContext } from '../../src/context/index.ts';
import { createEventHub, type RequestFailed } from '../../src/events/index.ts';
import { problemHandler, type RequestDeadlineOptions, requestDeadline } from '../../src/problem/index.ts';
import { type ManualClock, manualClock } from '../../src/testing/index.ts';
import type { ExpressFactory } from '../support/foreign.ts';
import { type Served, serve } from '../support/sockets.ts';

/** A request that a route of the app holds. */
export interface Held {
  readonly req: Request;
  readonly res: Response;
  readonly record: RequestContext;
}

/** An app with a deadline, and a route at `/hang` that keeps what it gets. */
export interface DeadlineApp {
  readonly app: Express;
  readonly clock: ManualClock;
  readonly failures: RequestFailed[];
  /** The next request that came to the route. */
  arrival(): Promise<Held>;
  /** Mounts the final handler and serves the app. */
  start(listener?: RequestListener): Promise<Served>;
}

export const deadlineApp = (
  express: ExpressFactory,
  options: Partial<RequestDeadlineOptions> = {},
  setUp: (app: Express, clock: ManualClock) => void = () => undefined,
): DeadlineApp => {
  const clock = manualClock();
  const events = createEventHub();
  const failures: RequestFailed[] = [];
  events.subscribe('request.failed', (event) => failures.push(event));
  const app = express();
  const waiting: Held[] = [];
  let tell = (): void => undefined;
  app.use(requestContext(), requestDeadline({ ms: 100, clock, ...options }));
  setUp(app, clock);
  app.all('/hang', (req, res) => {
    waiting.push({ req, res, record: getContext() });
    tell();
  });
  app.use(problemHandler({ baseUri: 'https://errors.test/', instance: 'urn', events }));
  return {
    app,
    clock,
    failures,
    arrival: async () => {
      for (;;) {
        const held = waiting.shift();
        if (held !== undefined) return held;
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
    },
    start: (listener = app) => serve(listener),
  };
};
