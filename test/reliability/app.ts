import type { Response as Answer, Express, Request } from 'express';
import request, { type Response } from 'supertest';
import { asyncHandler, type Breakwater, breakwater, type Client } from '../../src/index.ts';
import { type CapturedLogs, captureLogs, type ManualClock } from '../../src/testing/index.ts';
import type { ExpressFactory } from '../support/foreign.ts';
import { serve } from '../support/sockets.ts';

/** An app on the whole stack, as a user wires it, on a clock that nobody waits for. */
export interface App {
  readonly clock: ManualClock;
  readonly logs: CapturedLogs;
  readonly suite: Breakwater;
  /** Asks a route; the answer comes as soon as the clock is moved far enough. */
  ask(path: string): Promise<Response>;
  close(): Promise<void>;
}

/** A handler that answers with what a client gets. */
export const passOn = (client: Client) =>
  asyncHandler(async (_req: Request, res: Answer) => {
    res.json(await client.get('/things').json());
  });

/** Serves the routes that `addRoutes` adds. */
export const serveApp = async (
  express: ExpressFactory,
  clock: ManualClock,
  addRoutes: (app: Express, suite: Breakwater) => void,
): Promise<App> => {
  const logs = captureLogs();
  const suite = breakwater({ service: 'orders', log: { stream: logs.stream }, clock, random: () => 0 });
  const app = express();
  app.use(suite.before);
  addRoutes(app, suite);
  app.use(suite.after);
  const served = await serve(app);
  return {
    clock,
    logs,
    suite,
    ask: async (path) => request(served.url).get(path),
    close: async () => {
      await served.close();
      await suite.close();
    },
  };
};
