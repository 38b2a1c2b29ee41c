import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  type ContextOptions,
  getContext,
  lifeOf,
  noteStale,
  type RequestContext,
  requestContext,
  runWithCarrier,
  type StaleMark,
} from '../../src/context/index.ts';
import { ServiceUnavailableError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, serve } from '../support/sockets.ts';

const MEMBER = 'users; hit; ttl=-5; detail=timeout';
const WARNING = '110 - "Response is Stale"';

const mark = (change: Partial<StaleMark> = {}): StaleMark => ({
  cacheStatus: MEMBER,
  warning: WARNING,
  ...change,
});

const noteHere = (change?: Partial<StaleMark>): void => noteStale(getContext(), mark(change));

describe.each(expressMajors)('the answer of a handler that used something stale on $major', ({ express }) => {
  const answerOf = (handle: (res: ServerResponse) => void, options?: ContextOptions) => {
    const app = express();
    app.use(requestContext(options));
    app.get('/', (_req: unknown, res: ServerResponse) => handle(res));
    return request(app).get('/');
  };

  it('says so, and that nobody serves it without asking again', async () => {
    const { headers } = await answerOf((res) => {
      noteHere();
      res.end('old');
    });

    expect(headers).toMatchObject({
      'cache-status': MEMBER,
      warning: WARNING,
      'cache-control': 'no-cache',
    });
  });

  it('says nothing of warnings where the cache gives none', async () => {
    const { headers } = await answerOf((res) => {
      noteHere({ warning: undefined });
      res.end('old');
    });

    expect([headers['cache-status'], headers.warning]).toEqual([MEMBER, undefined]);
  });

  it.each([
    ['public, max-age=60, stale-while-revalidate=600', 'no-cache'],
    ['s-maxage=60, must-revalidate', 'no-cache'],
    ['private, max-age=60', 'private, no-cache'],
    ['Private="set-cookie", max-age=60', 'private, no-cache'],
    ['max-age=60, no-transform', 'no-cache, no-transform'],
    ['no-store', 'no-store'],
    ['private, No-Store', 'private, No-Store'],
    ['no-cache', 'no-cache'],
  ])('lets it be kept for no longer than that: %s', async (given, told) => {
    const { headers } = await answerOf((res) => {
      noteHere();
      res.setHeader('Cache-Control', given);
      res.end('old');
    });

    expect(headers['cache-control']).toBe(told);
  });

  it.each([
    'Expires',
    'CDN-Cache-Control',
    'Cloudflare-CDN-Cache-Control',
    'Vercel-CDN-Cache-Control',
    'Surrogate-Control',
    'X-Accel-Expires',
  ])('has no %s', async (name) => {
    const { headers } = await answerOf((res) => {
      res.setHeader(name, 'max-age=60');
      noteHere();
      res.end('old');
    });

    expect(headers).not.toHaveProperty(name.toLowerCase());
  });

  it('keeps what the app says of caches of its own, before and after', async () => {
    const [before, after] = [
      await answerOf((res) => {
        res.setHeader('Cache-Status', 'app; fwd=miss');
        noteHere();
        res.end('old');
      }),
      await answerOf((res) => {
        noteHere();
        res.setHeader('Cache-Status', 'app; fwd=miss');
        res.setHeader('Warning', '199 - "Own"');
        res.end('old');
      }),
    ];

    expect(before.headers['cache-status']).toBe(`app; fwd=miss, ${MEMBER}`);
    expect(after.headers).toMatchObject({
      'cache-status': `app; fwd=miss, ${MEMBER}`,
      warning: `199 - "Own", ${WARNING}`,
    });
  });

  it('names each cache once, and warns once', async () => {
    const { headers } = await answerOf((res) => {
      noteHere();
      noteHere({ cacheStatus: 'stock; hit; ttl=-9; detail=network' });
      noteHere();
      res.end('old');
    });

    expect(headers).toMatchObject({
      'cache-status': `${MEMBER}, stock; hit; ttl=-9; detail=network`,
      warning: WARNING,
    });
  });

  it('names no more than ten caches', async () => {
    const { headers } = await answerOf((res) => {
      for (let cache = 0; cache < 100; cache += 1) noteHere({ cacheStatus: `c${cache}; hit` });
      res.end('old');
    });

    expect(headers['cache-status']?.split(', ')).toHaveLength(10);
  });

  it('is marked where its head is written with headers', async () => {
    const { status, headers } = await answerOf((res) => {
      noteHere();
      res.writeHead(203, { 'Cache-Control': 'max-age=60', Expires: 'never', 'X-Own': '1' });
      res.end('old');
    });

    expect(status).toBe(203);
    expect(headers).toMatchObject({ 'cache-status': MEMBER, 'cache-control': 'no-cache', 'x-own': '1' });
    expect(headers).not.toHaveProperty('expires');
  });

  it('is marked where its head is written with a text and a list of headers', async () => {
    const { headers } = await answerOf((res) => {
      noteHere();
      res.writeHead(200, 'Fine', ['Cache-Control', 'max-age=60', 'X-Own', '1']);
      res.end('old');
    });

    expect(headers).toMatchObject({ 'cache-status': MEMBER, 'cache-control': 'no-cache', 'x-own': '1' });
  });

  it('is marked where it is streamed', async () => {
    const { headers, text } = await answerOf((res) => {
      const source = new PassThrough();
      res.setHeader('Cache-Control', 'max-age=60');
      noteHere();
      source.pipe(res);
      source.end('old');
    });

    expect([headers['cache-status'], headers['cache-control'], text]).toEqual([MEMBER, 'no-cache', 'old']);
  });

  it('goes on unmarked where its head was sent before', async () => {
    const { headers, text } = await answerOf((res) => {
      res.setHeader('Cache-Control', 'max-age=60');
      res.write('begun');
      noteHere();
      res.end(' and ended');
    });

    expect(text).toBe('begun and ended');
    expect([headers['cache-status'], headers['cache-control']]).toEqual([undefined, 'max-age=60']);
  });

  it('is left alone where the app says that it is not to be marked', async () => {
    const { headers } = await answerOf(
      (res) => {
        noteHere();
        res.setHeader('Cache-Control', 'max-age=60');
        res.end('old');
      },
      { markStale: false },
    );

    expect([headers['cache-status'], headers.warning, headers['cache-control']]).toEqual([
      undefined,
      undefined,
      'max-age=60',
    ]);
  });

  it('is the only one that is marked of a connection', async () => {
    const app = express();
    app.use(requestContext());
    app.get('/old', (_req, res) => {
      noteHere();
      res.set('Cache-Control', 'max-age=60').send('old');
    });
    app.get('/new', (_req, res) => {
      res.set('Cache-Control', 'max-age=60').send('new');
    });
    const served = await serve(app);
    const agent = request.agent(served.server);

    await agent.get('/old');
    const { headers } = await agent.get('/new');

    await served.close();
    expect([headers['cache-status'], headers.warning, headers['cache-control']]).toEqual([
      undefined,
      undefined,
      'max-age=60',
    ]);
  });

  it.each(['json', 'send'] as const)('is marked where Express writes it: res.%s', async (method) => {
    const app = express();
    app.use(requestContext());
    app.get('/', (_req, res) => {
      noteHere();
      res.set('Cache-Control', 'public, max-age=60')[method]({ old: true });
    });

    const { body, headers } = await request(app).get('/');

    expect(body).toEqual({ old: true });
    expect(headers).toMatchObject({ 'cache-status': MEMBER, 'cache-control': 'no-cache' });
  });

  it('is marked where Express answers that the client has it already', async () => {
    const app = express();
    app.use(requestContext());
    app.get('/', (_req, res) => {
      noteHere();
      res.set('Cache-Control', 'max-age=60').send('old');
    });
    const etag = (await request(app).get('/')).headers.etag ?? '';

    const { status, headers } = await request(app).get('/').set('If-None-Match', etag);

    expect(status).toBe(304);
    expect(headers).toMatchObject({ 'cache-status': MEMBER, 'cache-control': 'no-cache' });
  });

  it('is no less forbidden to be kept where it is a problem', async () => {
    const app = express();
    app.use(requestContext());
    app.get('/', () => {
      noteHere();
      throw new ServiceUnavailableError('The other half is missing');
    });
    app.use(problemHandler({ events: createEventHub() }));

    const { status, headers } = await request(app).get('/');

    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'cache-status': MEMBER, 'cache-control': 'no-store' });
  });
});

describe('a note of something stale', () => {
  it('changes nothing in a job, nor outside of a request', () => {
    const note = () => {
      runWithCarrier({}, (record) => noteStale(record, mark()));
      noteStale(undefined, mark());
    };

    expect(note).not.toThrow();
  });

  it.each(['answered', 'gone behind another one'])(
    'is for a response that the record lets go of once it is %s',
    async (how) => {
      const records: RequestContext[] = [];
      const closed: Promise<void>[] = [];
      const served = await serve((req, res) => {
        requestContext()(req, res, () => {
          const record = getContext();
          records.push(record);
          closed.push(
            new Promise((resolve) => {
              if (how === 'answered') res.once('close', resolve);
              else record.signal.addEventListener('abort', () => resolve());
            }),
          );
          if (how === 'answered') res.end('old');
          else if (records.length === 2) served.server.closeAllConnections();
        });
      });
      const socket = await dial(served.port);

      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2));
      while (closed.length < 2) await new Promise(setImmediate);
      await Promise.all(closed);

      const kept = records.map((record) => lifeOf(record)?.response);
      socket.destroy();
      await served.close();
      expect(kept).toEqual([undefined, undefined]);
    },
  );
});
