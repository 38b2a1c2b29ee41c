import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { type Cached, type CachedAnswer, type CachedOptions, cached, protect } from '../../src/index.ts';

interface Price {
  readonly sku: string;
  readonly cents: number;
}

const priceOf = async (sku: string, _currency?: string): Promise<Price> => ({ sku, cents: 250 });

describe('the types of a cached function', () => {
  it('give its arguments and its value, with the answer and the purge too', async () => {
    const price = cached(priceOf, { key: (sku, currency) => `${sku} ${currency ?? 'EUR'}` });

    expectTypeOf(price).parameters.toEqualTypeOf<[sku: string, _currency?: string]>();
    expectTypeOf(price.answer).parameters.toEqualTypeOf<[sku: string, _currency?: string]>();
    expectTypeOf(price.answer).returns.resolves.toEqualTypeOf<CachedAnswer<Price>>();
    expectTypeOf(price.purge).parameters.toEqualTypeOf<[sku: string, _currency?: string]>();
    expect(await price('tea')).toEqual({ sku: 'tea', cents: 250 });
  });

  it('are those of a protected function without its call', async () => {
    const find = protect((_call, sku: string, limit?: number) => [sku, limit], { name: 'db' });

    const cachedFind = cached(find, { name: 'db', key: (sku, limit) => `${sku} ${limit}` });

    expectTypeOf(cachedFind).toEqualTypeOf<
      Cached<[sku: string, limit?: number], (string | number | undefined)[]>
    >();
    expect(await cachedFind('tea')).toEqual(['tea', undefined]);
  });

  it('take a function that answers at once, of no arguments, or of any number', async () => {
    const now = cached(() => 1, { key: () => 'now' });
    const sum = cached((...all: number[]) => all.reduce((a, b) => a + b, 0), { key: (...all) => all.join() });

    expectTypeOf(now).toEqualTypeOf<Cached<[], number>>();
    expectTypeOf(sum).parameters.toEqualTypeOf<number[]>();
    expect([await now(), await sum(1, 2)]).toEqual([1, 3]);
  });

  it('leave wrappers their type parameters', async () => {
    const keepById = <T>(load: (id: string) => Promise<T>) => cached(load, { key: (id) => id });
    const keep = <Args extends readonly unknown[], Res>(
      fn: (...args: Args) => Promise<Res>,
      options: NoInfer<CachedOptions<Args>>,
    ) => cached(fn, { ttlMs: 1_000, ...options });

    const [byId, kept] = [keepById(priceOf), keep(priceOf, { key: (sku) => sku })];

    expectTypeOf(byId).toEqualTypeOf<Cached<[id: string], Price>>();
    expectTypeOf(kept).toEqualTypeOf<Cached<[sku: string, _currency?: string], Price>>();
    expect([(await byId('tea')).cents, (await kept('tea')).cents]).toEqual([250, 250]);
  });

  it('are those of the last overload, and of the bound of a type parameter', () => {
    function size(of: string): number;
    function size(of: readonly unknown[]): number;
    function size(of: string | readonly unknown[]): number {
      return of.length;
    }
    const same = async <T extends Price>(price: T): Promise<T> => price;

    const cachedSize = cached(size, { key: (of) => of.join() });
    const cachedSame = cached(same, { key: ({ sku }) => sku });

    expectTypeOf(cachedSize).toEqualTypeOf<Cached<[of: readonly unknown[]], number>>();
    expectTypeOf(cachedSame).toEqualTypeOf<Cached<[price: Price], Price>>();
  });
});

describe('the type of the key of a cached function', () => {
  it.each([
    cached(async (a: string, b: number) => [a, b], { key: (a) => a }),
    cached(async (a: string, b: number) => [a, b], { key: (a: string) => a }),
    cached(async (a: string, b: number) => [a, b], { key: () => 'all' }),
    cached(async (a: string, b?: number) => [a, b], { key: (a, b) => `${a} ${b}` }),
    cached(async (a: string, b: number = 1) => [a, b], { key: (a, b = 1) => `${a} ${b.toFixed(2)}` }),
    cached(async (a: string, b = 1) => [a, b], { key: (a, b) => `${a} ${b}` }),
    cached(async (a: 'x' | 'y') => a, { key: (a: string) => a }),
    cached(async (a: number) => a, { key: String }),
    cached(async (price: Price) => price, { key: ({ sku }) => sku }),
    cached(async (a: string, ...more: number[]) => [a, more], { key: (a, ...more) => a + more.join() }),
  ])('takes as many of the arguments as it needs', (fn) => {
    expect(fn).toBeInstanceOf(Function);
  });

  it.each([
    // @ts-expect-error the function takes a text
    cached(async (a: string) => a, { key: (a: number) => `${a}` }),
    // @ts-expect-error a key is a text
    cached(async (a: number) => a, { key: (a) => a }),
    // @ts-expect-error there is no second argument
    cached(async (a: string) => a, { key: (a, b) => `${a} ${b}` }),
    // @ts-expect-error the second argument may be missing
    cached(async (a: string, b?: number) => [a, b], { key: (a: string, b: number) => a + b.toFixed(2) }),
    // @ts-expect-error there is no such member
    cached(async (price: Price) => price, { key: ({ name }) => name }),
  ])('refuses what does not fit the arguments', (fn) => {
    expect(fn).toBeInstanceOf(Function);
  });

  it('must be given', () => {
    // @ts-expect-error nothing says what the value depends on
    expect(() => cached(priceOf, {})).toThrow(TypeError);
  });
});
