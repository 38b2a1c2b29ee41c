import express, { type Express } from 'express';
import { breakwater, type Client, dataFreshness } from 'express-breakwater';

/** An app that shows profiles, and its client of the service that has them. */
export const createApp = (baseUrl: string): { readonly app: Express; readonly users: Client } => {
  const app = express();
  // #region readme
  const { before, after, client } = breakwater({ service: 'shop', logger: { level: 'silent' } });
  const users = client({
    name: 'users',
    baseUrl,
    cache: {
      staleIfErrorMs: 600_000, // an answer may be 10 minutes too old where asking again fails
      staleWhileRevalidateMs: 5_000, // and 5 seconds while a new one is on its way
    },
  });

  app.use(before);
  app.get('/profile', async (req, res) => {
    const headers = { authorization: req.get('authorization') }; // makes a part of the cache that is the caller's own
    const answer = await users.get('/me', { headers });
    res.json({ ...(await answer.json<object>()), dataFreshness: dataFreshness(answer) });
  });
  app.post('/ops/purge', async (_req, res) => {
    await users.cache?.purge({ url: '/me' }); // whoever asked for it
    res.sendStatus(204);
  });
  app.use(after);
  // #endregion readme
  return { app, users };
};
