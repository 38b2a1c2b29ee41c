// #region readme
import axios from 'axios';
import express from 'express';
import { breakwater, inject, outgoingHeaders, stripOnRedirect } from 'express-breakwater';
import { publish } from './queue.ts';

const usersUrl = process.env.USERS_URL ?? 'http://users.internal:8080/';
const { before, after } = breakwater({
  service: 'shop',
  context: { propagateTo: ['users.internal', '127.0.0.1'] },
});

// axios: headers for each call, and a look at each redirect that it follows.
const http = axios.create({ beforeRedirect: stripOnRedirect });
http.interceptors.request.use((config) => {
  config.headers.set(outgoingHeaders(axios.getUri(config)));
  return config;
});

// fetch: no hook for redirects, so none is followed.
const send = (url: string) => fetch(url, { headers: outgoingHeaders(url), redirect: 'manual' });

export const app = express();
app.use(before);
app.get('/axios', async (_req, res) => {
  const { data } = await http.get(usersUrl);
  res.json(data);
});
app.get('/fetch', async (_req, res) => {
  const answer = await send(usersUrl);
  res.json(await answer.json());
});
app.post('/orders', (_req, res) => {
  // Not by host but by choice: whoever calls inject() means it.
  publish('orders', { headers: inject({}), body: { orderId: 7 } });
  res.status(202).end();
});
app.use(after);
// #endregion readme

if (require.main === module) app.listen(3000, () => console.log('http://localhost:3000'));
