import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import request from 'supertest';
import { createEventHub, type RequestFailed } from '../../src/events/index.ts';
import { createTellFailure } from '../../src/problem/failure.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { recordOf } from '../../src/problem/record.ts';
import { expressMajors } from '../support/express.ts';

const failure = (error: Error, kind: RequestFailed['kind'] = 'technical'): RequestFailed => ({
  request: {},
  error,
  status: kind === 'technical' ? 500 : 404,
  code: 'some-code',
  kind,
});

const createRecord = () => recordOf(new IncomingMessage(new Socket()));

const noReport = (): void => undefined;

describe('createTellFailure', () => {
  it('writes one JSON line per technical failure when there is no hub', () => {
    const lines: string[] = [];
    const error = new Error('db is down\nreally');
    const record = createRecord();

    createTellFailure(undefined, noReport, (line) => lines.push(line))(failure(error), record);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(String(lines[0]))).toEqual({
      level: 'error',
      event: 'http.server.request.exception',
      requestId: record.requestId,
      correlationId: record.correlationId,
      traceId: record.traceId,
      spanId: record.spanId,
      status: 500,
      code: 'some-code',
      err: {
        type: 'Error',
        message: 'db is down\\u000areally',
        stack: error.stack?.replace('\n', '\\u000a'),
      },
    });
  });

  const errOf = (error: Error): unknown => {
    const lines: string[] = [];
    createTellFailure(undefined, noReport, (line) => lines.push(line))(failure(error), createRecord());
    return JSON.parse(String(lines[0])).err;
  };

  it('tells the code of the error and every cause, also one that is no error', () => {
    const refused = Object.assign(new Error('connect refused', { cause: 'no route' }), {
      code: 'ECONNREFUSED',
    });

    const err = errOf(new TypeError('no orders', { cause: refused }));

    expect(err).toMatchObject({
      type: 'TypeError',
      message: 'no orders',
      cause: {
        message: 'connect refused',
        code: 'ECONNREFUSED',
        stack: expect.stringContaining('failure.test.ts'),
        cause: { type: 'string', message: '"no route"' },
      },
    });
  });

  it('tells an error that is its own cause once', () => {
    const error = new Error('round and round');
    error.cause = error;

    const err = errOf(error);

    expect(JSON.stringify(err).match(/"message":"round and round"/g)).toHaveLength(1);
  });

  it('prints no bearer token, no credentials of a URL and no password', () => {
    const err = errOf(
      new Error('GET https://app:hunter2@db/x?password=hunter2 with Bearer hunter2.a-b failed', {
        cause: new Error('redis://:hunter2@cache is gone'),
      }),
    );

    expect(JSON.stringify(err)).not.toContain('hunter2');
    expect(err).toMatchObject({
      message: 'GET https://[Redacted]@db/x?[Redacted] with Bearer [Redacted] failed',
    });
  });

  it('finds a secret that the limit would cut in half', () => {
    const err = errOf(new Error(`${'x'.repeat(1_985)} https://app:hunter2@db`));

    expect(JSON.stringify(err)).not.toContain('hunter2');
  });

  it('writes characters that a terminal obeys as escapes', () => {
    const lines: string[] = [];

    createTellFailure(undefined, noReport, (line) => lines.push(line))(
      failure(new Error('a\u009b2J\u2028b\u202ec')),
      createRecord(),
    );

    expect(JSON.parse(String(lines[0]))).toMatchObject({
      err: {
        message: 'a\\u009b2J\\u2028b\\u202ec',
        stack: expect.stringContaining('a\\u009b2J\\u2028b\\u202ec'),
      },
    });
  });

  it('writes nothing for a business failure', () => {
    const lines: string[] = [];

    createTellFailure(undefined, noReport, (line) => lines.push(line))(
      failure(new Error(), 'business'),
      createRecord(),
    );

    expect(lines).toEqual([]);
  });

  it('writes nothing itself when there is a hub', () => {
    const lines: string[] = [];
    const heard: RequestFailed[] = [];
    const events = createEventHub();
    events.subscribe('request.failed', (event) => heard.push(event));
    const event = failure(new Error());

    createTellFailure(events, noReport, (line) => lines.push(line))(event, createRecord());

    expect(lines).toEqual([]);
    expect(heard).toEqual([event]);
  });

  it('bounds what a line carries', () => {
    const lines: string[] = [];

    createTellFailure(undefined, noReport, (line) => lines.push(line))(
      failure(new Error('x'.repeat(1_000_000))),
      createRecord(),
    );

    expect(String(lines[0]).length).toBeLessThan(12_000);
  });

  it('reports a hub or a stream that throws, and goes on', () => {
    const reports: string[] = [];
    const full = () => {
      throw new Error('disk full');
    };

    createTellFailure(undefined, (what) => reports.push(what), full)(failure(new Error()), createRecord());

    expect(reports).toEqual(['telling of a failure failed']);
  });
});

describe.each(expressMajors)('problemHandler › when it was given no hub, on $major', ({ express }) => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('writes the failure on stderr under the id that the client has', async () => {
    const app = express();
    app.get('/', () => {
      throw new Error('db is down');
    });
    app.use(problemHandler());
    const lines: string[] = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);

    const answer = await request(app).get('/');

    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { requestId: answer.body.requestId, status: 500, err: { message: 'db is down' } },
    ]);
  });
});
