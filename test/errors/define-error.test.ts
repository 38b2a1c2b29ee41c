import { describe, expect, it } from '@jest/globals';
import { defineError, type ErrorType, isBusinessError, isTechnicalError } from '../../src/errors/index.ts';

const InsufficientFunds = defineError('insufficient-funds', {
  status: 403,
  title: 'Insufficient funds',
  detail: (d: { needed: number; balance: number }) =>
    `The order needs ${d.needed} but the balance is ${d.balance}.`,
  extensions: ['needed'],
});

describe('a defined error', () => {
  it('has status, code, title and name of its definition, on the class too', () => {
    const error = new InsufficientFunds({ needed: 30, balance: 10 });

    expect(error).toMatchObject({ status: 403, code: 'insufficient-funds', title: 'Insufficient funds' });
    expect([error.name, InsufficientFunds.name, InsufficientFunds.code, InsufficientFunds.status]).toEqual([
      'InsufficientFunds',
      'InsufficientFunds',
      'insufficient-funds',
      403,
    ]);
    expect(error.stack?.split('\n')[0]).toBe('InsufficientFunds: The order needs 30 but the balance is 10.');
  });

  it('makes message and public detail from its data', () => {
    const error = new InsufficientFunds({ needed: 30, balance: 10 });

    expect([error.message, error.publicDetail]).toEqual([
      'The order needs 30 but the balance is 10.',
      'The order needs 30 but the balance is 10.',
    ]);
  });

  it('shows only the listed extensions and keeps all data inside', () => {
    const error = new InsufficientFunds({ needed: 30, balance: 10 });

    expect({ ...error.extensions }).toEqual({ needed: 30 });
    expect(error.data).toEqual({ needed: 30, balance: 10 });
  });

  it('keeps a frozen copy of its data', () => {
    const data = { needed: 30, balance: 10 };

    const error = new InsufficientFunds(data);
    data.needed = 99;

    expect([error.data.needed, Object.isFrozen(error.data), Object.isFrozen(data)]).toEqual([
      30,
      true,
      false,
    ]);
  });

  it('takes the options of every error', () => {
    const cause = new Error('behind it');

    const error = new InsufficientFunds(
      { needed: 30, balance: 10 },
      { cause, retryAfterMs: 5, extensions: { hint: 'pay' }, publicDetail: 'Sorry' },
    );

    expect([error.cause, error.retryAfterMs, error.publicDetail]).toEqual([cause, 5, 'Sorry']);
    expect({ ...error.extensions }).toEqual({ hint: 'pay', needed: 30 });
  });

  it('is a business error for 4xx, found by instanceof of its class', () => {
    const error = new InsufficientFunds({ needed: 30, balance: 10 });

    expect([isBusinessError(error), isTechnicalError(error), error instanceof InsufficientFunds]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is a technical error for 5xx, whose detail is for the log alone', () => {
    const LedgerDown = defineError('ledger-down', {
      status: 503,
      detail: (d: { host: string }) => `No ${d.host}`,
    });

    const error = new LedgerDown({ host: 'db-7' });

    expect([isTechnicalError(error), error.message, error.publicDetail]).toEqual([
      true,
      'No db-7',
      undefined,
    ]);
  });

  it('needs no data, title or detail', () => {
    const Teapot = defineError('teapot', { status: 418 });

    const error = new Teapot();

    expect([error.message, error.title, error.publicDetail, error.data]).toEqual([
      "I'm a Teapot",
      "I'm a Teapot",
      undefined,
      undefined,
    ]);
  });

  it('takes a fixed text for its detail', () => {
    const Closed = defineError('shop-closed', { status: 409, detail: 'The shop is closed' });

    expect(new Closed().publicDetail).toBe('The shop is closed');
  });

  it('does not change when its definition is changed later', () => {
    const type = { status: 409, detail: 'first', extensions: ['a'] as 'a'[] };
    const Fixed = defineError<{ a: number; b: number }>('fixed', type);

    type.status = 500;
    type.detail = 'second';
    type.extensions.pop();
    const error = new Fixed({ a: 1, b: 2 });

    expect([error.status, error.message, { ...error.extensions }]).toEqual([409, 'first', { a: 1 }]);
  });
});

describe('defineError', () => {
  it.each([
    'InsufficientFunds',
    'insufficient_funds',
    '',
    '-funds',
    'funds-',
    'a--b',
    '4-funds',
    'a/b',
    'a b',
  ])('refuses the code %p', (code) => {
    expect(() => defineError(code, { status: 403 })).toThrow(
      new RangeError(
        `defineError: the code must be in kebab case, as "insufficient-funds", of at most 100 characters, but was ${JSON.stringify(code)}`,
      ),
    );
  });

  it.each<[string, unknown, string]>([
    ['no options', undefined, 'option "status" must be a whole number from 400 to 599, but was undefined'],
    [
      'no status',
      { title: 'x' },
      'option "status" must be a whole number from 400 to 599, but was undefined',
    ],
    [
      'a status of another class',
      { status: 200 },
      'option "status" must be a whole number from 400 to 599, but was 200',
    ],
    [
      'a status that is a text',
      { status: '404' },
      'option "status" must be a whole number from 400 to 599, but was "404"',
    ],
    [
      'an empty title',
      { status: 404, title: '' },
      'option "title" must be a text that is not empty, but was ""',
    ],
    [
      'a detail that is no text',
      { status: 404, detail: 5 },
      'option "detail" must be a text or a function, but was 5',
    ],
    [
      'extensions that are no list',
      { status: 404, extensions: 'needed' },
      'option "extensions" must be a list of keys of the data, but was "needed"',
    ],
    [
      'an extension that is no text',
      { status: 404, extensions: ['needed', 1] },
      'option "extensions[1]" must be a key of the data, but was 1',
    ],
    [
      'an extension that every answer has',
      { status: 404, extensions: ['status'] },
      'option "extensions[0]" must be a key that is no member of every answer, but was "status"',
    ],
    [
      'an id among the extensions',
      { status: 404, extensions: ['requestId'] },
      'option "extensions[0]" must be a key that is no member of every answer, but was "requestId"',
    ],
    [
      'an unknown option',
      { status: 404, detials: 'x' },
      'unknown option "detials"; known are status, title, detail, publicDetail, extensions, extends, retryable',
    ],
  ])('refuses %s', (_name, type, words) => {
    // Callers without types pass anything.
    const given = type as ErrorType<undefined>;

    expect(() => defineError('insufficient-funds', given)).toThrow(
      `defineError("insufficient-funds"): ${words}`,
    );
  });

  it('refuses a title of its own for the code of the status', () => {
    expect(() => defineError('not-found', { status: 404, title: 'No such order' })).toThrow(
      new RangeError(
        'defineError("not-found"): option "title" must be "Not Found", for the code is that of the status, but was "No such order"',
      ),
    );
    expect(defineError('not-found', { status: 404, title: 'Not Found' }).code).toBe('not-found');
    expect(defineError('not-found', { status: 410, title: 'No longer found' }).code).toBe('not-found');
  });

  it('takes a code of a hundred characters and none that is longer', () => {
    const longest = 'x'.repeat(100);

    expect(defineError(longest, { status: 404 }).code).toBe(longest);
    expect(() => defineError(`${longest}x`, { status: 404 })).toThrow(
      /^defineError: the code must be in kebab case, .* of at most 100 characters, but was "x{80}…"$/,
    );
  });

  it('refuses a code that is no text', () => {
    // Callers without types pass anything.
    const code = 404 as unknown as string;

    expect(() => defineError(code, { status: 404 })).toThrow(TypeError);
  });
});
