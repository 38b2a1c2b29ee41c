import { describe, expect, it } from '@jest/globals';
import Ajv from 'ajv';
import { IsEmail, IsString, ValidateNested, validateOrReject } from 'class-validator';
import Joi from 'joi';
import request from 'supertest';
import * as v from 'valibot';
import * as yup from 'yup';
import { z } from 'zod';
import * as mini from 'zod/mini';
import * as z3 from 'zod/v3';
import { type ErrorMapper, validatorErrors, zodErrors } from '../../../src/index.ts';
import { expressMajors } from '../../support/express.ts';
import { bytesOf, SECRET, throwingApp } from '../../support/foreign.ts';

const DATA = { mail: SECRET, list: [{ n: SECRET }], kind: SECRET };
const GENERIC = 'The value is not valid';

const schema = {
  type: 'object',
  properties: { mail: { type: 'string', maxLength: 3 }, list: { type: 'array' } },
  required: ['name'],
  additionalProperties: false,
};

/** Throws what ajv found, in the way that `wrap` says. */
const ajv =
  (wrap: (errors: Ajv['errors']) => unknown, verbose = false) =>
  () => {
    const validate = new Ajv({ allErrors: true, verbose }).compile(schema);
    validate(DATA);
    throw wrap(validate.errors);
  };
const ajvFaults = [
  { detail: "must have required property 'name'", pointer: '#/name' },
  { detail: 'must NOT have additional properties', pointer: '#/kind' },
  { detail: 'must NOT have more than 3 characters', pointer: '#/mail' },
];

const JoiOrder = Joi.object({
  mail: Joi.string().email(),
  list: Joi.array().items(Joi.object({ n: Joi.number() })),
  kind: Joi.string().pattern(/^a/),
});

const YupOrder = yup.object({
  mail: yup.string().email(),
  list: yup.array(yup.object({ n: yup.number() })),
  kind: yup
    .string()
    .test('quotes', 'no', (value, { createError }) => createError({ message: `${value} is no kind` })),
});

const ValibotOrder = v.object({
  mail: v.pipe(v.string(), v.email()),
  list: v.array(v.object({ n: v.number() })),
  kind: v.pipe(
    v.string(),
    v.check(
      () => false,
      ({ input }) => `${input} is no kind`,
    ),
  ),
});

class Item {
  n: unknown = SECRET;
}
IsEmail()(Item.prototype, 'n');

class Order {
  list: readonly Item[] = [new Item()];
  kind: unknown = { secret: SECRET };
}
ValidateNested()(Order.prototype, 'list');
IsString({ message: ({ value }) => `${value.secret} is no kind` })(Order.prototype, 'kind');

const ZodOrder = z.strictObject({
  mail: z.email(),
  list: z.array(z.object({ n: z.number() })),
  kind: z.string().refine(() => false, { error: ({ input }) => `${String(input)} is no kind` }),
});

interface Row {
  readonly library: string;
  readonly work: () => unknown;
  readonly errors: readonly object[];
  readonly mapErrors?: readonly ErrorMapper[];
}

