import { describe, expect, it } from '@jest/globals';
import { decodeStored, isSelected, selectedBy, sizeOfStored } from '../../../src/cache/http/stored-answer.ts';
import { varyOf } from '../../../src/cache/http/vary.ts';
import { createCacheKeys } from '../../../src/cache/partition.ts';
import { storedAnswer } from './stored.ts';

const { digest } = createCacheKeys('secret');

/** Whether an answer to one request, which depends on `names`, is one to another request. */
const isFor = (
  names: readonly string[],
  first: Record<string, string>,
  second: Record<string, string>,
): boolean => isSelected(storedAnswer({ selected: selectedBy(names, first, digest) }), second, digest);

const explode = (): never => {
  throw new Error('hostile');
};

/** Throws at every question. */
const hostile = (): object =>
  new Proxy([], { get: explode, has: explode, ownKeys: explode, getOwnPropertyDescriptor: explode });

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};

describe('varyOf', () => {
  it.each<[string | readonly string[] | undefined, readonly string[] | undefined]>([
    [undefined, []],
    ['', []],
    ['Accept', ['accept']],
    ['b, A ,,a', ['a', 'b']],
    [
      ['B', 'a'],
      ['a', 'b'],
    ],
    ['*', undefined],
    ['Accept, *', undefined],
    ['x*', ['x*']],
  ])('reads Vary: %j', (vary, names) => {
    expect(varyOf({ vary })).toEqual(names);
  });
});

describe('isSelected', () => {
  it.each<[string, readonly string[], Record<string, string>, Record<string, string>, boolean]>([
    ['the same value', ['a'], { a: '1' }, { a: '1' }, true],
    ['another value', ['a'], { a: '1' }, { a: '2' }, false],
    ['another value of what it does not depend on', ['a'], { a: '1', b: '1' }, { a: '1', b: '2' }, true],
    ['one of two values', ['a', 'b'], { a: '1', b: '1' }, { a: '1', b: '2' }, false],
    ['a value that was not there', ['a'], {}, { a: '1' }, false],
    ['an empty value that was not there', ['a'], {}, { a: '' }, false],
    ['a value that means absence elsewhere', ['a'], {}, { a: '-' }, false],
    ['a value that is there no more', ['a'], { a: '1' }, {}, false],
    ['nothing, as before', ['a'], {}, {}, true],
    ['other white space in a list', ['a'], { a: 'x,y' }, { a: ' x , y' }, true],
    ['another order of a list', ['a'], { a: 'x,y' }, { a: 'y,x' }, false],
    ['another case', ['a'], { a: 'x' }, { a: 'X' }, false],
    ['what every object has', ['constructor', '__proto__', 'tostring', 'valueOf'], {}, {}, true],
  ])('compares %s', (_what, names, first, second, expected) => {
    expect(isFor(names, first, second)).toBe(expected);
  });

  it('keeps no value of a request, but digests', () => {
    const selected = selectedBy(['cookie'], { cookie: 'session=hunter2' }, digest);

    expect(JSON.stringify(selected)).not.toContain('hunter2');
  });
});

