import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { contextOf, requestContext, tryGetContext } from '../../src/context/index.ts';
import { breakwater } from '../../src/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, serve } from '../support/sockets.ts';

const BIG = 'x'.repeat(90 * 1_024);

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

interface Sent {
  readonly type: string;
  readonly body: Buffer;
  readonly encoding?: string;
  /** Bytes per write, each on a turn of its own. @default all at once */
  readonly chunk?: number;
}

/** Posts over a socket of its own, with a pause of a turn between the chunks. */
const post = async (app: Express, { type, body, encoding, chunk = body.length }: Sent): Promise<string> => {
  const served = await serve(app);
  const socket = await dial(served.port);
  const coding = encoding === undefined ? '' : `Content-Encoding: ${encoding}\r\n`;
  const head = `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n${coding}`;
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nX-Request-ID: mine\r\nConnection: close\r\n${head}\r\n`);
  const answer = (async () => {
    let text = '';
    for await (const part of socket) text += String(part);
    return text;
  })();
  for (let at = 0; at < body.length; at += chunk) {
    socket.write(body.subarray(at, at + chunk));
    await new Promise(setImmediate);
  }
  const text = await answer;
  await served.close();
  return text;
};

const FORMS: readonly (readonly [string, Sent])[] = [
  ['json', { type: 'application/json', body: json({ a: 1 }) }],
  ['json in slow chunks', { type: 'application/json', body: json({ a: 'x'.repeat(500) }), chunk: 50 }],
  ['json of 90 KB', { type: 'application/json', body: json({ a: BIG }) }],
  ['gzip', { type: 'application/json', body: gzipSync(json({ a: BIG })), encoding: 'gzip' }],
  [
    'a form',
    { type: 'application/x-www-form-urlencoded', body: Buffer.from(`a=${'y'.repeat(5_000)}`), chunk: 999 },
  ],
];

describe.each(expressMajors)('a body parser on $major', ({ express }) => {
  it.each(FORMS)('keeps the context for %s', async (_what, sent) => {
    const app = express();
    app.use(requestContext(), express.json(), express.urlencoded({ extended: false }));
    app.post('/', (req, res) => {
      res.json([tryGetContext()?.requestId, contextOf(req)?.requestId, Object.keys(req.body)]);
    });

    const answer = await post(app, sent);

    expect(answer).toContain('["mine","mine",["a"]]');
  });

  it.each<[string, Sent, number]>([
    ['malformed', { type: 'application/json', body: Buffer.from('{"a":') }, 400],
    ['too large', { type: 'application/json', body: json({ a: 'x'.repeat(200 * 1_024) }) }, 413],
    ['not what its coding says', { type: 'application/json', body: json({}), encoding: 'gzip' }, 400],
  ])('that refuses a body as %s is answered and logged with its ids', async (_what, sent, status) => {
    const logs = captureLogs();
    const { before, after } = breakwater({ service: 'orders', log: { stream: logs.stream } });
    const app = express();
    app.use(before, express.json(), after);

    const answer = await post(app, sent);

    const line = await logs.waitFor(({ event }) => event === 'http.server.request');
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/^X-Request-ID: mine\r$/m);
    expect(answer).toContain('"requestId":"mine"');
    expect(line).toMatchObject({ requestId: 'mine', status });
    expect(new Set(logs.lines.map(({ requestId }) => requestId))).toEqual(new Set(['mine']));
  });
});

describe.each(expressMajors)('next(err) out of a foreign context on $major', ({ express }) => {
  it("is answered and logged with the request's own ids", async () => {
    const logs = captureLogs();
    const { before, after } = breakwater({ service: 'orders', log: { stream: logs.stream } });
    const line: (() => void)[] = [];
    const app = express();
    app.use(before);
    app.get('/first', (_req, res) => {
      // Runs the one in line, in the context of this request.
      setImmediate(() => {
        for (const run of line) run();
        res.end();
      });
    });
    app.get('/second', (_req: unknown, _res: ServerResponse, next) => {
      line.push(() => next(new Error('the connection broke')));
    });
    app.use(after);
    const served = await serve(app);

    const second = request(served.url).get('/second').set('X-Request-ID', 'second').then();
    while (line.length === 0) await new Promise(setImmediate);
    await request(served.url).get('/first').set('X-Request-ID', 'first');
    const answer = await second;

    const failure = await logs.waitFor(({ event }) => event === 'http.server.request.exception');
    await served.close();
    expect([answer.status, answer.headers['x-request-id'], answer.body.requestId]).toEqual([
      500,
      'second',
      'second',
    ]);
    expect(failure).toMatchObject({ requestId: 'second', path: '/second' });
  });
});

describe.each(expressMajors)('an upload that its client breaks off on $major', ({ express }) => {
  it('is logged with its ids', async () => {
    const logs = captureLogs();
    const { before, after } = breakwater({ service: 'orders', log: { stream: logs.stream } });
    const app = express();
    app.use(before, express.json(), after);
    const served = await serve(app);
    const arrived = once(served.server, 'request');
    const socket = await dial(served.port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nX-Request-ID: mine\r\nContent-Type: application/json\r\n');
    socket.write('Content-Length: 100\r\n\r\n{"a":');
    await arrived;

    socket.destroy();

    const line = await logs.waitFor(({ event }) => event === 'http.server.request');
    await served.close();
    expect(line).toMatchObject({ requestId: 'mine', status: 499 });
    expect(new Set(logs.lines.map(({ requestId }) => requestId))).toEqual(new Set(['mine']));
  });
});
