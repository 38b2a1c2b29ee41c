import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { type MissingPart, type ProtectedAnswer, protect, settle } from '../../src/index.ts';

describe('the types of settle', () => {
  it('know each part, which may be missing', async () => {
    const { parts, missing } = await settle({
      user: Promise.resolve({ id: 7 }),
      reviews: async () => ['good'],
      page: 1,
    });

    expectTypeOf(parts).branded.toEqualTypeOf<{
      readonly user?: { id: number };
      readonly reviews?: string[];
      readonly page?: number;
    }>();
    expectTypeOf(missing).toEqualTypeOf<readonly MissingPart<'user' | 'reviews' | 'page'>[]>();
    // @ts-expect-error it may be missing
    expect(parts.user.id).toBe(7);
  });

  it('know that a required part is there', async () => {
    const { parts } = await settle({ user: Promise.resolve({ id: 7 }), reviews: 1 }, { required: ['user'] });

    expectTypeOf(parts.user).toEqualTypeOf<{ id: number }>();
    expectTypeOf(parts.reviews).toEqualTypeOf<number | undefined>();
    // @ts-expect-error there is no such part
    await expect(settle({ user: 1 }, { required: ['usr'] })).rejects.toThrow(TypeError);
    expect(parts.user.id).toBe(7);
  });
});

describe('the types of a protected function', () => {
  it('give its arguments and its value, with the answer too', async () => {
    const query = protect((_call, sql: string, limit?: number) => [sql, limit], { name: 'db' });

    expectTypeOf(query).parameters.toEqualTypeOf<[sql: string, limit?: number]>();
    expectTypeOf(query.answer).parameters.toEqualTypeOf<[sql: string, limit?: number]>();
    expectTypeOf(query.answer).returns.resolves.toEqualTypeOf<
      ProtectedAnswer<(string | number | undefined)[]>
    >();
    expect(await query('select 1')).toEqual(['select 1', undefined]);
  });
});
