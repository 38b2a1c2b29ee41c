import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import {
  type BreakwaterError,
  breakwater,
  defineError,
  isBusinessError,
  NotFoundError,
  problemHandler,
  type StandardSchema,
  validate,
} from 'express-breakwater';
import { type ManualClock, manualClock } from 'express-breakwater/testing';

const InsufficientFunds = defineError('insufficient-funds', {
  status: 403,
  title: 'Insufficient funds',
  detail: (d: { needed: number; balance: number }) =>
    `The order needs ${d.needed} but the balance is ${d.balance}.`,
  extensions: ['needed'],
});

const { before, after, client } = breakwater({
  service: 'orders',
  version: '1.4.0',
  logger: { level: 'silent' },
});
const catalog = client({ name: 'catalog', baseUrl: 'http://127.0.0.1:1', retry: false });

const pages: StandardSchema<unknown, { page: number }> = {
  '~standard': { version: 1, vendor: 'none', validate: () => ({ value: { page: 1 } }) },
};

// An environment variable that is not set is an option that is not written.
const maybe = undefined as number | undefined;
const text = undefined as string | undefined;
export const withUndefined = () => {
  const error = new NotFoundError(text, { code: text, retryAfterMs: maybe, publicDetail: text });
  breakwater({
    service: 'x',
    version: text,
    environment: text,
    logger: undefined,
    log: { redact: undefined },
  });
  const call = client({
    name: 'x',
    baseUrl: 'http://localhost',
    headers: undefined,
    timeout: { totalMs: maybe, attemptMs: maybe, connectMs: maybe },
    retry: {
      maxRetries: maybe,
      backoff: { baseMs: maybe, jitter: undefined },
      budget: { ratio: maybe },
      methods: undefined,
    },
    breaker: { openMs: maybe, onStateChange: undefined },
    bulkhead: { maxQueue: maybe, maxQueueMs: maybe },
    cache: undefined,
    fallback: undefined,
    upstreamErrors: undefined,
  }).get('/', { params: undefined, query: { page: maybe }, signal: undefined, timeout: undefined });
  return [error, call, validate({ body: undefined, query: pages }), problemHandler({ instance: undefined })];
};

const app = express();
app.use(before);
app.use(express.json());
app.get('/products/:id', (req, res, next) => {
  catalog
    .get('/products/:id', {
      params: { id: req.params.id },
      upstreamErrors: { 404: () => new NotFoundError('No such product') },
    })
    .json()
    .then((product) => res.json(product), next);
});
app.post('/orders', () => {
  throw new InsufficientFunds({ needed: 30, balance: 10 });
});
app.use(after);

const clock: ManualClock = manualClock();
const error: BreakwaterError = new InsufficientFunds({ needed: 30, balance: 10 });
// @ts-expect-error the balance is missing
const wrong = () => new InsufficientFunds({ needed: 30 });

const report = (name: string, holds: boolean): void => {
  console.log(`${holds ? 'ok' : 'not ok'} - ${name}`);
  if (!holds) process.exitCode = 1;
};

/** A problem document; what it says is looked at member by member. */
const bodyOf = async (answer: Response): Promise<Record<string, unknown>> =>
  // A JSON object has text keys, and its values stay unknown.
  (await answer.json()) as Record<string, unknown>;

const main = async (): Promise<void> => {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address and a port.
  const { port } = server.address() as AddressInfo;
  const order = await fetch(`http://127.0.0.1:${port}/orders`, { method: 'POST' });
  const problem = await bodyOf(order);
  report(
    'a defined error is answered by its problem document',
    order.status === 403 && problem.needed === 30,
  );
  const product = await fetch(`http://127.0.0.1:${port}/products/7`);
  const failure = await bodyOf(product);
  report(
    'a dependency that is down is answered 502 dependency-failed',
    product.status === 502 && failure.code === 'dependency-failed',
  );
  report(
    'the compiled guards and clock work',
    isBusinessError(error) && clock.now() === 0 && wrong.length === 0,
  );
  server.close();
  server.closeAllConnections();
};

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
