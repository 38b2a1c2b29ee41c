import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  type BreakwaterErrorOptions,
  ConflictError,
  type DefinedError,
  type DefinedErrorClass,
  defineError,
  ForbiddenError,
  NotFoundError,
  type ProblemType,
  UnauthorizedError,
} from '../../src/errors/index.ts';
import { on } from '../../src/problem/index.ts';

interface Order {
  readonly orderId: string;
}

const OrderError = defineError('order-error', {
  status: 400,
  detail: (d: Order) => `Order ${d.orderId}`,
});
const Family = defineError('family', { status: 503 });

describe('the types of families', () => {
  it("add the data of a class to its parent's", () => {
    const Locked = defineError('order-locked', {
      extends: OrderError,
      detail: (d: { by: string }) => `Locked by ${d.by}`,
      extensions: ['orderId', 'by'],
    });

    expectTypeOf(Locked).toEqualTypeOf<DefinedErrorClass<{ by: string } & Order>>();
    // @ts-expect-error the parent's data is missing
    const incomplete = () => new Locked({ by: 'ada' });
    expect([new Locked({ by: 'ada', orderId: '7' }).data.orderId, incomplete]).toHaveLength(2);
  });

  it('give both data to detail and publicDetail', () => {
    const Locked = defineError<{ by: string }, Order>('order-locked', {
      extends: OrderError,
      detail: (d) => {
        expectTypeOf(d.orderId).toBeString();
        return d.by;
      },
      publicDetail: (d) => d.orderId,
    });

    expect(new Locked({ by: 'ada', orderId: '7' }).publicDetail).toBe('7');
  });

  it("take the parent's data where there is none of their own", () => {
    const Stale = defineError('order-stale', { extends: OrderError, detail: (d) => d.orderId });
    const Member = defineError('member', { extends: Family });

    expectTypeOf(Stale).toEqualTypeOf<DefinedErrorClass<Order>>();
    expectTypeOf(Member).toEqualTypeOf<DefinedErrorClass<undefined>>();
    expect([new Stale({ orderId: '7' }).message, new Member().status]).toEqual(['7', 503]);
  });

  it('take data into a family that has none', () => {
    const Member = defineError('member', { extends: Family, detail: (d: Order) => d.orderId });

    expectTypeOf(Member).toEqualTypeOf<DefinedErrorClass<Order>>();
    expect(new Member({ orderId: '7' }).message).toBe('7');
  });

  it('refuse what is wrong', () => {
    const define = [
      // @ts-expect-error there is neither a status nor a parent to take it from
      () => defineError('a', { title: 'A' }),
      // @ts-expect-error NotFoundError was not made by defineError
      () => defineError('b', { extends: NotFoundError }),
      // @ts-expect-error owner is no key of the data
      () => defineError('c', { extends: OrderError, extensions: ['owner'] }),
      // @ts-expect-error owner is no key of the data
      () => defineError('d', { extends: OrderError, detail: (d) => d.owner }),
      // @ts-expect-error owner is no key of the data
      () => defineError('e', { status: 404, detail: (d: Order) => d.orderId, publicDetail: (d) => d.owner }),
      // @ts-expect-error a word about retries is true or false
      () => defineError('f', { status: 404, retryable: 'yes' }),
    ];

    expect(define).toHaveLength(6);
  });
});

describe('the types of data', () => {
  it('let data of any pass, in a family too', () => {
    const Untyped = defineError('untyped', {
      status: 404,
      // biome-ignore lint/suspicious/noExplicitAny: what an app writes that does without types
      detail: (d: any) => String(d.x),
      extensions: ['x'],
    });
    const Child = defineError('untyped-child', { extends: Untyped });

    const errors = [new Untyped({ x: 1 }), new Child({ x: 1 })];

    expect(errors.map(({ message }) => message)).toEqual(['1', '1']);
    expect(new Untyped({ x: 1 }).data.x).toBe(1);
  });

  it('let the keys of each kind of data be shown', () => {
    type Refused =
      | { readonly kind: 'full'; readonly seats: number }
      | { readonly kind: 'late'; readonly by: string };
    const NotBooked = defineError('not-booked', {
      status: 409,
      detail: (d: Refused) => d.kind,
      extensions: ['kind', 'seats', 'by'],
    });

    expect({ ...new NotBooked({ kind: 'late', by: 'an hour' }).extensions }).toEqual({
      kind: 'late',
      by: 'an hour',
    });
  });

  it('refuse extensions that no data has, and members that every answer has', () => {
    const detail = (d: { kind: 'full'; status: number } | { kind: 'late' }): string => d.kind;

    const define = [
      // @ts-expect-error status is a member that every answer writes itself
      () => defineError('a', { status: 409, detail, extensions: ['status'] }),
      // @ts-expect-error seats is a key of neither
      () => defineError('b', { status: 409, detail, extensions: ['seats'] }),
      () => defineError('c', { status: 409, detail, extensions: ['kind'] }),
    ];

    expect(define).toHaveLength(3);
  });
});

describe('the types of the guard', () => {
  it('narrow to the error and its data', () => {
    const thrown: unknown = new OrderError({ orderId: '7' });

    const id = OrderError.is(thrown) ? thrown.data.orderId : undefined;

    expectTypeOf(id).toEqualTypeOf<string | undefined>();
    expectTypeOf(OrderError.is).guards.toEqualTypeOf<DefinedError<Order>>();
    expect(id).toBe('7');
  });

  it('give on() the data', () => {
    const mapper = on(OrderError, ({ data }) => {
      expectTypeOf(data).toEqualTypeOf<Readonly<Order>>();
      return new NotFoundError(data.orderId);
    });

    expect(mapper(new OrderError({ orderId: '7' }))?.message).toBe('7');
  });
});

describe('the types of options', () => {
  it('have no title without a code', () => {
    expectTypeOf<BreakwaterErrorOptions>().not.toHaveProperty('title');
    expectTypeOf<{ title: 'Locked' }>().not.toExtend<ProblemType>();
    // @ts-expect-error a title of its own needs a code of its own
    const make = () => new ConflictError('x', {}, { title: 'Locked' });

    expect(make).toBeDefined();
  });

  it('take a challenge where there is one to give', () => {
    const errors = [
      new UnauthorizedError('x', { challenge: 'Basic' }),
      new ForbiddenError('x', { challenge: { scheme: 'Bearer', scope: 'orders' } }),
      // @ts-expect-error nothing is asked for by a 404
      new NotFoundError('x', { challenge: 'Basic' }),
      // @ts-expect-error the scheme is missing
      new UnauthorizedError('x', { challenge: { realm: 'Orders' } }),
    ];

    expect(errors).toHaveLength(4);
  });
});
