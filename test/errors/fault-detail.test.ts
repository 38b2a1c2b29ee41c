import { describe, expect, it } from '@jest/globals';
import { publicDetail, submittedTexts } from '../../src/errors/index.ts';

const GENERIC = 'The value is not valid';

describe('publicDetail', () => {
  it.each([
    ['Invalid type: Expected number but received "abc"', 'Invalid type: Expected number'],
    ['Invalid email: Received "mail"', 'Invalid email'],
    ['Invalid value: Expected <=3 but received 12345', 'Invalid value: Expected <=3'],
    ['Invalid format: Expected /^a/ but received "x\ny"', 'Invalid format: Expected /^a/'],
    ['must be a number (was "abc")', 'must be a number'],
    ['must be a `number`, but the final value was: `NaN` (cast from "abc").', 'must be a `number`'],
    [
      '"n" with value "42" fails to match the required pattern: /zz/',
      '"n" fails to match the required pattern: /zz/',
    ],
    ['"n" with value "4" 2" fails to match the z pattern', '"n" fails to match the z pattern'],
    ['"n" with value "42" matches the inverted pattern: /4/', '"n" matches the inverted pattern: /4/'],
    ['"n" with value "42" is odd', '"n"'],
    ['n must be a number (cast from the value `"42"`).', 'n must be a number'],
    ['n is no number, cast from the value 42', 'n is no number'],
    ['Expected a letter. Received 7', 'Expected a letter'],
    ['Expected a letter, we received "7"', 'Expected a letter, we'],
    ['Invalid input: expected Foo, received Bar', 'Invalid input: expected Foo'],
    ['Invalid value: Expected 1 but received {"a": 1, "b": 2}', 'Invalid value: Expected 1'],
    ['a ("x") must be...\n  ◦ an email address\n  ◦ even', 'a must be an email address and even'],
    ['("x) must be... (") must be...\n  ◦ even\n  ◦ odd', 'must be even and odd'],
    ['value at [0] (4) must be...\n  ◦ more than 5\n  ◦ even', 'value at [0] must be more than 5 and even'],
  ])('cuts off what was received: %j', (message, expected) => {
    expect(publicDetail(message, new Set())).toBe(expected);
  });

  it.each([
    'Invalid input: expected string, received undefined',
    'Invalid key: Expected "a" but received undefined',
    'The payment must be received first',
    'Say a coin with value 2',
    'Not received yet, received codes are long',
    'We took it (received by mail) for good',
    'The answer (yes or no) must be... clear',
    'It was too late',
  ])('keeps what says nothing of a value: %s', (message) => {
    expect(publicDetail(message, new Set())).toBe(message);
  });

  it.each([
    ['No user called hunter2', { name: 'hunter2' }],
    ['No user called HUNTER2', { name: 'hunter2' }],
    ['No user called a\\"b', { name: 'a"b' }],
    ['No order 4711', { order: { id: 4711 } }],
    ['No such pair: a, hunter2', [{ deep: ['hunter2'] }]],
  ])('is generic where a submitted value is still quoted: %s', (message, root) => {
    expect(publicDetail(message, submittedTexts(root))).toBe(GENERIC);
  });

  it.each([
    ['a value too short to tell from any text', 'Say at least 8', { age: 8 }],
    ['a truth value', 'Must be true', { agreed: false }],
    ['the name of a member', 'Say a name', { name: '' }],
  ])('keeps a message that resembles %s', (_what, message, root) => {
    expect(publicDetail(message, submittedTexts(root))).toBe(message);
  });

  it.each([
    ['is no text', 7, undefined],
    ['is empty', '', undefined],
    ['consists of what was received', ': received "abc"', undefined],
    ['is too long', 'x'.repeat(301), undefined],
    ['is far too long', 'x'.repeat(1_000_000), undefined],
    ['cannot be compared with so many values', 'Too many', Array(2_000).fill('abc')],
    ['cannot be compared with so many members', 'Too many', Object.fromEntries(Array(2_000).entries())],
  ])('is generic where the message %s', (_what, message, root) => {
    expect(publicDetail(message, submittedTexts(root))).toBe(GENERIC);
  });

  it('cuts a long value off, too', () => {
    expect(publicDetail(`Expected number but received "${'x'.repeat(100_000)}"`, new Set())).toBe(
      'Expected number',
    );
  });

  it('survives a value that contains itself', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;

    expect(publicDetail('No cycles', submittedTexts(cycle))).toBe(GENERIC);
  });
});
