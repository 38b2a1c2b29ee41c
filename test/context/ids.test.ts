import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  type ContextOptions,
  getContext,
  type RequestContext,
  requestContext,
} from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe.each(expressMajors)('ids on $major', ({ express }) => {
  /** The record and the head of the answer of a request that sends these header lines. */
  const ask = async (lines: readonly string[], options?: ContextOptions) => {
    const records: RequestContext[] = [];
    const app = express();
    app.use(requestContext(options));
    app.get('/', (_req, res) => {
      records.push(getContext());
      res.end();
    });
    const served = await serve(app);
    const head = ['GET / HTTP/1.1', 'Host: a', ...lines, 'Connection: close'];
    const answer = await exchange(served.port, `${head.join('\r\n')}\r\n\r\n`);
    await served.close();
    const [record] = records;
    if (record === undefined) throw new Error('the request was not served');
    return { record, answer };
  };

  it.each([
    ['one that is malformed', ['X-Request-ID: hunter 2'], 'malformed', 8],
    ['one with bytes outside of ASCII', ['X-Request-ID: hunt\xe9r2'], 'malformed', 7],
    ['two lines', ['X-Request-ID: hunter', 'X-Request-ID: hunter2'], 'duplicate', 13],
    ['two lines of one id', ['X-Request-ID: hunter2', 'X-Request-ID: hunter2'], 'duplicate', 14],
    ['an empty one', ['X-Request-ID:'], 'empty', 0],
    ['one of 129 characters', [`X-Request-ID: ${'h'.repeat(129)}`], 'too-long', 129],
    ['one joined by a proxy', ['X-Request-ID: hunter, hunter2'], 'malformed', 15],
  ])('makes a UUID for %s, and notes why, not what', async (_what, lines, reason, length) => {
    const { record, answer } = await ask(lines);

    expect(record.requestId).toMatch(UUID);
    expect(record.rejectedId).toEqual({ header: 'x-request-id', reason, length });
    expect(record.clientRequestId).toBeUndefined();
    expect(JSON.stringify(record) + answer).not.toMatch(/hunt|hhh/);
  });

  it.each([[['X-Request-ID: fine']], [[]]])('notes nothing for %j', async (lines) => {
    const { record } = await ask(lines);

    expect(record.rejectedId).toBeUndefined();
  });

  it('asks no further name where a bad id was sent', async () => {
    const { record } = await ask(['X-Request-ID:', 'Request-ID: second']);

    expect(record.requestId).toMatch(UUID);
  });

  it('asks the names in their order', async () => {
    const { record } = await ask(['Request-ID: second', 'X-Request-ID: first']);

    expect(record.requestId).toBe('first');
  });

  it.each(['a._:/+=@~-Z9', 'a'.repeat(128), '1', 'd41d8cd98f00b204e9800998ecf8427e', 'iad1::7f-1'])(
    'adopts %s',
    async (id) => {
      const { record } = await ask([`X-Request-ID: ${id}`]);

      expect(record.requestId).toBe(id);
    },
  );

  it('reads no header of a vendor unless it is listed, and answers in X-Request-ID whatever was read', async () => {
    const lines = ['CF-Ray: 7f-FRA', 'X-Conversation: talk'];

    const unlisted = await ask(lines);
    const listed = await ask(lines, {
      requestIdHeaders: ['CF-Ray', 'x-request-id'],
      correlationIdHeaders: ['X-Conversation'],
    });

    expect(unlisted.record.requestId).toMatch(UUID);
    expect(listed.record).toMatchObject({ requestId: '7f-FRA', correlationId: 'talk' });
    expect(listed.answer).toMatch(/^X-Request-ID: 7f-FRA\r$/m);
    expect(listed.answer).toMatch(/^X-Correlation-ID: talk\r$/m);
    expect(listed.answer).not.toMatch(/cf-ray/i);
  });

  it('takes no id from a header where none is listed', async () => {
    const { record } = await ask(['X-Request-ID: theirs', 'X-Correlation-ID: theirs'], {
      requestIdHeaders: [],
      correlationIdHeaders: [],
    });

    expect(record.requestId).toMatch(UUID);
    expect(record.correlationId).toBe(record.requestId);
  });

  it('keeps a well-formed id of an untrusted caller apart, and repeats it nowhere', async () => {
    const { record, answer } = await ask(['X-Request-ID: theirs', 'X-Correlation-ID: theirs'], {
      trust: 'never',
    });

    expect(record).toMatchObject({ clientRequestId: 'theirs', rejectedId: undefined });
    expect(answer).not.toContain('theirs');
  });

  it('reads what the app itself wrote into the headers, and not what it took away', async () => {
    const records: RequestContext[] = [];
    const app = express();
    app.use((req, _res, next) => {
      req.headers['x-request-id'] = 'of-the-app';
      delete req.headers['x-correlation-id'];
      next();
    });
    app.use(requestContext(), (_req, res) => {
      records.push(getContext());
      res.end();
    });

    await request(app).get('/').set({ 'X-Request-ID': 'theirs', 'X-Correlation-ID': 'theirs' });

    expect(records).toMatchObject([{ requestId: 'of-the-app', correlationId: 'of-the-app' }]);
  });

  it('has a frozen record', async () => {
    const { record } = await ask([], { inject: ['b3'] });

    expect([record, record.formats].every(Object.isFrozen)).toBe(true);
  });
});

