import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import {
  addContext,
  type BreakwaterOptions,
  breakwater,
  createEventHub,
  NotFoundError,
} from '../../src/index.ts';
import { type CapturedLogs, captureLogs, fakeUpstream } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const quiet = { level: 'silent' };

describe('breakwater', () => {
  it('names the option, the expectation and the value when an option is wrong', () => {
    expect(() => breakwater({ service: '' })).toThrow(
      new RangeError('breakwater: option "service" must be a text that is not empty, but was ""'),
    );
  });

  it('refuses to be without a service name', () => {
    // @ts-expect-error the name is missing on purpose
    expect(() => breakwater({})).toThrow(
      'breakwater: option "service" must be a text that is not empty, but was undefined',
    );
  });

  it('reports an option that it does not know', () => {
    const options: BreakwaterOptions = Object.assign({ service: 'orders' }, { sevrice: 'oops' });

    expect(() => breakwater(options)).toThrow('breakwater: unknown option "sevrice"');
  });

  it('reports a bad option of a part under the name of the part', () => {
    // @ts-expect-error no such level of trust
    expect(() => breakwater({ service: 'orders', context: { trust: 'sometimes' } })).toThrow(
      /requestContext: option "trust"/,
    );
  });

  it.each<[string, object, string]>([
    [
      'a field of every line in "log"',
      { log: { service: 'z' } },
      'breakwater: unknown option "service" in "log"; known are redact, stream',
    ],
    [
      'a hub in "problem", which has the one of the app',
      { problem: { events: createEventHub() } },
      'breakwater: unknown option "events" in "problem"; known are baseUri, instance, mapErrors, html, mirrorJson, inheritStatus',
    ],
  ])('refuses %s', (_what, part, message) => {
    const options: BreakwaterOptions = Object.assign({ service: 'orders', logger: quiet }, part);

    expect(() => breakwater(options)).toThrow(TypeError);
    expect(() => breakwater(options)).toThrow(message);
  });

  it('hands out arrays that Express takes as they are', () => {
    const { before, after } = breakwater({ service: 'orders', logger: quiet });

    expect([before.map((each) => each.length), after.map((each) => each.length)]).toEqual([[3], [3, 4]]);
  });

  it('closes the clients that it made', async () => {
    const upstream = await fakeUpstream();
    const { client, close } = breakwater({ service: 'orders', logger: quiet });
    const catalog = client({ name: 'catalog', baseUrl: upstream.url, retry: false });
    await catalog.get('/');

    await close();

    await expect(catalog.get('/')).rejects.toMatchObject({ reason: 'client-closed' });
    await upstream.close();
  });

  it('gives its hosts to propagate to to each client that has none of its own', async () => {
    const upstream = await fakeUpstream();
    const other = await fakeUpstream();
    const host = new URL(other.url).host;
    const { before, client, close } = breakwater({
      service: 'orders',
      logger: quiet,
      context: { propagateTo: [host] },
    });
    const catalog = client({ name: 'catalog', baseUrl: upstream.url, allowedHosts: [host] });
    const app = expressMajors[1].express();
    app.use(before);
    app.get('/', async (_req, res) => {
      await catalog.get(`${other.url}/things`);
      res.end();
    });

    await request(app).get('/').set('X-Request-ID', 'req-1');

    expect(other.requests[0]?.headers['x-request-id']).toBe('req-1');
    await close();
    await upstream.close();
    await other.close();
  });
});

describe.each(expressMajors)('breakwater on $major', ({ express }) => {
  const service = (logs: CapturedLogs): Express => {
    const { before, after } = breakwater({
      service: 'orders',
      version: '1.4.0',
      log: { stream: logs.stream },
    });
    const app = express();
    app.use(before);
    app.get('/missing', (_req, _res, next) => {
      addContext({ userId: 'ada' });
      next(new NotFoundError('No such order'));
    });
    app.get('/bug', () => {
      throw new Error('connect to postgres://app:hunter2@db failed');
    });
    app.use(after);
    return app;
  };

  it('carries the same ids in answer, headers and every line of a failed request', async () => {
    const logs = captureLogs();

    const response = await request(service(logs)).get('/missing').set('X-Request-ID', 'req-1');

    const lines = logs.linesFor('req-1');
    expect([response.status, response.headers['x-request-id'], response.body.requestId]).toEqual([
      404,
      'req-1',
      'req-1',
    ]);
    expect(lines.map(({ event }) => event).toSorted()).toEqual([
      'http.server.request',
      'http.server.request.exception',
    ]);
    expect(new Set(lines.map(({ traceId }) => traceId))).toEqual(new Set([response.body.traceId]));
    expect(lines.every(({ userId, service: name }) => userId === 'ada' && name === 'orders')).toBe(true);
  });

  it('writes the stack of a bug to the log and nothing of it to the client', async () => {
    const logs = captureLogs();

    const response = await request(service(logs)).get('/bug').set('X-Request-ID', 'req-2');

    const failure = logs.expectSingleFailure('req-2');
    expect([response.status, response.body.code]).toEqual([500, 'internal-server-error']);
    expect(JSON.stringify([response.headers, response.body])).not.toMatch(/postgres|hunter2|stack|\.ts:/);
    expect(failure?.err).toMatchObject({
      type: 'Error',
      stack: expect.stringContaining('breakwater.test.ts'),
    });
    logs.expectNoSecret('hunter2');
    logs.expectNoDuplicateKeys();
  });
});
