import { describe, expect, it } from '@jest/globals';
import request, { type Response } from 'supertest';
import { keepContext } from '../../src/context/index.ts';
import {
  BulkheadFullError,
  CircuitOpenError,
  ConflictError,
  defineError,
  InternalServerError,
  NotFoundError,
  ServiceUnavailableError,
  UpstreamResponseError,
  UpstreamTimeoutError,
  ValidationError,
} from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { notFound, type ProblemOptions, problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { requestRecord } from '../support/records.ts';

const RECORD = Object.freeze(
  requestRecord({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }),
);

describe.each(expressMajors)('problemHandler on $major', ({ express }) => {
  /** An app whose only route throws `thrown`, and whose requests all have the same record. */
  const appThatThrows = (thrown: unknown, options: ProblemOptions = {}) => {
    const app = express();
    app.use((req, _res, next) => {
      keepContext(req, RECORD);
      next();
    });
    app.all('/orders/:id', () => {
      throw thrown;
    });
    app.use(notFound());
    app.use(problemHandler({ events: createEventHub(), ...options }));
    return app;
  };

  const InsufficientFunds = defineError('insufficient-funds', {
    status: 403,
    title: 'Insufficient funds',
    detail: (d: { needed: number; balance: number }) => `The order needs ${d.needed}`,
    extensions: ['needed'],
  });

  it('answers a defined error with exactly these bytes', async () => {
    const app = appThatThrows(new InsufficientFunds({ needed: 30, balance: 10 }));

    const answer = await request(app).get('/orders/7?token=s3cret').buffer().parse(binary);

    expect(answer.body.toString()).toBe(
      '{"type":"/problems/insufficient-funds","title":"Insufficient funds","detail":"The order needs 30",' +
        '"instance":"/orders/7","status":403,"code":"insufficient-funds","requestId":"req-1","correlationId":"corr-1",' +
        '"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","needed":30}',
    );
  });

  it('sends exactly these headers', async () => {
    const answer = await request(appThatThrows(new NotFoundError('No such order'))).get('/orders/7');

    const {
      date,
      connection,
      'keep-alive': keepAlive,
      'x-powered-by': poweredBy,
      ...headers
    } = answer.headers;

    expect(answer.status).toBe(404);
    expect(headers).toEqual({
      'content-type': 'application/problem+json',
      'content-length': String(JSON.stringify(answer.body).length),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'req-1',
      'x-correlation-id': 'corr-1',
    });
  });

  it.each([
    ['a business error', new NotFoundError('No such order'), 404, 'not-found', 'Not Found', 'No such order'],
    ['a business error without a message', new ConflictError(), 409, 'conflict', 'Conflict', undefined],
    [
      'a technical error',
      new InternalServerError('db at 10.0.0.7 is down'),
      500,
      'internal-server-error',
      'Internal Server Error',
      undefined,
    ],
    [
      'a technical error with a public text',
      new ServiceUnavailableError('pool empty', { publicDetail: 'Closed until noon' }),
      503,
      'service-unavailable',
      'Service Unavailable',
      'Closed until noon',
    ],
    ['an open circuit', new CircuitOpenError(), 503, 'circuit-open', 'Service Unavailable', undefined],
    ['a full bulkhead', new BulkheadFullError(), 503, 'bulkhead-full', 'Service Unavailable', undefined],
    [
      'an upstream timeout',
      new UpstreamTimeoutError(),
      504,
      'dependency-timeout',
      'Gateway Timeout',
      undefined,
    ],
    [
      'an upstream 503',
      new UpstreamResponseError('sad', { upstreamStatus: 503 }),
      503,
      'dependency-unavailable',
      'Service Unavailable',
      undefined,
    ],
    ['an upstream 500', new UpstreamResponseError(), 502, 'dependency-failed', 'Bad Gateway', undefined],
    [
      'an unknown error',
      new TypeError('x is undefined'),
      500,
      'internal-server-error',
      'Internal Server Error',
      'An unexpected error occurred. Please try again later.',
    ],
  ])('answers %s by the table', async (_what, error, status, code, title, detail) => {
    const answer = await request(appThatThrows(error)).get('/orders/7');

    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({
      type: `/problems/${code}`,
      title,
      status,
      ...(detail === undefined ? {} : { detail }),
      instance: '/orders/7',
      code,
      requestId: 'req-1',
      correlationId: 'corr-1',
      traceId: RECORD.traceId,
    });
  });

  it('lists every fault of a validation error', async () => {
    const errors = [{ detail: 'must be a number', pointer: '#/items/0' }];

    const answer = await request(appThatThrows(new ValidationError('1 fault', { errors }))).get('/orders/7');

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'unprocessable-content', errors });
  });

  it('answers an address that no route takes with 404 and a text that does not repeat it', async () => {
    const answer = await request(appThatThrows(undefined)).get('/nowhere/s3cret');

    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'not-found', detail: 'No such resource' });
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const app = appThatThrows(new NotFoundError('No such order'));
    const get = await request(app).get('/orders/7');

    const head = await request(app).head('/orders/7');

    expect(head.status).toBe(404);
    expect(head.text).toBeUndefined();
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.headers['content-type']).toBe('application/problem+json');
  });

  it.each(['text/csv', 'image/png, */*;q=0', 'text/html', 'rubbish', 'application/json'])(
    'answers whatever the client accepts: %s',
    async (accept) => {
      const answer = await request(appThatThrows(new NotFoundError())).get('/orders/7').set('Accept', accept);

      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    },
  );

  it('gives a request without context ids of its own, the same in header and body', async () => {
    const app = express();
    app.use(notFound());
    app.use(problemHandler({ events: createEventHub() }));

    const answer = await request(app).get('/');

    expect(answer.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['x-request-id']).toBe(answer.body.requestId);
    expect(answer.body.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('names the path that the client asked for, also in a mounted router', async () => {
    const app = express();
    const router = express.Router();
    router.get('/deep', () => {
      throw new NotFoundError();
    });
    app.use('/api', router);
    app.use(problemHandler({ events: createEventHub() }));

    const answer = await request(app).get('/api/deep?x=1');

    expect(answer.body.instance).toBe('/api/deep');
  });

  it('puts baseUri before the code', async () => {
    const app = appThatThrows(new NotFoundError('', { code: 'order-not-found' }), {
      baseUri: 'https://errors.example/',
    });

    const answer = await request(app).get('/orders/7');

    expect(answer.body.type).toBe('https://errors.example/order-not-found');
  });
});

/** Reads the bytes of an answer as they came. */
const binary = (res: Response, done: (error: Error | null, body: Buffer) => void): void => {
  const chunks: Buffer[] = [];
  res.on('data', (chunk: Buffer) => chunks.push(chunk));
  res.on('end', () => done(null, Buffer.concat(chunks)));
};
