import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { z } from 'zod';
import {
  type OnlyParts,
  type RequestSchemas,
  type SchemaOutput,
  type Validated,
  validate,
} from '../../src/validation/index.ts';

const Order = z.object({ sku: z.string() });
const Page = z.object({ page: z.number() });

describe('the types of validate', () => {
  it('refuse nothing at all, and what is no part of a request', () => {
    // @ts-expect-error there is no schema
    expect(() => validate({})).toThrow(TypeError);
    // @ts-expect-error a request has no such part
    expect(() => validate({ body: Order, cookies: Page })).toThrow(TypeError);
    // @ts-expect-error it is misspelt
    expect(() => validate({ boby: Order })).toThrow(TypeError);
    // @ts-expect-error it is no schema
    expect(() => validate({ body: 7 })).toThrow(TypeError);
  });

  it('know that a part which may have no schema may have no value', () => {
    const make = (body: typeof Order | undefined) => validate({ body, query: Page });
    const makeOptional = (schemas: { readonly body?: typeof Order }) => validate(schemas);

    expectTypeOf(make(Order).of).returns.toEqualTypeOf<{
      readonly body: { sku: string } | undefined;
      readonly query: { page: number };
    }>();
    expectTypeOf(makeOptional({ body: Order }).of).returns.toEqualTypeOf<{
      readonly body?: { sku: string } | undefined;
    }>();
    expect.assertions(0);
  });

  it('take schemas of which nothing more is known', () => {
    const make = (schemas: RequestSchemas) => validate(schemas);

    expectTypeOf(make({ body: Order }).of)
      .returns.toHaveProperty('body')
      .toEqualTypeOf<unknown>();
    expect.assertions(0);
  });

  it('take a schema that is a type parameter', () => {
    const bodyOf = <Schema extends z.ZodType>(schema: Schema, req: object): SchemaOutput<Schema> =>
      validate({ body: schema }).of(req).body;

    expectTypeOf(bodyOf<typeof Order>).returns.toEqualTypeOf<{ sku: string }>();
    expect.assertions(0);
  });

  it('let generic functions hand schemas on', () => {
    const parsed = <Schemas extends RequestSchemas>(
      schemas: Schemas & OnlyParts<Schemas>,
      req: object,
    ): Validated<Schemas> => validate<Schemas>(schemas).of(req);

    expectTypeOf(parsed<{ body: typeof Order }>).returns.toEqualTypeOf<{ readonly body: { sku: string } }>();
    expect.assertions(0);
  });
});
