import { EventEmitter, once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { contextOf, keepContext, requestContext } from '../../src/context/index.ts';
import { BusinessError, GatewayTimeoutError, NotFoundError } from '../../src/errors/index.ts';
import { createEventHub, type RequestFailed } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { requestRecord } from '../support/records.ts';

/** Serves `app`, gives a raw connection to `work`, and closes everything. */
const withSocket = async (app: RequestListener, work: (socket: Socket) => Promise<void>): Promise<void> => {
  const server = createServer(app).listen(0);
  await once(server, 'listening');
  // A TCP server's address is an object.
  const socket = connect((server.address() as AddressInfo).port);
  socket.on('error', () => undefined);
  try {
    await work(socket);
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
};

const everything = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  await once(socket, 'close');
  return text;
};

/** A hub, and the next failure it hears of. */
const listen = () => {
  const events = createEventHub();
  const failures: RequestFailed[] = [];
  const failed = new Promise<RequestFailed>((resolve) => {
    events.subscribe('request.failed', (event) => {
      failures.push(event);
      resolve(event);
    });
  });
  return { events, failures, failed };
};

class Gone extends BusinessError {
  constructor() {
    super({ status: 499, code: 'client-closed' });
  }
}

const recordWith = (signal: AbortSignal) => requestRecord({ signal });

describe.each(expressMajors)('problemHandler › when no answer can be given, on $major', ({ express }) => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('breaks the connection of an answer that has begun, so that the client sees it is cut', async () => {
    const { events, failed } = listen();
    const app = express();
    app.get('/', (_req, res, next) => {
      res.write('first half', () => next(new Error('no second half')));
    });
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      const text = await everything(socket);

      expect(text).toContain('first half');
      expect(text).not.toContain('\r\n0\r\n');
      expect(text).not.toContain('problem');
    });
    expect(await failed).toMatchObject({ status: 500, kind: 'technical' });
  });

  it('counts a file that cannot be piped into the answer as our failure, without an access log', async () => {
    const { events, failed } = listen();
    const app = express();
    app.use(requestContext());
    app.get('/', (_req, res, next) => {
      pipeline(createReadStream('/nope'), res, (error) => next(error));
    });
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await everything(socket);
    });

    expect(await failed).toMatchObject({ status: 500, kind: 'technical', error: { code: 'ENOENT' } });
  });

  it('leaves a complete answer and its connection alone', async () => {
    const { events, failed } = listen();
    const app = express();
    app.get('/', (_req, res, next) => {
      res.end('done');
      next(new Error('afterwards'));
    });
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      const get = 'GET / HTTP/1.1\r\nHost: x\r\n';
      socket.write(`${get}\r\n${get}Connection: close\r\n\r\n`);
      const text = await everything(socket);

      expect(text.split('done')).toHaveLength(3);
    });
    expect(await failed).toMatchObject({ status: 500 });
  });

  it('writes nothing to a client that left, and counts it as 499', async () => {
    const { events, failed } = listen();
    const arrivals = new EventEmitter();
    const app = express();
    app.get('/', (_req, res, next) => {
      res.once('close', () => next(new Error('the query was cut off')));
      arrivals.emit('request');
    });
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(arrivals, 'request');
      socket.destroy();

      expect(await failed).toMatchObject({ status: 499, code: 'client-closed', kind: 'business' });
    });
  });

  it('counts an aborted upload as 499', async () => {
    const { events, failed } = listen();
    const arrivals = new EventEmitter();
    const app = express();
    app.use((_req, _res, next) => {
      next();
      arrivals.emit('request');
    });
    app.post('/', express.json());
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write(
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"a"',
      );
      await once(arrivals, 'request');
      socket.destroy();

      expect(await failed).toMatchObject({ status: 499, code: 'client-closed', kind: 'business' });
    });
  });

  it('counts the reason of the request’s own signal as 499 and ends the connection', async () => {
    const { events, failed } = listen();
    const reason = new Gone();
    const app = express();
    app.use((req, _res, next) => {
      keepContext(req, recordWith(AbortSignal.abort(reason)));
      next();
    });
    app.get('/', (_req, _res, next) => next(reason));
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');

      expect(await everything(socket)).toBe('');
    });
    expect(await failed).toMatchObject({ status: 499, code: 'client-closed' });
  });

  it('answers when the signal’s reason is that time ran out', async () => {
    const { events, failed } = listen();
    const reason = new GatewayTimeoutError();
    const app = express();
    app.use((req, _res, next) => {
      keepContext(req, recordWith(AbortSignal.abort(reason)));
      next();
    });
    app.get('/', (_req, _res, next) => next(reason));
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

      expect(await everything(socket)).toContain('504 Gateway Timeout');
    });
    expect(await failed).toMatchObject({ status: 504 });
  });

  it('answers the first of two errors and tells of it once', async () => {
    const { events, failures } = listen();
    const handler = problemHandler({ events });
    const app = express();
    app.get('/', (req, res, next) => {
      handler(new NotFoundError('first'), req, res, next);
      handler(new Error('second'), req, res, next);
    });

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      const text = await everything(socket);

      expect(text).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
      expect(text.split('HTTP/1.1')).toHaveLength(2);
    });
    expect(failures).toMatchObject([{ status: 404 }]);
  });

  it('never sees the second error that is handed to a bare next: Express ends the connection over it', async () => {
    const logged = jest.spyOn(console, 'error').mockReturnValue(undefined);
    const { events, failures } = listen();
    const app = express();
    // In a test Express's own final handler writes nothing.
    app.set('env', 'production');
    app.get('/', (_req, res, next) => {
      res.once('finish', () => next(new Error('second')));
      next(new NotFoundError('first'));
    });
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      const text = await everything(socket);

      expect(text).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    });
    expect(failures).toMatchObject([{ status: 404 }]);
    expect(String(logged.mock.calls)).toContain('Error: second');
  });

  it('answers a fixed 500 when answering itself fails', async () => {
    const { events, failed } = listen();
    const app = express();
    app.get('/', (_req, res, next) => {
      const { setHeader } = res;
      res.setHeader = (name, value) => {
        if (name === 'X-Request-ID') throw new Error('patched by somebody');
        return setHeader.call(res, name, value);
      };
      next(new Error('first'));
    });
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      const text = await everything(socket);

      expect(text).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
      expect(text).toMatch(/Content-Type: application\/problem\+json\r\n/);
      expect(text).toMatch(
        /\{"type":"\/problems\/internal-server-error","title":"Internal Server Error","status":500,"code":"internal-server-error"\}$/,
      );
    });
    expect(await failed).toMatchObject({ status: 500, kind: 'technical' });
  });

  it('ends the connection when not even that can be written', async () => {
    const { events, failed } = listen();
    const app = express();
    app.get('/', (_req, res, next) => {
      res.setHeader = () => {
        throw new Error('patched by somebody');
      };
      next(new Error('first'));
    });
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');

      expect(await everything(socket)).toBe('');
    });
    expect(await failed).toMatchObject({ status: 500 });
  });

  it('gives the record it made to whoever hears of the failure', async () => {
    const { events, failed } = listen();
    const app = express();
    app.get('/', (_req, _res, next) => next(new Error('bug')));
    app.use(problemHandler({ events }));

    await withSocket(app, async (socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      const text = await everything(socket);

      expect(text).toContain(`X-Request-ID: ${contextOf((await failed).request)?.requestId}`);
    });
  });
});
