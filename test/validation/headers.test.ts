import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import request from 'supertest';
import * as v from 'valibot';
import { z } from 'zod';
import { createEventHub } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { type RequestSchemas, type Validator, validate } from '../../src/validation/index.ts';
import { expressMajors } from '../support/express.ts';

const zodHeaders = z.object({
  'x-tenant': z.string().min(3),
  authorization: z.string().refine((value) => value.startsWith('Bearer '), {
    error: (issue) => `no bearer token in ${issue.input}`,
  }),
});
const valibotHeaders = v.object({
  'x-tenant': v.pipe(v.string(), v.minLength(3)),
  authorization: v.pipe(v.string(), v.startsWith('Bearer ')),
});

describe.each(expressMajors)('validate({ headers }) on $major', ({ express }) => {
  const createApp = <Schemas extends RequestSchemas>(valid: Validator<Schemas>) => {
    const app = express();
    app.get('/', valid, (req, res) => {
      res.json(valid.of(req));
    });
    app.use(problemHandler({ events: createEventHub() }));
    return app;
  };

  describe.each([
    ['zod', () => createApp(validate({ headers: zodHeaders }))],
    ['valibot', () => createApp(validate({ headers: valibotHeaders }))],
  ])('with %s', (_library, create) => {
    it('hands out the headers that the schema names', async () => {
      const answer = await request(create())
        .get('/')
        .set('X-Tenant', 'acme')
        .set('Authorization', 'Bearer x');

      expect(answer.body).toEqual({ headers: { 'x-tenant': 'acme', authorization: 'Bearer x' } });
    });

    it('names each header that is wrong and shows none', async () => {
      const answer = await request(create())
        .get('/')
        .set('X-Tenant', 'ab')
        .set('Authorization', 'Basic s3cret-credentials');

      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([
        { detail: expect.any(String), in: 'headers', name: 'x-tenant' },
        { detail: expect.any(String), in: 'headers', name: 'authorization' },
      ]);
      expect(answer.text).not.toContain('s3cret');
    });
  });
});

describe('validate({ headers })', () => {
  it('types what it hands out by the schema', () => {
    type Parsed = { readonly headers: { 'x-tenant': string; authorization: string } };

    expectTypeOf(validate({ headers: zodHeaders }).of).returns.toEqualTypeOf<Parsed>();
    expectTypeOf(validate({ headers: valibotHeaders }).of).returns.toEqualTypeOf<Parsed>();
    expect.assertions(0);
  });
});
