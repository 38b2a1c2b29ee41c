import express, { type Express } from 'express';
import { breakwater } from 'express-breakwater';

export const createApp = (carriers: Readonly<Record<string, string>>): Express => {
  const app = express();
  const [baseUrl = '', ...others] = Object.values(carriers);
  // #region readme
  const { before, after, client } = breakwater({ service: 'shop', logger: { level: 'silent' } });
  const shipping = client({
    name: 'shipping',
    baseUrl,
    allowedHosts: others.map((url) => new URL(url).host),
    retry: false,
    breaker: {
      key: 'host', // one carrier that is down stops nobody from asking the others
      windowCalls: 20, // of the last 20 calls …
      minimumCalls: 4,
      failureRateThreshold: 0.5, // … half have failed,
      slowCallMs: 800,
      slowCallRateThreshold: 0.8, // or 16 took 0.8 s or more
    },
  });

  app.use(before);
  app.get('/rates/:carrier', async (req, res) => {
    res.json(await shipping.get(`${carriers[req.params.carrier]}/rates`).json());
  });
  app.get('/ops/circuits', (_req, res) => {
    res.json(shipping.breaker?.snapshots());
  });
  app.post('/ops/circuits/:key/disable', (req, res) => {
    shipping.breaker?.disable(req.params.key);
    res.sendStatus(204);
  });
  app.use(after);
  // #endregion readme
  return app;
};
