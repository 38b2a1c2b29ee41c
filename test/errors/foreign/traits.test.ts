import { describe, expect, it } from '@jest/globals';
import { firstOf, knownBy } from '../../../src/errors/foreign/fault.ts';
import { foreignFault } from '../../../src/errors/foreign/index.ts';
import { TRAIT, traitsOf } from '../../../src/errors/foreign/traits.ts';

const ALL = Object.values(TRAIT).reduce((all, trait) => all | trait, 0);

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('traitsOf', () => {
  it.each([
    ['an error of the language', new TypeError('x is not a function'), 0],
    ['an error with members that nobody looks for', Object.assign(new Error('sold out'), { sku: 'tea' }), 0],
    ['a code', Object.assign(new Error('down'), { code: 'ECONNREFUSED' }), TRAIT.code],
    [
      'a member without a value that is not undefined',
      Object.assign(new Error('x'), { status: null }),
      TRAIT.status,
    ],
    ['a member of the class', Object.create({ status: 404 }), TRAIT.status],
    ['a name of its own', Object.assign(new Error('x'), { name: 'StockError' }), TRAIT.name],
    ['a cause', new Error('x', { cause: 'y' }), TRAIT.cause],
    ['a text that says all there is', new Error('Unexpected end of form'), TRAIT.text],
    ['a list', [], TRAIT.list],
    ['a member without any value', { requestID: undefined }, TRAIT.requestId],
  ])('tells %s', (_what, error, traits) => {
    expect(traitsOf(error)).toBe(traits);
  });

  it.each<[string, unknown]>([
    ['a text', 'down'],
    ['nothing', undefined],
    ['null', null],
    ['a function', () => undefined],
    [
      'a getter that throws',
      {
        get code() {
          throw new Error('trap');
        },
      },
    ],
    ['a revoked proxy', revoked()],
  ])('takes %s to have all of them, as recognisers read with care', (_what, thrown) => {
    expect(traitsOf(thrown)).toBe(ALL);
  });
});

describe('firstOf', () => {
  it('shows an error to those alone whose traits it has, in turn, the parts of others among them', () => {
    const asked: string[] = [];
    const asking = (name: string, traits: number) =>
      knownBy(traits, () => {
        asked.push(name);
        return undefined;
      });
    const recognise = firstOf(
      asking('status', TRAIT.status),
      firstOf(asking('code', TRAIT.code), asking('status or code', TRAIT.status | TRAIT.code)),
    );

    recognise({ code: 'E' });

    expect(asked).toEqual(['code', 'status or code']);
  });

  it('asks every recogniser about what cannot be looked at', () => {
    const trap = new Proxy(
      {},
      {
        get: (_target, key) => {
          if (key === 'code') return 'EOPENBREAKER';
          if (key === 'message') throw new Error('trap');
          return undefined;
        },
      },
    );

    expect(foreignFault(trap)).toMatchObject({ code: 'circuit-open' });
  });
});
