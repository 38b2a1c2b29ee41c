// #region readme
import express from 'express';
import { breakwater } from 'express-breakwater';
import { captureLogs } from 'express-breakwater/testing';

/** An app whose log is kept in memory, for a test to ask. */
export const loggedApp = () => {
  const logs = captureLogs();
  const { before, after } = breakwater({ service: 'orders', log: { stream: logs.stream } });
  const app = express();
  app.use(before);
  app.get('/orders/:id', (req) => {
    throw new Error(`connect to postgres://app:${req.query.password}@db failed`);
  });
  app.use(after);
  return { app, logs };
};

/** What a test of a failing request asks of its log. */
export const checkLog = async (logs: ReturnType<typeof captureLogs>, requestId: string) => {
  const access = await logs.waitFor((line) => line.event === 'http.server.request');
  const failure = logs.expectSingleFailure(requestId); // one record with a stack, or an Error that lists the lines
  logs.expectNoDuplicateKeys(); // JSON.parse would hide them
  logs.expectNoSecret('hunter2'); // nor percent-encoded, nor in base64
  return { status: access.status, failure: failure.event, atError: logs.at('error').length };
};
// #endregion readme