describe('decodeStored', () => {
  it('gives back what was stored', () => {
    const stored = storedAnswer({
      headers: { etag: '"\u00fc"', 'set-cookie': ['a=b', 'c=d'] },
      selected: { accept: 'x' },
    });

    const decoded = decodeStored({ ...stored, more: 'ignored' });

    expect(decoded).toEqual({ ...stored, body: new Uint8Array(stored.body) });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'rubbish'],
    ['a list', []],
    ['a function', explode],
    ['an object that throws at every question', hostile()],
    ['a revoked proxy', revoked()],
    ['no status', { ...storedAnswer(), status: undefined }],
    ['a status of text', { ...storedAnswer(), status: '200' }],
    ['an informational status', { ...storedAnswer(), status: 101 }],
    ['a status beyond all', { ...storedAnswer(), status: 600 }],
    ['a broken status', { ...storedAnswer(), status: 200.5 }],
    ['a body of text', { ...storedAnswer(), body: 'body' }],
    ['a body of an array', { ...storedAnswer(), body: [1, 2] }],
    ['a body of other numbers', { ...storedAnswer(), body: new Uint16Array(2) }],
    ['a body that looks like one', { ...storedAnswer(), body: Object.create(Uint8Array.prototype) }],
    ['a time of text', { ...storedAnswer(), requestedAt: '1' }],
    ['a time that is none', { ...storedAnswer(), receivedAt: Number.NaN }],
    ['an endless time', { ...storedAnswer(), receivedAt: Number.POSITIVE_INFINITY }],
    ['a time beyond all dates', { ...storedAnswer(), requestedAt: -8.65e15 }],
    ['no headers', { ...storedAnswer(), headers: undefined }],
    ['headers of text', { ...storedAnswer(), headers: 'a: b' }],
    ['headers that throw when they are listed', { ...storedAnswer(), headers: hostile() }],
    ['a header of a number', { ...storedAnswer(), headers: { age: 1 } }],
    ['a header of an object', { ...storedAnswer(), headers: { a: { toString: () => 'b' } } }],
    ['a header of a nested list', { ...storedAnswer(), headers: { a: [['b']] } }],
    [
      'a header that throws',
      { ...storedAnswer(), headers: Object.defineProperty({}, 'a', { get: explode, enumerable: true }) },
    ],
    ['a header with CR', { ...storedAnswer(), headers: { a: 'b\rc: d' } }],
    ['a header with LF', { ...storedAnswer(), headers: { a: 'b\nc: d' } }],
    ['a header that ends in LF', { ...storedAnswer(), headers: { a: 'b\n' } }],
    ['one line of a header with CRLF', { ...storedAnswer(), headers: { a: ['b', 'c\r\nd: e'] } }],
    ['a header with NUL', { ...storedAnswer(), headers: { a: 'b\0' } }],
    ['a header that is no bytes', { ...storedAnswer(), headers: { a: '\u0100' } }],
    ['a name with CRLF', { ...storedAnswer(), headers: { 'a\r\nb': 'c' } }],
    ['a name with a space', { ...storedAnswer(), headers: { 'a b': 'c' } }],
    ['a name in capitals', { ...storedAnswer(), headers: { 'Cache-Control': 'no-store' } }],
    ['an empty name', { ...storedAnswer(), headers: { '': 'c' } }],
    ['no selection', { ...storedAnswer(), selected: undefined }],
    ['a selection of numbers', { ...storedAnswer(), selected: { a: 1 } }],
    ['a selection of lists', { ...storedAnswer(), selected: { a: ['x', 'y'] } }],
    ['a selection that throws', { ...storedAnswer(), selected: hostile() }],
    ['no word of when it was asked for', { ...storedAnswer(), epoch: undefined }],
  ])('does not take %s for an answer', (_what, value) => {
    expect(decodeStored(value)).toBeUndefined();
  });

  it('leaves behind what hangs on the bytes of a body', () => {
    const body = Object.defineProperty(new Uint8Array(4), 'toString', { value: explode });

    const decoded = decodeStored(storedAnswer({ body }));

    expect(Object.getOwnPropertyNames(decoded?.body)).toEqual(['0', '1', '2', '3']);
  });

  it('does not take a body for one that lies about its size', () => {
    const body = Object.defineProperty(new Uint8Array(4), 'byteLength', { get: explode });

    expect(decodeStored(storedAnswer({ body }))).toBeUndefined();
  });

  it('reads each member once', () => {
    const reads: string[] = [];
    const counting = new Proxy(storedAnswer(), {
      get: (target, key) => {
        reads.push(String(key));
        return Reflect.get(target, key);
      },
    });

    decodeStored(counting);

    expect(reads.sort()).toEqual(Object.keys(storedAnswer()).sort());
  });

  it('reads an answer with very many and very long headers', () => {
    const headers = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`x-${index}`, 'y']));

    const decoded = decodeStored(storedAnswer({ headers: { ...headers, long: 'z'.repeat(1_000_000) } }));

    expect(Object.keys(decoded?.headers ?? {})).toHaveLength(10_001);
  });
});

describe('sizeOfStored', () => {
  it('counts the body, the headers and what it depends on', () => {
    const small = storedAnswer({ body: new Uint8Array(1) });
    const sizes = [
      small,
      storedAnswer({ body: new Uint8Array(101) }),
      storedAnswer({ ...small, headers: { a: 'x'.repeat(100) } }),
      storedAnswer({ ...small, selected: { a: 'x'.repeat(100) } }),
    ].map(sizeOfStored);

    const [first = 0, ...others] = sizes;

    expect(others.map((size) => size - first >= 100)).toEqual([true, true, true]);
  });
});
