import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { describeValue, isArray, readSafely, toError } from '../../src/kernel/index.ts';

const hostile = (): object =>
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('no reading');
      },
      getPrototypeOf: () => {
        throw new Error('no prototype');
      },
    },
  );

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('toError', () => {
  it.each([
    ['an Error', new TypeError('broken')],
    ['an Error of another realm', runInNewContext('new RangeError("far away")')],
    ['the reason of an aborted signal', AbortSignal.abort().reason],
    ['a DOMException', new DOMException('late', 'TimeoutError')],
    ['an object that extends Error by prototype', Object.create(Error.prototype)],
  ])('leaves %s as it is', (_name, thrown: unknown) => {
    const error = toError(thrown);

    expect(error).toBe(thrown);
  });

  it.each([
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a text', 'out of cheese', '"out of cheese"'],
    ['a number', 42, '42'],
    ['a plain object', { message: 'secret' }, 'an object'],
    ['a function', () => 'secret', 'a function'],
    ['a symbol', Symbol('secret'), 'a symbol'],
    ['a hostile proxy', hostile(), 'an object'],
    ['a revoked proxy', revoked(), 'an object'],
  ])('makes an Error with a cause of %s', (_name, thrown: unknown, described) => {
    const error = toError(thrown);

    expect(error.message).toBe(`A value that is no Error was thrown: ${described}`);
    expect(Object.is(error.cause, thrown)).toBe(true);
  });
});

describe('readSafely', () => {
  it('reads what is there, of objects, functions and primitives', () => {
    const found = [readSafely({ a: 1 }, 'a'), readSafely(() => 1, 'length'), readSafely('text', 'length')];

    expect(found).toEqual([1, 0, 4]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a hostile proxy', hostile()],
    ['a revoked proxy', revoked()],
  ])('reads undefined from %s', (_name, value) => {
    const found = readSafely(value, 'a');

    expect(found).toBeUndefined();
  });
});

describe('isArray', () => {
  it('knows arrays, and takes a revoked proxy of one for none', () => {
    const list = Proxy.revocable([], {});
    list.revoke();

    expect([[], [1], {}, undefined, list.proxy].map(isArray)).toEqual([true, true, false, false, false]);
  });
});

describe('describeValue', () => {
  it.each([
    ['a "quoted" text', '"a \\"quoted\\" text"'],
    ['two\nlines', '"two\\nlines"'],
    [12n, '12n'],
    [Number.NaN, 'NaN'],
    [-0, '0'],
    [true, 'true'],
    [[1, 2], 'an array'],
    [Object.create(null), 'an object'],
  ])('describes %p', (value: unknown, text) => {
    const described = describeValue(value);

    expect(described).toBe(text);
  });

  it('cuts a long text after 80 characters', () => {
    const described = describeValue('x'.repeat(10_000));

    expect(described).toBe(`"${'x'.repeat(80)}…"`);
  });
});