const rows: readonly Row[] = [
  {
    library: 'ajv',
    work: ajv((errors) => new Ajv.ValidationError(errors ?? [])),
    errors: ajvFaults,
  },
  { library: 'ajv, its list thrown', work: ajv((errors) => errors), errors: ajvFaults },
  {
    library: 'ajv, its list on an error of the app’s',
    work: ajv((errors) => Object.assign(new Error(SECRET), { errors })),
    errors: ajvFaults,
  },
  { library: 'ajv, verbose', work: ajv((errors) => errors, true), errors: ajvFaults },
  {
    library: 'ajv, asynchronous',
    work: () => new Ajv().compile({ ...schema, $async: true })({ ...DATA, name: 'Ann' }),
    errors: [{ detail: 'must NOT have additional properties', pointer: '#/kind' }],
  },
  {
    library: 'joi',
    work: () => Joi.attempt(DATA, JoiOrder, { abortEarly: false }),
    errors: [
      { detail: '"mail" must be a valid email', pointer: '#/mail' },
      { detail: '"list[0].n" must be a number', pointer: '#/list/0/n' },
      { detail: '"kind" fails to match the required pattern: /^a/', pointer: '#/kind' },
    ],
  },
  {
    library: 'yup',
    work: () => YupOrder.validate(DATA, { abortEarly: false }),
    errors: [
      { detail: 'mail must be a valid email', pointer: '#/mail' },
      { detail: 'list[0].n must be a `number` type', pointer: '#/list/0/n' },
      { detail: GENERIC, pointer: '#/kind' },
    ],
  },
  {
    library: 'yup, the first fault',
    work: () => yup.object({ list: YupOrder.fields.list }).validate(DATA),
    errors: [{ detail: 'list[0].n must be a `number` type', pointer: '#/list/0/n' }],
  },
  {
    library: 'valibot',
    work: () => v.parse(ValibotOrder, DATA),
    errors: [
      { detail: 'Invalid email', pointer: '#/mail' },
      { detail: 'Invalid type: Expected number', pointer: '#/list/0/n' },
      { detail: GENERIC, pointer: '#/kind' },
    ],
  },
  {
    library: 'class-validator',
    work: () => validateOrReject(new Order()),
    errors: [
      { detail: 'n must be an email', pointer: '#/list/0/n' },
      { detail: GENERIC, pointer: '#/kind' },
    ],
  },
  {
    library: 'zod 4',
    work: () => ZodOrder.parse(DATA),
    mapErrors: [zodErrors()],
    errors: [
      { detail: 'Invalid email address', pointer: '#/mail' },
      { detail: 'Invalid input: expected number, received string', pointer: '#/list/0/n' },
      { detail: GENERIC, pointer: '#/kind' },
    ],
  },
  {
    library: 'zod mini',
    work: () => mini.object({ mail: mini.number() }).parse(DATA),
    mapErrors: [zodErrors()],
    errors: [{ detail: expect.stringMatching(/^Invalid input/), pointer: '#/mail' }],
  },
  {
    library: 'zod 3',
    work: () => z3.object({ kind: z3.enum(['x']), mail: z3.number() }).parse(DATA),
    mapErrors: [zodErrors()],
    errors: [
      { detail: "Invalid enum value. Expected 'x'", pointer: '#/kind' },
      { detail: 'Expected number, received string', pointer: '#/mail' },
    ],
  },
];

describe.each(expressMajors)('faults that a schema finds, on $major', ({ express }) => {
  const send = (work: () => unknown, mapErrors: readonly ErrorMapper[] = []) =>
    request(throwingApp(express, work, mapErrors))
      .post('/')
      .send(DATA);

  it.each(rows)('$library', async ({ work, errors, mapErrors }) => {
    const answer = await send(work, mapErrors);

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'unprocessable-content', title: 'Unprocessable Content' });
    expect(answer.body.errors).toEqual(errors);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it.each(rows.filter(({ mapErrors }) => mapErrors === undefined))(
    '$library, with the status of validatorErrors()',
    async ({ work, errors }) => {
      const answer = await send(work, [validatorErrors({ status: 400 })]);

      expect(answer.status).toBe(400);
      expect(answer.body.errors).toEqual(errors);
      expect(bytesOf(answer)).not.toContain(SECRET);
    },
  );

  it.each([
    ['joi', (data: object) => JoiOrder.validateAsync(data)],
    [
      'ajv',
      (data: object) => {
        const validate = new Ajv().compile({ type: 'object', additionalProperties: false });
        validate(data);
        throw new Ajv.ValidationError(validate.errors ?? []);
      },
    ],
  ])('show no key of %s that is no name', async (_library, work) => {
    const answer = await send(() => work({ [`{"token":"${SECRET}"}`]: 1 }));

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([{ detail: GENERIC, pointer: '#' }]);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it('a bare error of zod is a 500: it may speak of our own data', async () => {
    const answer = await send(() => ZodOrder.parse(DATA));

    expect(answer.status).toBe(500);
    expect(answer.body).not.toHaveProperty('errors');
    expect(bytesOf(answer)).not.toContain(SECRET);
  });
});
