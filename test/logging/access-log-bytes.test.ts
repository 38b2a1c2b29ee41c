import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { accessLog, createLogger } from '../../src/logging/index.ts';
import { captureLogs, type LogLine } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, exchange, serve } from '../support/sockets.ts';

const isAccessLine = ({ event }: LogLine): boolean => event === 'http.server.request';

describe.each(expressMajors)('the bytes of an access line on $major', ({ express }) => {
  const setUp = () => {
    const logs = captureLogs();
    const app = express();
    app.use(accessLog({ logger: createLogger({ stream: logs.stream }) }));
    app.get('/text', (_req, res) => void res.send('äöü'));
    app.get('/latin', (_req, res) => void res.end('äöü', 'latin1'));
    app.get('/none', (_req, res) => void res.status(204).end());
    app.get('/unchanged', (_req, res) => void res.status(304).end('ignored'));
    app.get('/stream', (_req, res) => {
      res.write('one');
      res.write(Buffer.from('two'), () => res.end(new Uint8Array(4)));
    });
    app.get('/late', (_req, res) => {
      res.once('error', () => undefined);
      res.end('four');
      res.write('too late');
    });
    app.post('/echo', express.text({ type: () => true }), (req, res) => void res.send(req.body));
    return { app, logs };
  };

  it.each([
    ['of a text', '/text', 6],
    ['of a text in another encoding', '/latin', 3],
    ['of an answer without a body', '/none', 0],
    ['of an answer that must have no body', '/unchanged', 0],
    ['of a stream', '/stream', 10],
    ['of what came before the end', '/late', 4],
  ])('are those %s', async (_what, path, bytes) => {
    const { app, logs } = setUp();

    await request(app).get(path);

    expect(await logs.waitFor(isAccessLine)).toMatchObject({ bytes });
  });

  it('are 0 for HEAD', async () => {
    const { app, logs } = setUp();

    await request(app).head('/stream');

    expect(await logs.waitFor(isAccessLine)).toMatchObject({ bytes: 0, method: 'HEAD' });
  });

  it('are those of each answer where several come over one connection, in a pipeline', async () => {
    const { app, logs } = setUp();
    const served = await serve(app);
    const paths = ['/text', '/stream', '/latin', '/text'];

    const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n`);
    await exchange(served.port, `${requests.join('\r\n')}Connection: close\r\n\r\n`);

    await logs.waitFor(() => logs.lines.length === paths.length);
    await served.close();
    expect(logs.lines.map(({ bytes }) => bytes)).toEqual([6, 10, 3, 6]);
  });

  it('are those so far where the client left', async () => {
    const { app, logs } = setUp();
    app.get('/begun', (_req, res) => {
      res.write('begun');
    });
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.write('GET /begun HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');

    socket.destroy();

    const line = await logs.waitFor(isAccessLine);
    await served.close();
    expect(line).toMatchObject({ status: 499, outcome: 'client-left', bytes: 5 });
  });

  it('of a request are those of a body that came whole', async () => {
    const { app, logs } = setUp();

    await request(app).post('/echo').send('äöü');

    expect(await logs.waitFor(isAccessLine)).toMatchObject({ requestBytes: 6, bytes: 6 });
  });

  it('of a request are not there where the body was not announced, or did not come', async () => {
    const { app, logs } = setUp();
    const served = await serve(app);

    await exchange(
      served.port,
      'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
    );
    const socket = await dial(served.port);
    socket.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhi');
    socket.end();

    await logs.waitFor(() => logs.lines.length === 2);
    await served.close();
    for (const line of logs.lines) expect(line).not.toHaveProperty('requestBytes');
  });
});
