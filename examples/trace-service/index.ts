import { once } from 'node:events';
import express from 'express';
import { breakwater, outgoingHeaders } from 'express-breakwater';

/** What the conformance suite of W3C Trace Context posts: whom to call, and what to post there. */
interface Callback {
  readonly url: string;
  readonly arguments: unknown;
}

/**
 * The service that the suite asks for, calling by our client (`/test`) and by fetch (`/test-fetch`). `harnessUrl` is where
 * the suite listens for its calls.
 */
export const createTraceService = (harnessUrl: string) => {
  const { before, after, client, close } = breakwater({
    service: 'trace-service',
    logger: { level: process.env.LOG_LEVEL ?? 'silent' },
    context: { propagateTo: [new URL(harnessUrl).host] },
  });
  const harness = client({ name: 'harness', baseUrl: harnessUrl });

  const app = express();
  app.use(before);
  app.use(express.json());
  app.post('/test', async (req, res) => {
    for (const { url, arguments: json } of req.body as readonly Callback[]) await harness.post(url, { json });
    res.json({});
  });
  app.post('/test-fetch', async (req, res) => {
    for (const { url, arguments: json } of req.body as readonly Callback[]) {
      const headers = { ...outgoingHeaders(url), 'content-type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(json) });
      await answer.arrayBuffer();
    }
    res.json({});
  });
  app.use(after);
  return { app, close };
};

if (require.main === module) {
  const { app } = createTraceService(process.env.HARNESS_URL ?? 'http://127.0.0.1:7777');
  const server = app.listen(Number(process.env.PORT ?? 5000), '127.0.0.1');
  void once(server, 'listening').then(() => {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    console.log(`POST http://127.0.0.1:${port}/test`);
  });
}
