import type { Express } from 'express';
import request, { type Test } from 'supertest';
import {
  type Answer,
  type Breakwater,
  breakwater,
  type Client,
  type ClientOptions,
  getContext,
  runWithContext,
} from '../../src/index.ts';
import {
  type CapturedLogs,
  captureLogs,
  type FakeUpstream,
  fakeUpstream,
  type LogLine,
  type ManualClock,
  manualClock,
} from '../../src/testing/index.ts';

/** An app whose only route asks a dependency. */
export interface DependencyApp {
  readonly upstream: FakeUpstream;
  readonly clock: ManualClock;
  readonly logs: CapturedLogs;
  readonly app: Express;
  /** Sends a request to the route. */
  ask(): Test;
  /** The failure record in the log, as soon as it is there. */
  failure(): Promise<LogLine>;
  close(): Promise<void>;
}

/** How the dependency is asked. */
export interface Asking extends Partial<ClientOptions> {
  /** @default GET /things as JSON */
  readonly call?: ((client: Client) => PromiseLike<Answer | unknown>) | undefined;
  /** When the time of the request being served is up, on the clock, in milliseconds. @default never */
  readonly deadline?: number | undefined;
}

/** The stack as a user wires it, around a dependency that fails as the test says. */
export const dependencyApp = async (express: () => Express, asking: Asking = {}): Promise<DependencyApp> => {
  const { call = (client: Client) => client.get('/things').json(), deadline, ...options } = asking;
  const [upstream, clock, logs] = [await fakeUpstream(), manualClock(), captureLogs()];
  const suite: Breakwater = breakwater({ service: 'orders', log: { stream: logs.stream }, clock });
  const client = suite.client({ name: 'catalog', baseUrl: upstream.url, retry: false, ...options });
  const app = express();
  app.use(suite.before);
  app.get('/', (_req, res, next) => {
    const work = runWithContext({ ...getContext(), deadline }, async () => call(client));
    work.then((body) => res.json(body), next);
  });
  app.use(suite.after);
  return {
    upstream,
    clock,
    logs,
    app,
    ask: () => request(app).get('/'),
    failure: () => logs.waitFor(({ event }) => event === 'http.server.request.exception'),
    close: async () => {
      await upstream.close();
      await suite.close();
    },
  };
};
