import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { requestContext } from '../../../src/context/index.ts';
import { type AccessLogOptions, accessLog, createLogger } from '../../../src/logging/index.ts';
import { createPartsReader } from '../../../src/logging/privacy/index.ts';
import { captureLogs, type LogLine } from '../../../src/testing/index.ts';
import { expressMajors } from '../../support/express.ts';
import { dial, exchange, serve } from '../../support/sockets.ts';

const isAccess = ({ event }: LogLine): boolean => event === 'http.server.request';

describe.each(expressMajors)('accessLog on $major', ({ express }) => {
  const setUp = (options: AccessLogOptions) => {
    const logs = captureLogs();
    const app: Express = express();
    app.use(requestContext());
    app.use(accessLog({ logger: createLogger({ stream: logs.stream, redact: ['x-tenant'] }), ...options }));
    app.use((_req, res) => {
      res.setHeader('Cache-Control', 'no-store');
      res.setHeader('Location', '/login?next=hunter2');
      res.setHeader('Link', ['<a>', '<b>']);
      res.end('ok');
    });
    return { app, logs };
  };
  const lineFor = async (options: AccessLogOptions, head: readonly string[], trustProxy?: unknown) => {
    const { app, logs } = setUp(options);
    if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
    const server = await serve(app);
    const lines = [...head, 'Host: x', 'Connection: close'];
    await exchange(server.port, `${lines.join('\r\n')}\r\n\r\n`);
    const line = await logs.waitFor(isAccess);
    await server.close();
    logs.expectNoDuplicateKeys();
    return line;
  };
  const GET = 'GET /a?page=2&tag=x&tag=y&q=hunter2 HTTP/1.1';

  it('prints no header and no query unless it is told to, and of the client its network', async () => {
    const line = await lineFor({}, [GET, 'User-Agent: hunter2', 'X-Forwarded-For: 192.0.2.7']);

    expect(line).toMatchObject({ ip: '127.0.0.0', path: '/a' });
    for (const part of ['headers', 'responseHeaders', 'query']) expect(line).not.toHaveProperty(part);
    expect(JSON.stringify(line)).not.toMatch(/hunter2|192\.0/);
  });

  it('prints the headers that are listed, in lower case, with names that are secret to the logger redacted', async () => {
    const line = await lineFor({ headers: ['User-Agent', 'accept', 'X-Tenant', 'x-none', 'x-twice'] }, [
      GET,
      'User-Agent: curl/8',
      'Accept: text/html',
      'X-Tenant: acme',
      'X-Twice: 1',
      'X-Twice: 2',
      'Cookie: hunter2',
    ]);

    expect(line.headers).toEqual({
      'user-agent': 'curl/8',
      accept: 'text/html',
      'x-tenant': '[Redacted]',
      'x-twice': '1, 2',
    });
  });

  it('prints the response headers that are listed, without the queries in them', async () => {
    const line = await lineFor({ responseHeaders: ['Cache-Control', 'Location', 'Link', 'ETag'] }, [GET]);

    expect(line.responseHeaders).toEqual({
      'cache-control': 'no-store',
      location: '/login?[Redacted]',
      link: '<a>, <b>',
    });
  });

  it('prints the keys of the query that are listed', async () => {
    const line = await lineFor({ query: ['page', 'tag', 'none', '__proto__'] }, [GET]);

    expect(line.query).toEqual({ page: '2', tag: ['x', 'y'] });
  });

  it.each(['?a', '?a=%', '?a=%ff', '?%=a', '?', '?a[b]=1', `?${'a=1&'.repeat(50)}`])(
    'takes the query %s',
    async (query) => {
      expect(await lineFor({ query: ['a'] }, [`GET /${query} HTTP/1.1`])).toMatchObject({ status: 200 });
    },
  );

  it('cuts what it prints, and keeps it on one line', async () => {
    const line = await lineFor({ headers: ['user-agent'], query: ['a'] }, [
      'GET /%0a?a=%0d%0a%1b[31m%e2%80%ae HTTP/1.1',
      `User-Agent: \u0085\u009b${'x'.repeat(5_000)}`,
    ]);

    expect(line.headers).toEqual({ 'user-agent': `\\u0085\\u009b${'x'.repeat(254)}…` });
    expect(line.query).toEqual({ a: '\\u000d\\u000a\\u001b[31m\\u202e' });
    expect(line.path).toBe('/%0a');
  });

  it.each([
    ['nobody is trusted', undefined, '127.0.0.1'],
    ['the proxy is', 'loopback', '192.0.2.7'],
    ['everybody is, and the header holds no address', true, undefined],
  ])('prints the client that Express sees where %s', async (_what, trust, ip) => {
    const sent = trust === true ? '<script>' : '192.0.2.7';

    const line = await lineFor({ ip: 'plain' }, [GET, `X-Forwarded-For: ${sent}`], trust);

    expect(line.ip).toBe(ip);
  });

  it('prints no address', async () => {
    expect(await lineFor({ ip: 'off' }, [GET])).not.toHaveProperty('ip');
  });

  it('prints a hash of it under the name of its key', async () => {
    const line = await lineFor({ ip: 'hmac', hmac: { key: 'a key of sixteen', keyId: '2026-11' } }, [GET]);

    expect(line.ip).toMatch(/^2026-11:[\da-f]{16}$/);
  });

  it('knows the address of a client that left', async () => {
    const { logs } = setUp({});
    const app = express();
    app.use(requestContext());
    app.use(accessLog({ logger: createLogger({ stream: logs.stream }) }));
    const arrived = new Promise<void>((resolve) => {
      app.use(() => resolve());
    });
    const server = await serve(app);
    const socket = await dial(server.port);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await arrived;

    socket.destroy();

    expect(await logs.waitFor(isAccess)).toMatchObject({ status: 499, ip: '127.0.0.0' });
    await server.close();
  });

  it('leaves the headers of the request as they are', async () => {
    const { app, logs } = setUp({ headers: ['accept'] });
    const seen: unknown[] = [];
    const outer = express();
    outer.use((req, res, next) => {
      res.once('close', () => seen.push(req.headers.authorization, req.headers.cookie));
      next();
    });
    outer.use(app);
    const server = await serve(outer);

    await exchange(
      server.port,
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: a\r\nCookie: b\r\n\r\n',
    );
    await logs.waitFor(isAccess);
    await server.close();

    expect(seen).toEqual(['a', 'b']);
  });
});

describe('createPartsReader', () => {
  it('throws at nothing that a request does', () => {
    const parts = createPartsReader(
      { where: 'accessLog' },
      { headers: ['accept'], responseHeaders: ['etag'], query: ['a'], ip: 'plain' },
    );
    const fail = (): never => {
      throw new Error('a fault of the app');
    };
    const request = new IncomingMessage(new Socket());
    const response = new ServerResponse(request);
    Object.defineProperties(request, { headers: { get: fail }, url: { get: fail }, ip: { get: fail } });
    response.getHeader = fail;

    const address = parts.addressOf(request);

    expect(parts.read(request, response, address)).toEqual({});
  });
});