describe('options of ids', () => {
  it.each<[string, unknown, string]>([
    ['a header name with a space', { requestIdHeaders: ['x request id'] }, 'requestIdHeaders'],
    ['a text for a list', { correlationIdHeaders: 'x-correlation-id' }, 'correlationIdHeaders'],
    ['an unknown format to read', { extract: ['b3multi'] }, 'extract'],
    ['an unknown format to send', { inject: ['w3c'] }, 'inject'],
    ['a ratio above 1', { sampledRatio: 2 }, 'sampledRatio'],
    ['true for baggage', { baggage: true }, 'baggage'],
    ['an unknown option of baggage', { baggage: { drop: [] } }, 'drop'],
    ['a key that is none', { baggage: { log: ['a b'] } }, 'baggage.log'],
    ['a key that would change an object', { baggage: { log: ['__proto__'] } }, 'baggage.log'],
    ['an unknown header for the trace', { expose: { traceId: 'trace' } }, 'expose.traceId'],
    ['true for the name of a header', { expose: { responseTime: true } }, 'expose.responseTime'],
    ['a name that is none', { expose: { responseTime: 'x time' } }, 'expose.responseTime'],
    ...[
      'x-request-id',
      'X-Correlation-ID',
      'traceparent',
      'Request-Id',
      'X-Trace-Id',
      'traceresponse',
      'Content-Length',
      'Transfer-Encoding',
      'Connection',
      'Keep-Alive',
      'Trailer',
      'Upgrade',
      'Set-Cookie',
      'Access-Control-Expose-Headers',
    ].map<[string, unknown, string]>((name) => [
      `${name} for the time`,
      { expose: { responseTime: name } },
      'expose.responseTime',
    ]),
    ...['set-cookie', 'Cookie', 'authorization', 'X-Api-Key', 'x-auth-token'].flatMap<
      [string, unknown, string]
    >((name) =>
      ['requestIdHeaders', 'correlationIdHeaders'].map<[string, unknown, string]>((option) => [
        `${name} in ${option}`,
        { [option]: ['x-request-id', name] },
        option,
      ]),
    ),
    ['a text for a switch', { expose: { crossOrigin: 'yes' } }, 'expose.crossOrigin'],
    ['a number for the clock', { clock: 1 }, 'clock'],
  ])('are refused at creation: %s', (_what, options, name) => {
    // Bad on purpose.
    expect(() => requestContext(options as ContextOptions)).toThrow(
      new RegExp(`requestContext: .*"${name}"`),
    );
  });

  it('are copied, so that the lists of the app can change', async () => {
    const requestIdHeaders = ['x-request-id'];
    const inject: ('b3' | 'gcp')[] = ['b3'];
    const records: RequestContext[] = [];
    const context = requestContext({ requestIdHeaders, inject });
    requestIdHeaders.push('x-other');
    inject.push('gcp');

    const served = await serve((req, res) =>
      context(req, res, () => {
        records.push(getContext());
        res.end();
      }),
    );
    await request(served.url).get('/').set('X-Other', 'theirs');

    await served.close();
    expect(records[0]?.requestId).not.toBe('theirs');
    expect(records[0]?.formats).toEqual(['b3']);
  });
});
