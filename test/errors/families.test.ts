import { describe, expect, it } from '@jest/globals';
import { defineError, type ErrorType, isBusinessError, NotFoundError } from '../../src/errors/index.ts';
import { loadCopy } from '../support/copy.ts';

const OrderError = defineError('order-error', {
  status: 400,
  title: 'Order error',
  detail: (d: { orderId: string }) => `Something is wrong with order ${d.orderId}`,
  extensions: ['orderId'],
  retryable: false,
});
const OrderLocked = defineError('order-locked', {
  extends: OrderError,
  status: 409,
  title: 'Order locked',
  detail: (d: { orderId: string; by: string; until: string }) => `${d.orderId} is locked by ${d.by}`,
  extensions: ['until'],
});
const OrderStale = defineError('order-stale', { extends: OrderError });
const OrderRelocked = defineError('order-relocked', { extends: OrderLocked, retryable: true });

const DATA = { orderId: '7', by: 'ada', until: 'noon' };

describe('an error that extends another', () => {
  it('is an instance of it, and of its parents, not of its siblings', () => {
    const error = new OrderRelocked(DATA);

    const classes = [OrderRelocked, OrderLocked, OrderError, OrderStale];
    expect(classes.map((each) => error instanceof each)).toEqual([true, true, true, false]);
    expect(classes.map(({ is }) => is(error))).toEqual([true, true, true, false]);
    expect([OrderLocked.is(new OrderError({ orderId: '7' })), isBusinessError(error)]).toEqual([false, true]);
  });

  it('takes from its parent what it does not say itself', () => {
    const error = new OrderStale({ orderId: '7' });

    expect(error).toMatchObject({
      name: 'OrderStale',
      code: 'order-stale',
      status: 400,
      title: 'Bad Request',
      message: 'Something is wrong with order 7',
      publicDetail: 'Something is wrong with order 7',
      retryable: false,
    });
    expect({ ...error.extensions }).toEqual({ orderId: '7' });
  });

  it('says what it says itself, and shows its own extensions beside those of its parent', () => {
    const error = new OrderLocked(DATA);

    expect(error).toMatchObject({ status: 409, title: 'Order locked', message: '7 is locked by ada' });
    expect({ ...error.extensions }).toEqual({ orderId: '7', until: 'noon' });
    expect(error.data).toEqual(DATA);
  });

  it('takes from its grandparents too', () => {
    const error = new OrderRelocked(DATA);

    expect([error.status, error.message, error.retryable]).toEqual([409, '7 is locked by ada', true]);
    expect({ ...error.extensions }).toEqual({ orderId: '7', until: 'noon' });
  });

  it('leaves its parent as it was', () => {
    const error = new OrderError({ orderId: '7' });

    expect([error.name, error.code, error.status, OrderError.name]).toEqual([
      'OrderError',
      'order-error',
      400,
      'OrderError',
    ]);
  });

  it('may bring data into a family that has none', () => {
    const Family = defineError('family', { status: 404 });
    const Member = defineError('member', { extends: Family, detail: (d: { id: string }) => `No ${d.id}` });

    expect([new Member({ id: '7' }).message, Family.is(new Member({ id: '7' }))]).toEqual(['No 7', true]);
  });

  it('says its own name first in its stack', () => {
    expect(new OrderLocked(DATA).stack?.split('\n')[0]).toBe('OrderLocked: 7 is locked by ada');
  });

  it('works for a class of the app that extends a defined one', () => {
    class Special extends OrderLocked {}

    const error = new Special(DATA);

    expect([error.status, error.code, OrderError.is(error)]).toEqual([409, 'order-locked', true]);
  });
});

