import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  type Breakwater,
  breakwater,
  ConflictError,
  NotFoundError,
  settle,
  UpstreamResponseError,
} from '../../src/index.ts';
import { type ManualClock, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const down = (): never => {
  throw new Error('connect to 10.0.0.7 failed');
};
const hang = (): Promise<never> => new Promise(() => undefined);

/** Two requests, one after the other had its time; the last answer counts. */
const lastOf = async (
  express: (typeof expressMajors)[number]['express'],
  protectedBy: (suite: Breakwater) => () => Promise<unknown>,
  between: (clock: ManualClock) => Promise<unknown> = async () => undefined,
) => {
  const clock = manualClock();
  const suite = breakwater({ service: 'orders', logger: { level: 'silent' }, clock });
  const fn = protectedBy(suite);
  const app = express();
  app.use(suite.before);
  app.get('/', (_req, res, next) => {
    fn().then((body) => res.json(body), next);
  });
  app.use(suite.after);
  const first = request(app).get('/').then();
  await clock.waitForTimer();
  await between(clock);
  const answer = await request(app).get('/');
  await clock.advance(10_000);
  await first;
  return [answer.status, answer.body.code ?? answer.body, answer.headers['retry-after']];
};

describe.each(expressMajors)('a protected function without a fallback on $major', ({ express }) => {
  it('answers 503 while its circuit is open, and says until when', async () => {
    const breaker = { consecutiveFailures: 1, openMs: 5_000 };
    const calls: unknown[] = [];
    const answer = await lastOf(
      express,
      ({ protect }) => {
        const fn = protect(() => (calls.push(1) === 1 ? hang() : 1), { name: 'db', breaker });
        return () => fn();
      },
      (clock) => clock.advance(3_000),
    );

    expect([answer, calls.length]).toEqual([[503, 'circuit-open', '5'], 1]);
  });

  it('answers 503 while its bulkhead is full, and says when to try again', async () => {
    const bulkhead = { maxConcurrent: 1, maxQueue: 0 };

    const answer = await lastOf(express, ({ protect }) => protect(hang, { name: 'db', bulkhead }));

    expect(answer).toEqual([503, 'bulkhead-full', '1']);
  });

  it('answers 503 while its dependency wants to be left alone, and says until when', async () => {
    const throttled = new UpstreamResponseError('429', { upstreamStatus: 429, retryAfterMs: 7_000 });
    const calls: unknown[] = [];
    const fail = (): never => {
      calls.push(1);
      throw throttled;
    };
    const answer = await lastOf(express, ({ protect }) => protect(fail, { name: 'db' }));

    expect([answer, calls.length]).toEqual([[503, 'dependency-unavailable', '7'], 1]);
  });

  it('answers 504 when its time is up', async () => {
    const clock = manualClock();
    const suite = breakwater({ service: 'orders', logger: { level: 'silent' }, clock });
    const fn = suite.protect(hang, { name: 'db', timeout: { totalMs: 100 } });
    const app = express();
    app.use(suite.before);
    app.get('/', (_req, _res, next) => {
      fn().catch(next);
    });
    app.use(suite.after);
    const answered = request(app).get('/').then();
    await clock.waitForTimer();

    await clock.advance(100);

    const { status, body, headers } = await answered;
    expect([status, body.code, headers['retry-after']]).toEqual([504, 'dependency-timeout', undefined]);
  });
});

describe.each(expressMajors)('partial answers on $major', ({ express }) => {
  const answerOf = async (reviews: () => Promise<unknown>) => {
    const suite = breakwater({ service: 'shop', logger: { level: 'silent' } });
    const app = express();
    app.use(suite.before);
    app.get('/', (_req, res, next) => {
      settle({ product: Promise.resolve('tea'), reviews }).then((answer) => res.json(answer), next);
    });
    app.use(suite.after);
    const { status, body } = await request(app).get('/');
    return [status, body];
  };

  it('tell the client what is missing, and nothing else of it', async () => {
    const answer = await answerOf(async () => down());

    expect(answer).toEqual([
      200,
      { parts: { product: 'tea' }, missing: [{ name: 'reviews', code: 'internal-server-error' }] },
    ]);
  });

  it('are none where a part says that the client must act', async () => {
    const answer = await answerOf(() => Promise.reject(new ConflictError('Reviews are closed')));

    expect(answer).toMatchObject([409, { detail: 'Reviews are closed' }]);
  });
});

describe('guarded of breakwater()', () => {
  it('tells the hub of the app of its calls', async () => {
    const { guarded, events } = breakwater({ service: 'orders', logger: { level: 'silent' } });
    const told: unknown[] = [];
    events.subscribe('call.completed', ({ dependency, code }) => told.push([dependency, code]));
    const decorator = guarded({ name: 'stock-db' });
    // As a compiler would hand it over.
    const context = { kind: 'method', name: 'find' } as never;
    const find = decorator(() => Promise.reject(new NotFoundError()), context);

    await find.call({} as never).catch(() => undefined);

    expect(told).toEqual([['stock-db', 'not-found']]);
  });
});
