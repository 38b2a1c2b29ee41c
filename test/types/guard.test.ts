import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  type MissingPart,
  type Protected,
  type ProtectedAnswer,
  type ProtectedCall,
  type ProtectOptions,
  protect,
  settle,
} from '../../src/index.ts';

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

describe('the types of the parts of settle', () => {
  interface Page {
    readonly user: Promise<string>;
    readonly reviews: () => Promise<number>;
  }

  it('may be those of an interface', async () => {
    const page: Page = { user: Promise.resolve('Ada'), reviews: async () => 2 };

    const { parts } = await settle(page, { required: ['user'] });

    expectTypeOf(parts.user).toEqualTypeOf<string>();
    expectTypeOf(parts.reviews).toEqualTypeOf<number | undefined>();
    expect(parts).toEqual({ user: 'Ada', reviews: 2 });
  });

  it('refuse a function that needs arguments, a list and a promise', async () => {
    const find = async (sku: string) => sku.length;
    const refused = [
      // @ts-expect-error it is called without arguments
      () => settle({ find }),
      // @ts-expect-error a list has no names
      () => settle([Promise.resolve(1)]),
      // @ts-expect-error its parts are not known yet
      () => settle(Promise.resolve({ user: 1 })),
    ];
    const { parts } = await settle({ find: async (sku = 'tea') => find(sku) });

    expect([refused.length, parts]).toEqual([3, { find: 3 }]);
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

describe('the types of a fallback', () => {
  interface Stock {
    readonly state: 'there' | 'sold';
    readonly tags: string[];
  }

  it.each([
    protect(async (_call, _sku: string): Promise<'there' | 'sold'> => 'there', {
      name: 'db',
      fallback: () => 'sold',
    }),
    protect(async (): Promise<[number, 'there']> => [1, 'there'], {
      name: 'db',
      fallback: { use: () => [0, 'there'], when: undefined },
    }),
    protect(async (): Promise<Stock> => ({ state: 'there', tags: [] }), {
      name: 'db',
      fallback: () => ({ state: 'sold', tags: [] }),
    }),
    protect(async (_call, sku: string): Promise<Stock> => ({ state: 'there', tags: [sku] }), {
      name: 'db',
      fallback: async ([sku]) => ({ state: 'sold', tags: [sku] }),
    }),
    protect(async (): Promise<Stock> => ({ state: 'there', tags: [] }), {
      name: 'db',
      // @ts-expect-error there is no such state
      fallback: () => ({ state: 'lost', tags: [] }),
    }),
    protect(async (): Promise<Stock> => ({ state: 'there', tags: [] }), {
      name: 'db',
      // @ts-expect-error there is no such member
      fallback: { value: { state: 'sold', tags: [], left: 1 } },
    }),
  ])('take what its functions give as literally as it is written', (query) => {
    expect(query).toBeInstanceOf(Function);
  });

  it('leave wrappers their type parameters', async () => {
    const wrap = <Args extends readonly unknown[], Res>(
      fn: (call: ProtectedCall, ...args: Args) => Promise<Res>,
      options: Omit<ProtectOptions<Args, Res>, 'name'>,
    ) => protect(fn, { name: 'db', ...options });

    const length = wrap(async (_call, sku: string) => sku.length, { fallback: ([sku]) => sku.length });

    expectTypeOf(length).toEqualTypeOf<Protected<[sku: string], number>>();
    expect(await length('tea')).toBe(3);
  });
});

describe('the types of a key of circuits', () => {
  it('do not decide what the arguments are', async () => {
    const length = protect(async (_call, sku: string) => sku.length, {
      name: 'db',
      breaker: { key: ([sku]: readonly [string]) => sku },
    });
    const odd = protect(async (_call, sku: string) => sku.length, {
      name: 'db',
      // @ts-expect-error the key reads a number, the function a text
      breaker: { key: ([sku]: readonly [number]) => `${sku}` },
    });

    expectTypeOf(length).toEqualTypeOf<Protected<[sku: string], number>>();
    expect([await length('tea'), odd]).toEqual([3, expect.any(Function)]);
  });
});