describe('defineError with extends', () => {
  it.each<[string, object, string]>([
    [
      'a status of the other branch',
      { status: 503 },
      `option "status" must be of the parent's branch, 4xx, but was 503`,
    ],
    [
      'a parent that is no class',
      { extends: 'OrderError' },
      'option "extends" must be a class made by defineError, but was "OrderError"',
    ],
    [
      'a class that it did not make',
      { extends: NotFoundError },
      'option "extends" must be a class made by defineError, but was a function',
    ],
    [
      'a class that only extends one',
      { extends: class extends OrderError {} },
      'option "extends" must be a class made by defineError, but was a function',
    ],
    [
      'retryable that is no boolean',
      { retryable: 'yes' },
      'option "retryable" must be true or false, but was "yes"',
    ],
    [
      'retryable among the extensions',
      { extensions: ['retryable'] },
      'option "extensions[0]" must be a key that is no member of every answer, but was "retryable"',
    ],
  ])('refuses %s', (_what, change, words) => {
    // Callers without types pass anything.
    const type = { extends: OrderError, ...change } as unknown as ErrorType;

    expect(() => defineError('x', type)).toThrow(`defineError("x"): ${words}`);
  });

  it('refuses a 4xx status under a technical parent', () => {
    const Down = defineError('down', { status: 503 });

    expect(() => defineError('x', { extends: Down, status: 404 })).toThrow(
      new RangeError(`defineError("x"): option "status" must be of the parent's branch, 5xx, but was 404`),
    );
  });
});

describe('the guard of a defined class', () => {
  it.each([
    ['undefined', undefined],
    ['a text', 'order-error'],
    ['an error of another library', Object.assign(new Error(), { code: 'order-error' })],
    ['another error of ours', new NotFoundError()],
    ['a class', OrderError],
    ['a sent copy', JSON.parse(JSON.stringify(new OrderError({ orderId: '7' })))],
  ])('does not know %s', (_what, value: unknown) => {
    expect(OrderError.is(value)).toBe(false);
  });

  it('knows its errors without its class at hand', () => {
    const { is } = OrderError;

    expect([new OrderLocked(DATA), new NotFoundError()].filter(is)).toHaveLength(1);
  });

  it('knows the errors of the same code and of its family in another copy of the package', async () => {
    const copy = await loadCopy();
    const Twin = copy.defineError<{ orderId: string }>('order-error', { status: 400 });
    const TwinChild = copy.defineError('order-lost', { extends: Twin });

    const errors = [new Twin({ orderId: '7' }), new TwinChild({ orderId: '7' }), new copy.NotFoundError()];

    expect(errors.map((error) => error instanceof OrderError)).toEqual([false, false, false]);
    expect(errors.map(OrderError.is)).toEqual([true, true, false]);
  });

  it('knows a class that one copy made of a class of the other', async () => {
    const copy = await loadCopy();
    const Child = copy.defineError<unknown, { orderId: string }>('order-lost', { extends: OrderError });

    const error = new Child({ orderId: '7' });

    expect([error instanceof OrderError, OrderError.is(error), error.code, error.message]).toEqual([
      true,
      true,
      'order-lost',
      'Something is wrong with order 7',
    ]);
  });
});

describe('publicDetail of a defined error', () => {
  const LedgerDown = defineError('ledger-down', {
    status: 503,
    detail: (d: { host: string; back: string }) => `No answer from ${d.host}`,
    publicDetail: (d) => `Payments are back at ${d.back}`,
  });
  const data = { host: 'db-7', back: 'noon' };

  it('is the public text of a 5xx, whose message stays for the log', () => {
    const error = new LedgerDown(data);

    expect([error.message, error.publicDetail]).toEqual(['No answer from db-7', 'Payments are back at noon']);
  });

  it('may be a fixed text, goes down to children, and gives way to that of an occurrence', () => {
    const Down = defineError('down', { status: 503, publicDetail: 'Back soon' });
    const Child = defineError('down-too', { extends: Down, detail: 'db-7 is down' });

    expect([new Child().message, new Child().publicDetail]).toEqual(['db-7 is down', 'Back soon']);
    expect(new Child(undefined, { publicDetail: 'Back at noon' }).publicDetail).toBe('Back at noon');
  });

  it('may differ from the message of a 4xx', () => {
    const Taken = defineError('taken', {
      status: 409,
      detail: 'key users_email',
      publicDetail: 'It is taken',
    });

    expect([new Taken().message, new Taken().publicDetail]).toEqual(['key users_email', 'It is taken']);
  });
});
