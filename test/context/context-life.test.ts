import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  addContext,
  getContext,
  type RequestContext,
  requestContext,
  runWithContext,
  tryGetContext,
} from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { requestRecord } from '../support/records.ts';
import { dial, exchange, serve } from '../support/sockets.ts';

describe.each(expressMajors)('the life of a context on $major', ({ express }) => {
  it('gives each request its own context though the server was started inside one', async () => {
    const records: RequestContext[] = [];
    const app = express();
    app.use(requestContext());
    app.get('/ok', (_req, res) => {
      records.push(getContext());
      res.end();
    });
    app.get('/bind', (_req, res) => {
      addContext({ userId: 'first' });
      res.end();
    });
    const boot = requestRecord({ requestId: 'boot' });
    const served = await runWithContext(boot, () => serve(app));

    await request(served.url).get('/bind');
    await request(served.url).get('/ok');

    await served.close();
    expect(records[0]?.requestId).not.toBe('boot');
    expect(records[0]?.fields).toEqual({});
  });

  it('aborts the signal, in the context of its request, when the client leaves', async () => {
    const app = express();
    app.use(requestContext());
    const aborted = new Promise<{ reason: unknown; requestId: string | undefined }>((resolve) => {
      app.get('/slow', (_req, res) => {
        const { signal } = getContext();
        signal.addEventListener('abort', () =>
          resolve({ reason: signal.reason, requestId: tryGetContext()?.requestId }),
        );
        res.write('begun');
      });
    });
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.write('GET /slow HTTP/1.1\r\nHost: a\r\nX-Request-ID: gone\r\n\r\n');
    await once(socket, 'data');

    socket.destroy();

    const { reason, requestId } = await aborted;
    await served.close();
    expect(reason).toMatchObject({ name: 'ClientClosedError', code: 'client-closed', status: 499 });
    expect(requestId).toBe('gone');
  });

  it('has an aborted signal for whoever asks after the client left', async () => {
    const app = express();
    app.use(requestContext());
    const closed = new Promise<RequestContext>((resolve) => {
      app.get('/slow', (_req, res) => {
        const record = getContext();
        res.write('begun');
        res.once('close', () => resolve(record));
      });
    });
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');

    socket.destroy();

    const { signal } = await closed;
    await served.close();
    expect(signal.aborted).toBe(true);
  });

  it('does not abort the signal of an answered request, nor leave a listener on its response', async () => {
    const app = express();
    app.use(requestContext());
    const answered = new Promise<{ signal: AbortSignal; response: ServerResponse }>((resolve) => {
      app.get('/ok', (_req, res) => {
        const { signal } = getContext();
        res.once('close', () => setImmediate(resolve, { signal, response: res }));
        res.send('ok');
      });
    });

    await request(app).get('/ok');

    const { signal, response } = await answered;
    expect(signal.aborted).toBe(false);
    expect(response.listenerCount('close')).toBe(0);
  });

  it('does not abort the signals of pipelined requests that were all answered', async () => {
    const signals: AbortSignal[] = [];
    const app = express();
    app.use(requestContext());
    app.get('/ok', (_req, res) => {
      signals.push(getContext().signal);
      res.send('x'.repeat(100_000));
    });
    const served = await serve(app);

    const one = 'GET /ok HTTP/1.1\r\nHost: a\r\n\r\n';
    await exchange(served.port, `${one}${one}GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);

    await served.close();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
  });
});
