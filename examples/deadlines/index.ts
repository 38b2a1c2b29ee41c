import { readFile } from 'node:fs/promises';
import express, { type Express } from 'express';
import { breakwater, getContext, requestDeadline } from 'express-breakwater';

export const createApp = (catalogUrl: string): Express => {
  const app = express();
  // #region readme
  const { before, after, client } = breakwater({
    service: 'shop',
    logger: { level: 'silent' },
    deadline: { ms: 10_000, header: true }, // for every request; a caller may ask for less
  });
  const catalog = client({ name: 'catalog', baseUrl: catalogUrl });

  app.use(before);
  app.get('/products', async (_req, res) => {
    res.json(await catalog.get('/products').json()); // ends with the request, retries and waits included
  });
  app.get('/report', requestDeadline({ ms: 2_000 }), async (_req, res) => {
    const { signal } = getContext();
    const parts: string[] = [];
    for (const file of ['head.txt', 'body.txt']) {
      signal.throwIfAborted(); // nothing is begun that nobody waits for
      parts.push(await readFile(file, { encoding: 'utf8', signal }));
    }
    res.send(parts.join(''));
  });
  app.use(after);
  // #endregion readme
  return app;
};
