import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expectTypeOf } from 'expect-type';
import request from 'supertest';
import * as v from 'valibot';
import { z } from 'zod';
import { createEventHub } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import {
  type RequestSchemas,
  type StandardSchema,
  type Validator,
  validate,
} from '../../src/validation/index.ts';
import { expressMajors } from '../support/express.ts';

const zodParts = {
  params: z.object({ id: z.string().min(3) }),
  query: z.object({ page: z.coerce.number().int() }),
  body: z.object({ items: z.array(z.object({ sku: z.string(), count: z.number().max(9) })) }),
};
const valibotParts = {
  params: v.object({ id: v.pipe(v.string(), v.minLength(3)) }),
  query: v.object({ page: v.pipe(v.string(), v.transform(Number), v.integer()) }),
  body: v.object({
    items: v.array(v.object({ sku: v.string(), count: v.pipe(v.number(), v.maxValue(9)) })),
  }),
};

/** A schema of no library: whatever `answer` gives. */
const schemaThat = (answer: (value: unknown) => unknown): StandardSchema => ({
  // The answers under test are wrong on purpose.
  '~standard': { version: 1, vendor: 'test', validate: answer as StandardSchema['~standard']['validate'] },
});

describe.each(expressMajors)('validate on $major', ({ major, express }) => {
  const createApp = <Schemas extends RequestSchemas>(valid: Validator<Schemas>) => {
    const app = express();
    app.use(express.json());
    app.post('/orders/:id', valid, (req, res) => {
      res.json(valid.of(req));
    });
    app.use(problemHandler({ events: createEventHub() }));
    return app;
  };

  describe.each([
    ['zod', () => createApp(validate(zodParts))],
    ['valibot', () => createApp(validate(valibotParts))],
  ])('with %s', (_library, create) => {
    it('hands out what the schemas parsed', async () => {
      const body = { items: [{ sku: 'a', count: 1, more: true }] };

      const answer = await request(create()).post('/orders/abc?page=2').send(body);

      expect(answer.body).toEqual({
        params: { id: 'abc' },
        query: { page: 2 },
        body: { items: [{ sku: 'a', count: 1 }] },
      });
    });

    it('lists every fault of every part in one answer', async () => {
      const body = {
        items: [
          { sku: 7, count: 1 },
          { sku: 'a', count: 12 },
        ],
      };

      const answer = await request(create()).post('/orders/a?page=x').send(body);

      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({
        code: 'unprocessable-content',
        title: 'Unprocessable Content',
        detail: 'The request is not valid: 4 faults',
      });
      expect(answer.body.errors).toEqual([
        { detail: expect.any(String), in: 'params', name: 'id' },
        { detail: expect.any(String), in: 'query', name: 'page' },
        { detail: expect.any(String), pointer: '#/items/0/sku' },
        { detail: expect.any(String), pointer: '#/items/1/count' },
      ]);
    });

    it('echoes no submitted value', async () => {
      const body = { items: [{ sku: 987_654, count: 's3cret-count' }] };

      const answer = await request(create()).post('/orders/q7?page=s3cret-page').send(body);

      expect(answer.body.errors).toHaveLength(4);
      expect(JSON.stringify(answer.body.errors)).not.toMatch(/s3cret|987654|q7/);
    });

    it('tells of a missing body as one fault of the whole', async () => {
      const answer = await request(create()).post('/orders/abc?page=1');

      expect(answer.status).toBe(422);
      // Express 4 parses a missing body to {}, Express 5 to undefined.
      expect(answer.body.errors).toEqual([
        major === 'Express 5'
          ? { detail: 'The request has no body', pointer: '#' }
          : { detail: expect.any(String), pointer: '#/items' },
      ]);
    });
  });

  it('says what is wrong in the words of the schema', async () => {
    const app = createApp(
      validate({ body: z.object({ a: z.number(), b: z.string({ error: 'Say who you are' }) }) }),
    );

    const answer = await request(app).post('/orders/1').send({ a: 'one' });

    expect(answer.body.errors).toEqual([
      { detail: 'Invalid input: expected number, received string', pointer: '#/a' },
      { detail: 'Say who you are', pointer: '#/b' },
    ]);
  });

  it('echoes no value of another member, which a refinement may quote', async () => {
    const Signup = z.object({ password: z.string(), confirm: z.string() }).superRefine((all, context) => {
      if (all.confirm !== all.password)
        context.addIssue({ code: 'custom', path: ['confirm'], message: `must equal ${all.password}` });
    });
    const app = createApp(validate({ body: Signup }));

    const answer = await request(app).post('/orders/1').send({ password: 's3cret', confirm: 'other' });

    expect(answer.body.errors).toEqual([{ detail: 'The value is not valid', pointer: '#/confirm' }]);
  });

  it.each([
    ['trims', (value: string) => value.trim(), ' hunter2secret '],
    ['splits', (value: string) => value.split(':')[0], 'hunter2secret:b'],
  ])('echoes no value that a schema %s', async (_how, transform, tenant) => {
    const quoting = z.string().transform(transform);
    const refused = quoting.refine(() => false, { error: ({ input }) => `no tenant ${input}` });
    const app = createApp(validate({ body: z.object({ tenant: refused }) }));

    const answer = await request(app).post('/orders/1').send({ tenant });

    expect(answer.body.errors).toEqual([{ detail: 'The value is not valid', pointer: '#/tenant' }]);
  });

  it.each([
    ['zod', z.object({ name: z.string().refine(async (name) => name !== 'taken', 'Choose another') })],
    [
      'valibot',
      v.objectAsync({
        name: v.pipeAsync(
          v.string(),
          v.checkAsync(async (name) => name !== 'taken', 'Choose another'),
        ),
      }),
    ],
  ])('waits for asynchronous schemas of %s, also beside synchronous ones', async (_library, body) => {
    const app = createApp(validate({ params: z.object({ id: z.coerce.number() }), body }));

    const good = await request(app).post('/orders/1').send({ name: 'free' });
    const bad = await request(app).post('/orders/x').send({ name: 'taken' });

    expect(good.body).toEqual({ params: { id: 1 }, body: { name: 'free' } });
    expect(bad.body.errors).toMatchObject([
      { in: 'params', name: 'id' },
      { detail: 'Choose another', pointer: '#/name' },
    ]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('s3cret');
      },
    ],
    [
      'throws nothing',
      () => {
        throw undefined;
      },
    ],
    [
      'throws "route"',
      () => {
        throw 'route';
      },
    ],
    ['rejects', () => Promise.reject(new Error('s3cret'))],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['answers nothing', () => undefined],
    ['answers rubbish', () => ({ issues: 7 })],
    ['answers an empty object', () => ({})],
    ['answers a text later', () => Promise.resolve('fine')],
  ])('lets nothing pass and blames the server when a schema %s', async (_what, answer) => {
    const app = createApp(
      validate({ params: schemaThat(() => Promise.reject(new Error('too'))), body: schemaThat(answer) }),
    );

    const response = await request(app).post('/orders/1').send({});

    expect(response.status).toBe(500);
    expect(response.text).not.toContain('s3cret');
  });

  it('counts a failure without issues as one fault', async () => {
    const app = createApp(validate({ body: schemaThat(() => ({ issues: [] })) }));

    const answer = await request(app).post('/orders/1').send({});

    expect(answer.body).toMatchObject({
      detail: 'The request is not valid: 1 fault',
      errors: [{ detail: 'The value is not valid', pointer: '#' }],
    });
  });

  it('lists a hundred faults at most', async () => {
    const app = createApp(validate({ body: z.array(z.number()) }));

    const answer = await request(app).post('/orders/1').send(Array(250).fill('x'));

    expect(answer.body.errors).toHaveLength(100);
    expect(answer.body.detail).toBe('The request is not valid: 250 faults, the first 100 are listed');
  });
});

