import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import DataLoader from 'dataloader';
import request from 'supertest';
import { Agent } from 'undici';
import {
  addContext,
  bindContext,
  contextOf,
  getContext,
  requestContext,
  runWithContext,
  tryGetContext,
} from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { requestRecord } from '../support/records.ts';
import { exchange, serve } from '../support/sockets.ts';

const ambientId = (): string | undefined => tryGetContext()?.requestId;

const during = <T>(requestId: string, work: () => T): T => runWithContext(requestRecord({ requestId }), work);

describe.each(expressMajors)('what requests share on $major', ({ express }) => {
  it('a connection that is kept alive gives the next request ids and fields of its own', async () => {
    const app = express();
    app.use(requestContext());
    app.get('/first', (_req, res) => {
      addContext({ userId: 'ada' });
      res.end();
    });
    app.get('/second', (_req, res) => {
      res.json([getContext().requestId, getContext().fields]);
    });
    const served = await serve(app);

    const answer = await exchange(
      served.port,
      'GET /first HTTP/1.1\r\nHost: a\r\nX-Request-ID: first\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );

    await served.close();
    const [, second = ''] = answer.split('HTTP/1.1 200 OK').slice(1);
    expect(second).toMatch(/^X-Request-ID: [0-9a-f-]{36}\r$/m);
    expect(second).toMatch(/\["[0-9a-f-]{36}",\{\}\]/);
  });

  it('a server that a handler starts has contexts of its own, and leaves that of the handler', async () => {
    const inner = express();
    inner.use(requestContext());
    inner.get('/', (req, res) => {
      addContext({ inner: true });
      res.json([getContext().requestId, tryGetContext() === contextOf(req)]);
    });
    const app = express();
    app.use(requestContext());
    app.get('/', (_req, res, next) => {
      const server = createServer(inner);
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        get({ port, headers: { 'X-Request-ID': 'inner' }, agent: false }, (answer) => {
          answer.setEncoding('utf8').once('data', (body: string) => {
            server.close();
            res.json([body, ambientId(), getContext().fields]);
          });
        }).once('error', next);
      });
    });

    const answer = await request(app).get('/').set('X-Request-ID', 'outer');

    expect(answer.body).toEqual(['["inner",true]', 'outer', {}]);
  });
});

describe('a loader that requests share', () => {
  const setUp = (batchScheduleFn?: (run: () => void) => void) => {
    const batches: (string | undefined)[] = [];
    const loader = new DataLoader<string, string>(
      async (keys) => {
        batches.push(ambientId());
        return keys;
      },
      { cache: false, ...(batchScheduleFn && { batchScheduleFn }) },
    );
    const load = async (key: string): Promise<string | undefined> => {
      await loader.load(key);
      return ambientId();
    };
    return { batches, load };
  };

  it('runs the batch of all in the context of the first, and each goes on in its own', async () => {
    const { batches, load } = setUp();

    const after = await Promise.all([during('a', () => load('a')), during('b', () => load('b'))]);

    expect([batches, after]).toEqual([['a'], ['a', 'b']]);
  });

  it('runs it on behalf of nobody if the schedule is bound where there is no request', async () => {
    const { batches, load } = setUp(bindContext((run: () => void) => setImmediate(run)));

    const after = await Promise.all([during('a', () => load('a')), during('b', () => load('b'))]);

    expect([batches, after]).toEqual([[undefined], ['a', 'b']]);
  });
});

describe('a pool of connections that requests share', () => {
  it('tells of its connections in a context of chance, but each call goes on in its own', async () => {
    const served = await serve((_req, res) => res.end('ok'));
    const agent = new Agent({ connections: 1 });
    const told: (string | undefined)[] = [];
    agent.on('disconnect', () => told.push(ambientId()));
    agent.on(
      'disconnect',
      bindContext(() => told.push(`bound ${ambientId()}`)),
    );
    const call = async (): Promise<readonly (string | undefined)[]> => {
      const { body } = await agent.request({ origin: served.url, path: '/', method: 'GET' });
      const afterHead = ambientId();
      await body.text();
      return [afterHead, ambientId()];
    };

    const after = await Promise.all([during('a', call), during('b', call)]);

    const gone = once(agent, 'disconnect');
    served.server.closeAllConnections();
    await gone;
    await agent.close();
    await served.close();
    expect(after).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
    expect(told[1]).toBe('bound undefined');
  });
});
