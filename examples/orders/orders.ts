import express, { type Express, type Request } from 'express';
import {
  addContext,
  type Breakwater,
  breakwater,
  type Client,
  dataFreshness,
  ForbiddenError,
  UnauthorizedError,
  validate,
} from 'express-breakwater';
import { z } from 'zod';
import { InsufficientFunds, type Product, ProductNotFound, type Profile, UserNotFound } from './domain.ts';

/** Where the two dependencies are. */
export interface OrdersOptions {
  readonly catalogUrl: string;
  readonly usersUrl: string;
  /** How long the last good profile may stand in for a failing users service, in milliseconds. */
  readonly staleIfErrorMs?: number;
  readonly logger?: Parameters<typeof breakwater>[0]['logger'];
}

/** The orders service: the app, and what has to be closed when it ends. */
export interface OrdersService {
  readonly app: Express;
  readonly users: Client;
  readonly close: Breakwater['close'];
}

const newOrder = validate({
  body: z.object({
    userId: z.string().min(1),
    productId: z.string().min(1),
    quantity: z.number().int().min(1).max(100),
  }),
});

export const createOrders = ({
  catalogUrl,
  usersUrl,
  staleIfErrorMs = 600_000,
  logger,
}: OrdersOptions): OrdersService => {
  const { before, after, client, close } = breakwater({ service: 'orders', version: '1.4.0', logger });

  const catalog = client({ name: 'catalog', baseUrl: catalogUrl, timeout: { totalMs: 2_000 } });
  const users = client({
    name: 'users',
    baseUrl: usersUrl,
    timeout: { totalMs: 1_000, attemptMs: 250 },
    retry: { maxRetries: 1, backoff: { baseMs: 50 } },
    breaker: { minimumCalls: 5, windowMs: 5_000, openMs: 1_000, openGrowth: 1, halfOpenCalls: 2 },
    cache: { staleIfErrorMs },
    // Whichever way users fails, its callers are told to come back later.
    upstreamErrors: 'unavailable',
  });

  const productOf = (id: string): Promise<Product> =>
    catalog
      .get('/products/:id', {
        params: { id },
        upstreamErrors: { 404: () => new ProductNotFound({ productId: id }) },
      })
      .json<Product>();

  /** Asked with the token of whoever asks us: what is kept for one token is never another's. */
  const profileOf = (req: Request, id: string, options: { readonly cache?: false } = {}) =>
    users.get('/users/:id', {
      params: { id },
      headers: { authorization: req.get('authorization') },
      upstreamErrors: {
        401: () => new UnauthorizedError('A token is needed', { challenge: 'Bearer' }),
        403: () => new ForbiddenError('A profile is for its owner alone'),
        404: () => new UserNotFound({ userId: id }),
      },
      ...options,
    });

  const app = express();
  app.use(before);
  app.use(express.json());

  app.get('/products/:id', async (req, res) => {
    const { id, name, price } = await productOf(req.params.id);
    // The product "legacy" has no price: a bug, and so a 500 that says nothing of it.
    res.json({ id, name, price: `${price.amount.toFixed(2)} ${price.currency}` });
  });

  app.post('/orders', newOrder, async (req, res) => {
    const { userId, productId, quantity } = newOrder.of(req).body;
    addContext({ userId });
    // Money is not decided on a stale balance: no cache for this call.
    const [product, profile] = await Promise.all([
      productOf(productId),
      profileOf(req, userId, { cache: false }).json<Profile>(),
    ]);
    const needed = product.price.amount * quantity;
    if (needed > profile.balance) throw new InsufficientFunds({ needed, balance: profile.balance });
    res.status(201).json({ userId, productId, quantity, total: needed });
  });

  app.get('/profiles/:id', async (req, res) => {
    const answer = await profileOf(req, req.params.id);
    // An answer is as old as what it is made of. Where that is stale, Cache-Status and Warning are added, and no cache
    // may take this for fresh.
    res.set({ 'Cache-Control': 'private, max-age=1', Age: answer.headers.get('age') ?? '0' });
    res.json({
      profile: await answer.json<Profile>(),
      dataFreshness: dataFreshness(answer),
      source: answer.source,
      ageMs: answer.cache?.ageMs,
      staleReason: answer.cache?.reason,
      // What the cache of this service did. Nobody outside needs to know; the checks of the demo do.
      cacheStatus: answer.headers.get('cache-status'),
      circuit: users.breaker?.snapshot().state,
    });
  });

  app.get('/user-info', async (req, res) => {
    res.json(await profileOf(req, 'ada', { cache: false }).json<Profile>());
  });

  app.use(after);
  return { app, users, close };
};
