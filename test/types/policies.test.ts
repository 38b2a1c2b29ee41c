import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  type Breaker,
  breaker,
  bulkhead,
  compose,
  createCall,
  fallback,
  hedge,
  type Operation,
  type Policy,
  retry,
  timeout,
} from '../../src/index.ts';

interface Product {
  readonly price: number;
}

describe('the types of policies that stand alone', () => {
  const circuit = breaker<string, Product>({ name: 'catalog' });

  it('are kept by compose, whatever stands in it', async () => {
    const guard = compose<string, Product>(
      fallback({ value: { price: 0 } }),
      timeout({ ms: 1_000, scope: 'total' }),
      retry(),
      bulkhead(),
      circuit.policy,
      timeout({ ms: ({ request }) => request.length * 100 }),
    );

    const find = guard(async (sku) => ({ price: sku.length }));

    expectTypeOf(circuit).toEqualTypeOf<Breaker<string, Product>>();
    expectTypeOf(guard).toEqualTypeOf<Policy<string, Product>>();
    expectTypeOf(find).toEqualTypeOf<Operation<string, Product>>();
    expect(await find('tea', createCall({ name: 'catalog' }))).toEqual({ price: 3 });
  });

  it('are inferred from a policy that says them', () => {
    const guard = compose(circuit.policy, retry());

    expectTypeOf(guard).toEqualTypeOf<Policy<string, Product>>();
    expect(guard).toBeInstanceOf(Function);
  });

  it('need not be told where a policy has no opinion', async () => {
    const find: Operation<string, number> = async (sku) => sku.length;

    const guard = compose(retry(), circuit.policy, hedge({ afterMs: 100 }));
    const found = retry()(hedge()(find));

    expectTypeOf(guard).toEqualTypeOf<Policy<string, Product>>();
    expectTypeOf(found).toEqualTypeOf<Operation<string, number>>();
    expectTypeOf(retry<string, number>()).toEqualTypeOf<Policy<string, number>>();
    expect(await found('tea', createCall({ name: 'catalog' }))).toBe(3);
  });

  it('refuse what does not fit', () => {
    // @ts-expect-error the fallback gives a text
    const texts = compose<string, Product>(fallback({ value: 'nothing' }));
    // @ts-expect-error the circuit is for products
    const numbers = compose<string, number>(circuit.policy);
    // @ts-expect-error the operation takes a text
    const odd = compose(circuit.policy)(async (sku: number) => ({ price: sku }));

    expect([texts, numbers, odd]).toHaveLength(3);
  });
});
