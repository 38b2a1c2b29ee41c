import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { Client } from '../../src/client/index.ts';
import { getContext, requestContext } from '../../src/context/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { problemHandler, requestDeadline } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, serve } from '../support/sockets.ts';
import { cachedCalling, lasting } from './cached-clients.ts';

const SLOW_MS = 1_000;

describe.each(expressMajors)('requests that ask for the same at once, on $major', ({ express }) => {
  const { upstream, clientOf, clock } = cachedCalling();

  const appOf = (client: Client) => {
    const app = express();
    const signals: AbortSignal[] = [];
    app.use(requestContext());
    app.get('/', async (_req, res, next) => {
      signals.push(getContext().signal);
      app.emit('asked');
      await client
        .get('/x')
        .json()
        .then((body) => res.json(body), next);
    });
    return { app, signals };
  };

  it('get their answer though the first of them disconnects', async () => {
    upstream().respondWith({ ...lasting({ id: 1 }), delayMs: SLOW_MS });
    const { app, signals } = appOf(clientOf());
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await upstream().nextRequest();
    const asked = once(app, 'asked');
    const second = request(served.url)
      .get('/')
      .then(({ body }) => body);
    await asked;
    const gone = once(signals[0] ?? new AbortController().signal, 'abort');
    socket.destroy();
    await gone;

    await clock().advance(SLOW_MS);

    expect([await second, upstream().requests.length]).toEqual([{ id: 1 }, 1]);
    await served.close();
  });

  it('say of something stale that it is, and let nobody keep it as fresh', async () => {
    upstream().script([lasting({ id: 1 }, 'max-age=1'), { status: 503 }]);
    const { app } = appOf(clientOf());
    app.set('etag', false);
    const served = await serve(app);
    await request(served.url).get('/');
    await clock().advance(3_000);

    const { headers, body } = await request(served.url).get('/');

    expect([body, headers]).toMatchObject([
      { id: 1 },
      {
        'cache-status': 'catalog; hit; ttl=-2; detail=upstream-5xx',
        warning: '110 - "Response is Stale"',
        'cache-control': 'no-cache',
      },
    ]);
    await served.close();
  });

  it('tell the circuit of a dependency that hangs for longer than requests may take', async () => {
    upstream().respondWith('hang');
    const client = clientOf({ breaker: { consecutiveFailures: 1 } });
    const app = express();
    app.use(requestContext());
    app.use(requestDeadline({ ms: 100, clock: clock() }));
    app.get('/', async (_req, res, next) => {
      // Half of its time is spent elsewhere.
      await clock().advance(50);
      await client.get('/x').then(() => res.end(), next);
    });
    app.use(problemHandler({ events: createEventHub() }));
    const served = await serve(app);
    const answered = request(served.url)
      .get('/')
      .then(({ status }) => status);
    await upstream().nextRequest();

    await clock().advance(50);

    expect([await answered, client.breaker?.snapshot().state]).toEqual([504, 'open']);
    await served.close();
  });
});
