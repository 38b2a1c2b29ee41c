import { describe, expect, it } from '@jest/globals';
import { defineError } from '../../src/errors/index.ts';

const fail = (): never => {
  throw new Error('no such row');
};

describe('a defined error whose detail cannot be made', () => {
  const Broken = defineError('broken', { status: 409, title: 'It broke', detail: fail, publicDetail: fail });

  it('has its title for a message, and keeps status and code', () => {
    const error = new Broken();

    expect(error).toMatchObject({ status: 409, code: 'broken', message: 'It broke' });
    expect(error.publicDetail).toBeUndefined();
  });

  it('keeps the other of both texts', () => {
    const Half = defineError('half', { status: 503, detail: 'db-7 is down', publicDetail: fail });

    expect([new Half().message, new Half().publicDetail]).toEqual(['db-7 is down', undefined]);
  });

  it.each([undefined, null, 7, {}])('takes %p for none', (made) => {
    // What only a JavaScript caller can write.
    const detail = (): string => made as unknown as string;

    const error = new (defineError('odd', { status: 409, detail }))();

    expect([error.message, error.publicDetail]).toEqual(['Conflict', undefined]);
  });
});

describe('the data of a defined error', () => {
  const Odd = defineError('odd', {
    status: 409,
    detail: (d: { needed: number; balance: number }) => `Needs ${d.needed}`,
    extensions: ['needed', 'balance'],
  });

  it('may have a getter that throws', () => {
    const error = new Odd({
      get needed(): number {
        return fail();
      },
      balance: 10,
    });

    expect([error.message, { ...error.extensions }, error.data]).toEqual([
      'Conflict',
      { balance: 10 },
      { needed: undefined, balance: 10 },
    ]);
  });

  it('is shown where it is a getter of its class, or of one above', () => {
    class Needed {
      get needed(): number {
        return 30;
      }
    }
    class Account extends Needed {
      readonly #balance = 10;
      get balance(): number {
        return this.#balance;
      }
    }

    expect({ ...new Odd(new Account()).extensions }).toEqual({ needed: 30, balance: 10 });
  });

  it('is not shown what every object has', () => {
    const Text = defineError<{ toString: string; valueOf: string; id: string }>('text', {
      status: 409,
      extensions: ['toString', 'valueOf', 'id'],
    });
    // What only a JavaScript caller can write.
    const data = { id: '7' } as unknown as { toString: string; valueOf: string; id: string };

    expect(Object.entries(new Text(data).extensions)).toEqual([['id', '7']]);
  });

  it('may be without a prototype', () => {
    const data: { needed: number; balance: number } = Object.create(null, {
      needed: { value: 30, enumerable: true },
      balance: { value: 10, enumerable: true },
    });

    const error = new Odd(data);

    expect([{ ...error.extensions }, error.data]).toEqual([
      { needed: 30, balance: 10 },
      { needed: 30, balance: 10 },
    ]);
  });

  it('may be a proxy that answers nothing', () => {
    const { proxy, revoke } = Proxy.revocable({ needed: 30, balance: 10 }, {});
    revoke();

    const error = new Odd(proxy);

    expect([error.code, { ...error.extensions }, error.data]).toEqual(['odd', {}, {}]);
  });
});
