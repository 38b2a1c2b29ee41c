import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { breakwater } from '../../src/suite/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, exchange, serve } from '../support/sockets.ts';

describe.each(expressMajors)('echoed ids on $major', ({ express }) => {
  const setUp = () => {
    const logs = captureLogs();
    const { before, after } = breakwater({
      service: 'test',
      log: { stream: logs.stream },
      context: { expose: { traceId: 'x-trace-id', responseTime: 'x-ms', crossOrigin: true } },
    });
    const app = express();
    app.use(before);
    app.use(express.json({ limit: 64 }));
    app.get('/ok', (_req, res) => {
      res.send('the same every time');
    });
    app.get('/files/:name', (_req, res) => res.end());
    app.get('/cleared', (_req, res) => {
      for (const name of res.getHeaderNames()) res.removeHeader(name);
      throw new Error('a bug behind it');
    });
    app.post('/upload', (req, res, next) => {
      req.on('error', next);
      req.resume().on('end', () => res.end());
    });
    app.use(after);
    return { app, logs };
  };
  const ids = { 'X-Request-ID': 'r-1', 'X-Correlation-ID': 'c-1' };
  const echoed = {
    'x-request-id': 'r-1',
    'x-correlation-id': 'c-1',
    'x-trace-id': expect.stringMatching(/^[0-9a-f]{32}$/),
    'x-ms': expect.stringMatching(/^\d+\.\d{3}$/),
    'access-control-expose-headers': 'X-Request-ID, X-Correlation-ID, x-trace-id, x-ms',
  };

  it('stand on answers of every kind', async () => {
    const { app } = setUp();
    const { headers } = await request(app).get('/ok');

    const answers = [
      await request(app).get('/ok').set(ids),
      await request(app).head('/ok').set(ids),
      await request(app).get('/ok').set(ids).set('If-None-Match', String(headers.etag)),
      await request(app).get('/nowhere').set(ids),
      await request(app).get('/files/%zz').set(ids),
      await request(app).post('/ok').set(ids).type('json').send('{"a":'),
      await request(app)
        .post('/ok')
        .set(ids)
        .type('json')
        .send({ a: 'x'.repeat(64) }),
      await request(app).get('/cleared').set(ids),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 304, 404, 400, 400, 413, 500]);
    for (const answer of answers) expect(answer.headers).toMatchObject(echoed);
  });

  it('stand on the answer to an upload that goes on, and in the line of one that was cut', async () => {
    const { app, logs } = setUp();
    const served = await serve(app);
    const head = 'Host: a\r\nX-Request-ID: r-1\r\nContent-Type: text/plain\r\nContent-Length: 100';
    const early = await exchange(
      served.port,
      `POST /nowhere HTTP/1.1\r\n${head}\r\nConnection: close\r\n\r\nsome`,
    );

    const socket = await dial(served.port);
    socket.write(`POST /upload HTTP/1.1\r\n${head.replaceAll('r-1', 'r-2')}\r\n\r\nsome`);
    await once(served.server, 'request');
    socket.destroy();

    const line = await logs.waitFor((each) => each.requestId === 'r-2');
    await served.close();
    expect(early).toMatch(/^HTTP\/1.1 404 /);
    expect(early).toMatch(/^X-Request-ID: r-1\r$/m);
    expect(line).toMatchObject({ status: 499 });
  });
});
