import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import type { CallOptions, Client } from '../../src/index.ts';

interface Product {
  readonly id: number;
}

interface Filter {
  readonly page?: number;
  readonly tags?: readonly string[];
  readonly after: string | null | undefined;
}

interface Nested {
  readonly filter: { readonly page: number };
}

declare const product: Product;
declare const filter: Filter;
declare const nested: Nested;
declare const dictionary: Record<string, string>;
declare const untyped: CallOptions;

/** Calls that somebody may write; whether they fit is the compiler's business. */
const calls = (client: Client): unknown[] => [
  client.get('/x'),
  client.get('/x', untyped),
  client.get('/x', { params: undefined, query: undefined }),
  client.get('/:id', { params: product, query: filter }),
  client.request('GET', '/:id', { params: product, query: filter }),
  client.put('/:id', { params: dictionary, query: dictionary }),
  client.get('/:id/:part', { params: { id: 1n, part: 'x' }, query: { a: [1, 'b', true], b: null } }),
  // @ts-expect-error an object is no value of a query
  client.get('/x', { query: nested }),
  // @ts-expect-error nor of a path
  client.get('/x', { params: nested }),
  // @ts-expect-error a path has no lists
  client.get('/:id', { params: { id: [1, 2] } }),
  // @ts-expect-error a date is written in too many ways
  client.get('/x', { query: { at: new Date() } }),
  // @ts-expect-error a text is no object
  client.get('/x', { query: 'a=b' }),
  // @ts-expect-error its parameters are no members
  client.get('/x', { query: new URLSearchParams() }),
  // @ts-expect-error its parameters are no members
  client.get('/x', { query: new Map([['a', 'b']]) }),
  // @ts-expect-error a list has no names
  client.get('/x', { query: ['a'] }),
  // @ts-expect-error no such option
  client.get('/x', { parameters: {} }),
  // @ts-expect-error the method comes first
  client.request('/x', { query: filter }),
];

describe('types of parameters', () => {
  it('take interfaces, and no values that a URL cannot hold', () => {
    expectTypeOf<CallOptions<Product, Filter>>().toHaveProperty('query');
    expectTypeOf<Parameters<Client['get']>[0]>().toBeString();

    expect(calls).toHaveLength(1);
  });
});
