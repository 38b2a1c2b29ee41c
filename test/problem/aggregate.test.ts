import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  ConflictError,
  defineError,
  NotFoundError,
  ServiceUnavailableError,
  ValidationError,
} from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { on, type ProblemOptions, problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { createError } from '../support/http-errors.ts';

const SECRET = 'pa55_w0rd-7c1';

const OutOfStock = defineError('out-of-stock', {
  status: 409,
  title: 'Out of stock',
  detail: (d: { sku: string; cost: number }) => `${d.sku} is sold out`,
  extensions: ['sku'],
});

class Stale extends Error {}

const nested = (depth: number, error: Error): Error =>
  depth === 0 ? error : new AggregateError([nested(depth - 1, error)], SECRET);

const inACircle = (): Error => {
  const outer = new AggregateError([new NotFoundError()], SECRET);
  outer.errors.push(new AggregateError([outer], SECRET));
  return outer;
};

/** Aggregates without members, `width` of them in each of as many. */
const empties = (width: number): Error =>
  new AggregateError(
    Array.from(
      { length: width },
      () => new AggregateError(Array.from({ length: width }, () => new AggregateError([]))),
    ),
  );

const refuse = (): never => {
  throw new Error(SECRET);
};

describe.each(expressMajors)(
  'problemHandler › when several errors are thrown at once, on $major',
  ({ express }) => {
    const answerTo = (thrown: unknown, options: ProblemOptions = {}) => {
      const app = express();
      app.get('/', (_req, _res, next) => next(thrown));
      app.use(problemHandler({ events: createEventHub(), ...options }));
      return request(app).get('/');
    };

    it('answers as all its members are answered, and lists what each says in public', async () => {
      const members = [new OutOfStock({ sku: 'A-1', cost: 7 }), new OutOfStock({ sku: 'B-2', cost: 8 })];

      const answer = await answerTo(new AggregateError(members, SECRET));

      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        type: '/problems/out-of-stock',
        title: 'Out of stock',
        status: 409,
      });
      expect(answer.body).not.toHaveProperty('detail');
      expect(answer.body.errors).toEqual([
        { detail: 'A-1 is sold out', sku: 'A-1' },
        { detail: 'B-2 is sold out', sku: 'B-2' },
      ]);
      expect(answer.text).not.toContain(SECRET);
    });

    it('joins the faults that validation errors list', async () => {
      const inBody = { detail: 'must be a number', pointer: '#/items/0' };
      const inQuery = { detail: 'is missing', in: 'query', name: 'page' } as const;

      const answer = await answerTo(
        new AggregateError([
          new ValidationError('', { errors: [inBody] }),
          new ValidationError('', { errors: [inQuery] }),
        ]),
      );

      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([inBody, inQuery]);
    });

    it('takes members that mappers and recognisers know', async () => {
      const mapErrors = [on(Stale, () => new ConflictError('Changed meanwhile'))];

      const mapped = await answerTo(new AggregateError([new Stale(SECRET), new Stale(SECRET)]), {
        mapErrors,
      });
      const recognised = await answerTo(new AggregateError([createError(404, 'No such order')]));

      expect(mapped.body).toMatchObject({ status: 409, errors: [{ detail: 'Changed meanwhile' }, {}] });
      expect(recognised.body).toMatchObject({ status: 404, errors: [{ detail: 'No such order' }] });
    });

    it('asks for the longest wait of its members', async () => {
      const members = [1_000, 9_000, 3_000].map(
        (retryAfterMs) => new ServiceUnavailableError(SECRET, { retryAfterMs }),
      );

      const answer = await answerTo(new AggregateError(members));

      expect(answer.headers['retry-after']).toBe('9');
      expect(answer.body.errors).toEqual(members.map(() => ({ detail: 'Service Unavailable' })));
    });

    it('leaves out what cannot be written of one member and keeps the rest', async () => {
      const bad = new ConflictError('Bad', { extensions: { big: 1n, good: 1 } });

      const answer = await answerTo(new AggregateError([bad, new ConflictError('Fine')]));

      expect(answer.body.errors).toEqual([{ detail: 'Bad', good: 1 }, { detail: 'Fine' }]);
    });

    it('lists a hundred at most', async () => {
      const members = Array.from({ length: 150 }, (_, index) => new NotFoundError(`No ${index}`));

      const answer = await answerTo(new AggregateError(members));

      expect(answer.status).toBe(404);
      expect(answer.body.errors).toHaveLength(100);
    });

    it('looks into aggregates of aggregates', async () => {
      const answer = await answerTo(nested(8, new NotFoundError('No such order')));

      expect(answer.body).toMatchObject({ status: 404, errors: [{ detail: 'No such order' }] });
    });

    it.each<[string, () => Error]>([
      [
        'members that are answered differently',
        () => new AggregateError([new NotFoundError(), new ConflictError()]),
      ],
      [
        'members of one status and two codes',
        () => new AggregateError([new ConflictError(), new OutOfStock({ sku: 'A-1', cost: 7 })]),
      ],
      ['a member that nobody knows', () => new AggregateError([new NotFoundError(), new Error(SECRET)])],
      ['a member that is no error', () => new AggregateError([SECRET, undefined])],
      ['no members', () => new AggregateError([], SECRET)],
      ['itself among its members', inACircle],
      ['members deeper than is looked', () => nested(9, new NotFoundError(SECRET))],
      [
        'more members than are looked at',
        () => new AggregateError(new Array(1_001).fill(new NotFoundError())),
      ],
      ['more aggregates than are looked at', () => new AggregateError([empties(40), new NotFoundError()])],
      [
        'members that are no list',
        () => Object.assign(new AggregateError([]), { errors: new Set([new NotFoundError()]) }),
      ],
      [
        'a member whose own count is no number',
        () =>
          new AggregateError([
            Object.assign(new AggregateError([]), { errors: { length: Number.NaN } }),
            new NotFoundError(),
          ]),
      ],
      [
        'members that cannot be read',
        () =>
          Object.assign(new AggregateError([]), {
            errors: new Proxy([new NotFoundError()], { get: refuse }),
          }),
      ],
      [
        'a code, as connection attempts have',
        () => Object.assign(new AggregateError([new NotFoundError()]), { code: 'E_SOMETHING' }),
      ],
    ])('answers 500 to one with %s', async (_what, make) => {
      const answer = await answerTo(make());

      expect(answer.status).toBe(500);
      expect(answer.body).toMatchObject({ code: 'internal-server-error' });
      expect(answer.body).not.toHaveProperty('errors');
      expect(answer.text).not.toContain(SECRET);
    });

    it('reads no more members than it looks at, and runs no iterator of theirs', async () => {
      let reads = 0;
      const counted = <T extends object>(target: T): T =>
        new Proxy(target, {
          get: (on, key, receiver) => {
            reads += 1;
            return Reflect.get(on, key, receiver);
          },
        });
      // Each time it is read it has as many members, which are aggregates again.
      class Endless extends Error {
        override readonly name = 'AggregateError';
        get errors(): readonly Error[] {
          return counted(Array.from({ length: 30 }, () => new Endless()));
        }
      }
      const iterated = Object.assign([new NotFoundError()], { [Symbol.iterator]: refuse });

      const endless = await answerTo(new Endless(SECRET));
      const own = await answerTo(Object.assign(new AggregateError([]), { errors: iterated }));

      expect([endless.status, own.status]).toEqual([500, 404]);
      expect(reads).toBeLessThan(1_100);
    });

    it('answers an aggregate that is twice among the members', async () => {
      const inner = new AggregateError([new NotFoundError('No such order')]);

      const answer = await answerTo(new AggregateError([inner, inner]));

      expect(answer.body).toMatchObject({ status: 404, errors: [{}, {}] });
    });

    it('lets status win where an error has another statusCode', async () => {
      const answer = await answerTo(Object.assign(createError(404, 'No such order'), { statusCode: 410 }));

      expect(answer.status).toBe(404);
    });
  },
);
