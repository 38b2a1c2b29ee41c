import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { addContext, breakwater, NotFoundError } from '../../src/index.ts';
import { ACCESS_LOG_DEFAULTS, CRASH_DEFAULTS } from '../../src/logging/index.ts';
import { captureLogs, fakeUpstream, type LogLine } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { readText } from '../support/regions.ts';

/** The rows of the tables of a guide, by their first cell. */
const rowsOf = (file: string): readonly (readonly string[])[] =>
  readText(file)
    .split('\n')
    .filter((line) => line.startsWith('| `') || line.startsWith('| other'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const namesIn = (cell: string | undefined): readonly string[] =>
  [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '');

/** Names of the fields that the table lists for a line. */
const listed = (line: 'access' | 'failure'): readonly string[] =>
  rowsOf('docs/privacy.md')
    .filter((cells) => cells.length === 5 && cells[1]?.includes(line))
    .flatMap(([names]) => namesIn(names));

const lineOf = (logs: readonly LogLine[], event: string): LogLine | undefined =>
  logs.find((line) => line.event === event);

describe.each(expressMajors)('docs/privacy.md on $major', ({ express }) => {
  const linesOf = async (path: string, trust: 'always' | 'never' = 'never', requestId = 'theirs-1') => {
    const logs = captureLogs();
    const upstream = await fakeUpstream();
    upstream.respondWith({ json: {} });
    const { before, after, client, close } = breakwater({
      service: 'orders',
      version: '1.4.0',
      environment: 'test',
      context: { trust, baggage: { log: ['tenant'] } },
      log: { stream: logs.stream },
    });
    const catalog = client({ name: 'catalog', baseUrl: upstream.url });
    const app = express();
    app.use(before);
    app.use(express.json());
    app.post('/:fault', (req, _res, next) => {
      addContext({ userId: 'ada' });
      catalog
        .get('/')
        .json()
        .then(() => next(req.params.fault === 'bug' ? new Error('a bug') : new NotFoundError('no')), next);
    });
    app.use(after);
    await request(app)
      .post(`${path}?page=hunter2`)
      .set({
        'User-Agent': 'hunter2',
        Cookie: 'hunter2',
        Authorization: 'hunter2',
        Referer: 'https://x.test/hunter2',
        'X-Forwarded-For': '192.0.2.77',
        'X-Request-ID': requestId,
        baggage: 'tenant=acme,name=hunter2',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      })
      .send({ name: 'hunter2' });
    await logs.waitFor(({ event }) => event === 'http.server.request');
    await close();
    await upstream.close();
    return logs;
  };

  it.each([
    ['/bug', 'never', 'theirs-1', ['clientRequestId', 'linkTraceId']],
    ['/missing', 'always', 'not "well" formed', ['baggage', 'rejectedRequestId']],
  ] as const)(
    'lists every field of the lines of %s where trust is %s',
    async (path, trust, requestId, names) => {
      const { lines } = await linesOf(path, trust, requestId);

      const access = Object.keys(lineOf(lines, 'http.server.request') ?? {});
      const failure = Object.keys(lineOf(lines, 'http.server.request.exception') ?? {});
      expect(access).toEqual(expect.arrayContaining(['ip', ...names]));
      expect(failure).toContain('err');
      expect(access.filter((name) => !listed('access').includes(name))).toEqual([]);
      expect(failure.filter((name) => !listed('failure').includes(name))).toEqual([]);
    },
  );

  it('says what these lines say of the client', async () => {
    const logs = await linesOf('/bug');

    expect(lineOf(logs.lines, 'http.server.request')).toMatchObject({ ip: '127.0.0.0', userId: 'ada' });
    logs.expectNoSecret('hunter2', '127.0.0.1', '192.0.2.77');
  });
});

describe('the tables of options', () => {
  it('of docs/privacy.md state the defaults that the code has', () => {
    const stated = rowsOf('docs/privacy.md')
      .filter((cells) => cells.length === 3)
      .map(([name, value]) => [namesIn(name)[0], value?.replaceAll('`', '')]);

    const { headers, responseHeaders, query, ip } = ACCESS_LOG_DEFAULTS;
    const real = Object.entries({ headers, responseHeaders, query, ip, userId: 'plain' });
    expect(stated).toEqual([...real.map(([name, value]) => [name, JSON.stringify(value)]), ['hmac', 'none']]);
  });

  it('of docs/crash-lines.md state the defaults that the code has', () => {
    const stated = Object.fromEntries(
      rowsOf('docs/crash-lines.md')
        .filter((cells) => cells.length === 3)
        .map(([name, value]) => [namesIn(name)[0], value?.replaceAll(/[`_]/g, '')]),
    );

    expect(Object.keys(stated)).toEqual(['logger', ...Object.keys(CRASH_DEFAULTS)]);
    expect([Number(stated.exitCode), Number(stated.flushMs)]).toEqual([
      CRASH_DEFAULTS.exitCode,
      CRASH_DEFAULTS.flushMs,
    ]);
  });
});
