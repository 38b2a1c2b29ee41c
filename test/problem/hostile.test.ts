import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { ConflictError, defineError, NotFoundError } from '../../src/errors/index.ts';
import { createEventHub, type RequestFailed } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { createError } from '../support/http-errors.ts';

const SECRET = 'pa55_w0rd-7c1';

const refuse = (): never => {
  throw new Error(SECRET);
};
const traps = {
  get: refuse,
  has: refuse,
  getPrototypeOf: refuse,
  ownKeys: refuse,
  getOwnPropertyDescriptor: refuse,
};
const withGetter = (key: string) => Object.defineProperty(new Error(SECRET), key, { get: refuse });
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const cyclic = () => {
  const error = new Error(SECRET);
  error.cause = error;
  return error;
};

/** What is thrown, made anew for each test. */
const UNKNOWN: readonly (readonly [string, () => unknown])[] = [
  ['a text', () => SECRET],
  ['a number that looks like a status', () => 404],
  ['a bigint', () => 404n],
  ['a symbol', () => Symbol(SECRET)],
  ['true', () => true],
  ['an array', () => [SECRET]],
  ['a function', () => () => SECRET],
  ['a promise', () => Promise.resolve(SECRET)],
  ['an object without prototype', () => Object.assign(Object.create(null), { status: 404, message: SECRET })],
  ['a frozen error', () => Object.freeze(new Error(SECRET))],
  ['a frozen object', () => Object.freeze({ message: SECRET, status: 403 })],
  ['a proxy with throwing traps', () => new Proxy({}, traps)],
  ['a proxy of an error with throwing traps', () => new Proxy(new Error(SECRET), { get: refuse })],
  ['a proxy that says yes to everything', () => new Proxy(new Error(SECRET), { get: () => SECRET })],
  ['a revoked proxy', revoked],
  ['an error with a throwing status', () => withGetter('status')],
  ['an error with a throwing message', () => withGetter('message')],
  ['an error with a throwing stack', () => withGetter('stack')],
  ['an error with a throwing name', () => withGetter('name')],
  ['a cyclic cause', cyclic],
  ['an aggregate', () => new AggregateError([new Error(SECRET), new NotFoundError(SECRET)], SECRET)],
  ['status 404 alone', () => Object.assign(new Error(SECRET), { status: 404 })],
  ['status 404 without expose', () => Object.assign(new Error(SECRET), { status: 404, statusCode: 404 })],
  ['status 200', () => Object.assign(new Error(SECRET), { status: 200, statusCode: 200, expose: true })],
  ['status 999', () => Object.assign(new Error(SECRET), { status: 999, statusCode: 999, expose: true })],
  [
    'status 404.5',
    () => Object.assign(new Error(SECRET), { status: 404.5, statusCode: 404.5, expose: true }),
  ],
  [
    'status "404"',
    () => Object.assign(new Error(SECRET), { status: '404', statusCode: '404', expose: true }),
  ],
  ['a code that is a number', () => Object.assign(new Error(SECRET), { code: 404 })],
  ['a SQL state', () => Object.assign(new Error(SECRET), { code: '23505', detail: SECRET })],
];

describe.each(expressMajors)(
  'problemHandler › when something hostile is thrown, on $major',
  ({ express }) => {
    const createApp = (thrown: unknown, failures: RequestFailed[] = []) => {
      const events = createEventHub();
      events.subscribe('request.failed', (event) => failures.push(event));
      const app = express();
      app.get('/', (_req, res, next) => {
        res.status(404);
        next(thrown);
      });
      app.use(problemHandler({ events }));
      return app;
    };

    it.each(UNKNOWN)('answers a generic 500 to %s', async (_what, make) => {
      const failures: RequestFailed[] = [];

      const answer = await request(createApp(make(), failures)).get('/');

      expect(answer.status).toBe(500);
      expect(answer.body).toMatchObject({
        code: 'internal-server-error',
        detail: 'An unexpected error occurred. Please try again later.',
      });
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain(SECRET);
      expect(failures).toMatchObject([{ status: 500, kind: 'technical' }]);
    });

    const tooBig = (): object => {
      const cycle: Record<string, unknown> = {};
      cycle.self = cycle;
      return cycle;
    };

    it.each([
      ['a cycle', tooBig()],
      ['a bigint', 1n],
      ['a throwing getter', Object.defineProperty({}, 'x', { get: refuse, enumerable: true })],
      ['a throwing toJSON', { toJSON: refuse }],
      ['a proxy', new Proxy({}, traps)],
      ['nothing as JSON', { toJSON: () => undefined }],
      ['null as JSON', { toJSON: () => null }],
      ['a number that JSON cannot write', Number.NaN],
      ['a function', () => SECRET],
    ])('leaves out an extension that is %s and keeps the rest', async (_what, value) => {
      const thrown = new ConflictError('Changed meanwhile', { extensions: { bad: value, good: 1 } });

      const answer = await request(createApp(thrown)).get('/');

      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({ code: 'conflict', detail: 'Changed meanwhile', good: 1 });
      expect(answer.body).not.toHaveProperty('bad');
    });

    it('lets no extension replace a core member', async () => {
      const forged = Object.defineProperty(new ConflictError(), 'extensions', {
        value: {
          status: 200,
          type: 'x',
          requestId: 'x',
          toJSON: () => 'x',
          ...JSON.parse('{"__proto__":{"a":1}}'),
        },
      });

      const answer = await request(createApp(forged)).get('/');

      expect(answer.body).toMatchObject({ status: 409, type: '/problems/conflict' });
      expect(answer.body.requestId).not.toBe('x');
    });

    it('cuts title and detail at 2 000 characters, and no character in half', async () => {
      const Huge = defineError('huge', { status: 409, title: 'x'.repeat(1_000_000) });
      const detail = `${'x'.repeat(1_998)}\u{1f30a}${'y'.repeat(1_000_000)}`;

      const own = await request(createApp(new Huge(undefined, { publicDetail: detail }))).get('/');
      const foreign = await request(createApp(createError(409, 'x'.repeat(2_001)))).get('/');

      expect(own.body.title).toBe(`${'x'.repeat(1_999)}…`);
      expect(own.body.detail).toBe(`${'x'.repeat(1_998)}…`);
      expect(foreign.body.detail).toBe(`${'x'.repeat(1_999)}…`);
    });

    it('leaves a text of 2 000 characters whole', async () => {
      const detail = 'x'.repeat(2_000);

      const answer = await request(createApp(new ConflictError(detail))).get('/');

      expect(answer.body.detail).toBe(detail);
    });

    it('takes the code of the status for a code that cannot stand in a URI', async () => {
      const answer = await request(createApp(new ConflictError('', { code: 'a b\r\n' }))).get('/');

      expect(answer.body).toMatchObject({ code: 'conflict', type: '/problems/conflict' });
    });
  },
);