describe('validate', () => {
  it('lists the faults of all parts up to a hundred in all', () => {
    const many = (count: number) => schemaThat(() => ({ issues: Array(count).fill({ message: 'Say it' }) }));
    const next: unknown[] = [];

    validate({ query: many(70), body: many(70) })(
      Object.assign(new IncomingMessage(new Socket()), { query: {}, body: {} }),
      new ServerResponse(new IncomingMessage(new Socket())),
      (error) => next.push(error),
    );

    expect(next).toMatchObject([
      { message: 'The request is not valid: 140 faults, the first 100 are listed', errors: { length: 100 } },
    ]);
  });

  it.each([
    [{}, 'validate: give a schema for at least one of params, query, headers, body'],
    [undefined, 'validate: give a schema for at least one of params, query, headers, body'],
    [{ body: undefined }, 'validate: give a schema for at least one of params, query, headers, body'],
    [
      { body: { parse: () => 1 } },
      'validate: option "body" must be a Standard Schema (of zod, valibot, arktype, …), but was an object',
    ],
    [{ cookies: z.object({}) }, 'validate: unknown option "cookies"; known are params, query, headers, body'],
    [7, 'validate: the options must be an object, but was 7'],
  ])('refuses %j', (schemas, message) => {
    // What only a JavaScript caller can write.
    expect(() => validate(schemas as RequestSchemas)).toThrow(new TypeError(message));
  });

  it('takes a schema that is a function', () => {
    const schema = Object.assign(
      () => undefined,
      schemaThat((value) => ({ value })),
    );

    expect(() => validate({ body: schema })).not.toThrow();
  });

  it('has nothing to hand out before it ran', () => {
    expect(() => validate({ body: z.string() }).of({})).toThrow(
      'validate: of(req) was called before this validator let the request pass',
    );
  });

  it('types what it hands out by the schemas', () => {
    expectTypeOf(validate(zodParts).of).returns.toEqualTypeOf<{
      readonly params: { id: string };
      readonly query: { page: number };
      readonly body: { items: { sku: string; count: number }[] };
    }>();
    expectTypeOf(validate({ query: valibotParts.query }).of).returns.toEqualTypeOf<{
      readonly query: { page: number };
    }>();
    expect.assertions(0);
  });

  it('means by a schema what the Standard Schema specification means', () => {
    expectTypeOf<StandardSchemaV1<string, number>>().toExtend<StandardSchema<string, number>>();
    expectTypeOf<StandardSchema<string, number>>().toExtend<StandardSchemaV1<string, number>>();
    expect.assertions(0);
  });
});
