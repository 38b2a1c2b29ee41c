import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { Agent, interceptors, request as undici } from 'undici';
import { keepContext, runWithContext } from '../../src/context/index.ts';
import { NotFoundError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { clientErrorHandler, notFound, problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { createError } from '../support/http-errors.ts';
import { requestRecord } from '../support/records.ts';
import { dial, exchange, serve } from '../support/sockets.ts';

const SECRET = 'pa55_w0rd-7c1';

/** Headers of the answer that was meant to be given. */
const LEFTOVERS = {
  'Accept-Ranges': 'bytes',
  'CDN-Cache-Control': 'max-age=60',
  'Content-Language': 'de',
  'Content-Location': '/x.csv',
  'Content-Range': 'bytes 0-1/2',
  'Edge-Control': 'cache-maxage=60s',
  Expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
  Pragma: 'public',
  Signature: 'sig1=:YQ==:',
  'Signature-Input': 'sig1=("content-digest")',
  SourceMap: '/app.js.map',
  'Surrogate-Control': 'max-age=60',
  Trailer: 'X-Sum',
  'Transfer-Encoding': 'chunked',
  'Vercel-CDN-Cache-Control': 'max-age=60',
  'X-Accel-Expires': '60',
  'X-Accel-Redirect': '/private/report.pdf',
  'X-Sendfile': '/private/report.pdf',
  'X-SourceMap': '/app.js.map',
};

/** Headers that concern whatever is answered. */
const KEPT = {
  'Content-Security-Policy': "default-src 'self'",
  'RateLimit-Remaining': '3',
  'Server-Timing': 'db;dur=5',
  'Strict-Transport-Security': 'max-age=60',
  'WWW-Authenticate': 'Bearer',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

describe.each(expressMajors)('problemHandler › corner cases, on $major', ({ express }) => {
  type App = ReturnType<typeof express>;

  const appWith = (mount: (app: App) => void): App => {
    const app = express();
    mount(app);
    app.use(notFound());
    app.use(problemHandler({ events: createEventHub() }));
    return app;
  };

  const appThatThrows = (thrown: unknown): App =>
    appWith((app) =>
      app.get('/', () => {
        throw thrown;
      }),
    );

  it.each(['', 'development', 'test', 'staging', 'production'])(
    'shows no stack, whatever the environment of the app is: "%s"',
    async (environment) => {
      const app = appThatThrows(new Error(SECRET)).set('env', environment);

      const answer = await request(app).get('/').set('Accept', 'text/html');

      expect(answer.status).toBe(500);
      expect(answer.text).not.toContain(SECRET);
      expect(answer.text).not.toContain('corner-cases');
    },
  );

  it('has a title for a status that Node has no phrase for', async () => {
    const app = appThatThrows(createError(499, 'Too late'));

    const answer = await request(app).get('/');

    expect(answer.body).toMatchObject({ status: 499, title: 'Client Closed Request', detail: 'Too late' });
  });

  it.each([204, 304, Number.NaN, '404'])('takes no status %p of an error', async (status) => {
    const thrown = Object.assign(new Error(SECRET), { status, statusCode: status, expose: true });

    const answer = await request(appThatThrows(thrown)).get('/');

    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 'internal-server-error' });
  });

  it('answers the error that another error handler throws', async () => {
    const app = appWith((it) => {
      it.get('/', () => {
        throw new Error(SECRET);
      });
      it.use((_error: unknown, _req: unknown, _res: unknown, _next: unknown) => {
        throw new NotFoundError('Instead');
      });
    });

    const answer = await request(app).get('/');

    expect(answer.body).toMatchObject({ status: 404, detail: 'Instead' });
  });

  it('removes every header of the answer that was meant to be given', async () => {
    const app = appWith((it) =>
      it.get('/', (_req, res) => {
        res.set(LEFTOVERS);
        throw new Error(SECRET);
      }),
    );

    const answer = await request(app).get('/');

    const left = Object.keys(LEFTOVERS).filter((name) => name.toLowerCase() in answer.headers);
    expect(left).toEqual([]);
    expect(answer.body).toMatchObject({ status: 500 });
  });

  it('keeps headers that concern every answer', async () => {
    const app = appWith((it) =>
      it.get('/', (_req, res) => {
        res.set(KEPT);
        throw new Error(SECRET);
      }),
    );

    const answer = await request(app).get('/');

    for (const [name, value] of Object.entries(KEPT)) expect(answer.headers[name.toLowerCase()]).toBe(value);
  });

  it.each(['/orders?x=%zz', '/other/%zz'])(
    'takes no offence at a malformed percent sequence that no route reads: %s',
    async (path) => {
      const app = appWith((it) => it.get('/orders', (_req, res) => void res.send('fine')));

      const answer = await request(app).get(path);

      expect(answer.status).toBe(path.startsWith('/orders') ? 200 : 404);
    },
  );

  it('is not asked about a target that Express cannot parse', async () => {
    const served = await serve(appWith(() => undefined));

    const answer = await exchange(
      served.port,
      'GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    await served.close();

    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toContain('text/html');
  });

  it.each([
    ['a request without Host', 'GET / HTTP/1.1\r\n', /^HTTP\/1\.1 400 .*\r\n\r\n0\r\n\r\n$/s],
    [
      'an unknown Expect',
      'GET / HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n',
      /^HTTP\/1\.1 417 .*\r\n\r\n0\r\n\r\n$/s,
    ],
    ['CONNECT', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n', /^$/],
  ])('lets nothing see %s, which Node answers itself', async (_what, head, expected) => {
    let seen = 0;
    const app = express();
    app.use((_req, _res, next) => {
      seen += 1;
      next();
    });
    app.use(problemHandler({ events: createEventHub() }));
    const served = await serve(app);
    const answerMalformed = clientErrorHandler();
    served.server.on('clientError', (error, socket) => {
      seen += 1;
      answerMalformed(error, socket);
    });

    const answer = await exchange(served.port, `${head}Connection: close\r\n\r\n`);
    await served.close();

    expect(answer).toMatch(expected);
    expect(seen).toBe(0);
  });

  it('answers before a slow upload is complete', async () => {
    const app = appWith((it) =>
      it.post('/', () => {
        throw new NotFoundError();
      }),
    );
    const served = await serve(app);
    const socket = await dial(served.port);

    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{');
    const [first] = await new Promise<unknown[]>((resolve) => {
      socket.once('data', (...args) => resolve(args));
    });
    socket.destroy();
    await served.close();

    expect(String(first)).toMatch(/^HTTP\/1\.1 404 /);
  });

  describe('of files', () => {
    const withFiles = async (work: (directory: string) => Promise<void>): Promise<void> => {
      const directory = mkdtempSync(join(tmpdir(), 'express-breakwater-'));
      writeFileSync(join(directory, 'x.txt'), 'abc');
      try {
        await work(directory);
      } finally {
        rmSync(directory, { recursive: true });
      }
    };

    it('names no path of a missing file', async () => {
      await withFiles(async (directory) => {
        const app = appWith((it) => it.use(express.static(directory, { fallthrough: false })));

        const answer = await request(app).get('/missing.txt');

        expect(answer.body).toMatchObject({ status: 404, code: 'not-found' });
        expect(answer.text).not.toContain(directory);
      });
    });

    it('keeps Content-Range of a range that cannot be', async () => {
      await withFiles(async (directory) => {
        const app = appWith((it) => it.get('/x', (_req, res) => res.sendFile(join(directory, 'x.txt'))));

        const answer = await request(app).get('/x').set('Range', 'bytes=9-');

        expect(answer.status).toBe(416);
        expect(answer.headers['content-range']).toBe('bytes */3');
      });
    });

    it('leaves the empty 405 of express.static as it is', async () => {
      await withFiles(async (directory) => {
        const app = appWith((it) => it.use(express.static(directory, { fallthrough: false })));

        const answer = await request(app).post('/x.txt');

        expect([answer.status, answer.text, answer.headers.allow]).toEqual([405, '', 'GET, HEAD']);
      });
    });
  });

  it('sends nothing of another server’s answer, whose error carries its status and headers', async () => {
    const upstream = await serve((_req, res) => {
      res.writeHead(404, { 'Set-Cookie': SECRET, 'WWW-Authenticate': SECRET, 'Retry-After': '7' });
      res.end(SECRET);
    });
    const dispatcher = new Agent().compose(interceptors.responseError());
    const app = appWith((it) =>
      it.get('/', (_req, _res, next) => {
        undici(upstream.url, { dispatcher }).then(() => next(), next);
      }),
    );

    const answer = await request(app).get('/');
    await dispatcher.close();
    await upstream.close();

    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.text + JSON.stringify(answer.headers)).not.toContain(SECRET);
    expect(answer.headers['content-length']).toBe(String(answer.text.length));
  });

  it('takes the ids of the request, not of whoever is being served around it', async () => {
    const own = requestRecord({ requestId: 'own' });
    const other = requestRecord({ requestId: 'other' });
    const app = appWith((it) =>
      it.get('/', (req, _res, next) => {
        keepContext(req, own);
        runWithContext(other, () => next(new NotFoundError()));
      }),
    );

    const answer = await request(app).get('/');

    expect(answer.body.requestId).toBe('own');
    expect(answer.headers['x-request-id']).toBe('own');
  });
});
