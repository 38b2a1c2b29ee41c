import fc, { type Arbitrary } from 'fast-check';
import { createError } from '../support/http-errors.ts';

/** Makes what is thrown: fast-check looks into the values that it holds, which hostile ones do not bear. */
export type Make<T> = () => T;

/** Stands in every text that is thrown and was not made to be public. */
export const SECRET = 'pa55_w0rd-7c1';

/** Stands in members that are neither answered nor logged. */
export const HIDDEN = 'h1dden_w0rd-3f9';

const refuse = (): never => {
  throw new Error(SECRET);
};

const textWith = (secret: string): Arbitrary<string> =>
  fc
    .tuple(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('', '\r\nX-Evil: 1', '\u2028', '</script>', 'é\ud800'),
    )
    .map(([text, end]) => `${text}${secret}${end}`);

const secretText = textWith(SECRET);
const hiddenText = textWith(HIDDEN);

const hugeText = fc.constantFrom(10_000, 1_000_000).map((length) => SECRET.padEnd(length, 'x'));

/** What stands in a status, and in other members, where nobody can vouch for it. */
const oddMember: Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: 100, max: 999 }),
  fc.constantFrom<unknown>(
    404.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    '404',
    null,
    true,
    10n,
    Symbol(HIDDEN),
  ),
  hiddenText,
  fc.constant(() => HIDDEN),
  fc.dictionary(hiddenText, hiddenText, { maxKeys: 3 }),
);

// No library's errors: a recogniser would rightly give them a status.
const ODD_NAMES = [
  'status',
  'statusCode',
  'title',
  'publicDetail',
  'extensions',
  'headers',
  'retryAfterMs',
  'body',
];

const oddMembers = fc.dictionary(fc.constantFrom(...ODD_NAMES, 'toJSON', 'then'), oddMember, { maxKeys: 5 });

const plainError = fc
  .tuple(
    fc.constantFrom(Error, TypeError, RangeError, SyntaxError, URIError, EvalError),
    fc.oneof({ weight: 9, arbitrary: secretText }, { weight: 1, arbitrary: hugeText }),
    oddMembers,
  )
  .map(
    ([Kind, message, members]): Make<Error> =>
      () =>
        Object.assign(new Kind(message), members),
  );

const GETTERS = [
  'message',
  'stack',
  'name',
  'status',
  'code',
  'cause',
  'errors',
  'expose',
  'headers',
  'then',
];

const withThrowingGetter = fc
  .constantFrom(...GETTERS)
  .map((key) => () => Object.defineProperty(new Error(SECRET), key, { get: refuse, enumerable: true }));

const allTraps = {
  get: refuse,
  has: refuse,
  set: refuse,
  ownKeys: refuse,
  getPrototypeOf: refuse,
  setPrototypeOf: refuse,
  isExtensible: refuse,
  preventExtensions: refuse,
  defineProperty: refuse,
  deleteProperty: refuse,
  getOwnPropertyDescriptor: refuse,
};

const targets: readonly Make<object>[] = [
  () => new Error(SECRET),
  () => ({ message: HIDDEN }),
  () => () => HIDDEN,
  () => [HIDDEN],
];

const proxied = fc
  .tuple(fc.constantFrom(...targets), fc.subarray(Object.keys(allTraps), { minLength: 1 }))
  .map(([target, names]) => {
    const traps = Object.entries(allTraps).filter(([name]) => names.includes(name));
    return () => new Proxy(target(), Object.fromEntries(traps));
  });

const revoked = fc.constantFrom(...targets).map((target) => () => {
  const { proxy, revoke } = Proxy.revocable(target(), {});
  revoke();
  return proxy;
});

const chain = (length: number): Error => {
  let error = new Error(SECRET);
  for (let n = 1; n < length; n += 1) error = new Error(SECRET, { cause: error });
  return error;
};

const circle = (length: number): Error => {
  const last = new Error(SECRET);
  let error = last;
  for (let n = 1; n < length; n += 1) error = new AggregateError([error, last], SECRET, { cause: error });
  last.cause = error;
  return error;
};

const deep = fc.oneof(
  fc.constantFrom(2, 100, 10_000).map((length) => () => chain(length)),
  fc.constantFrom(1, 2, 9, 1_000).map((length) => () => circle(length)),
);

const aggregate = fc
  .array(
    fc.oneof(
      plainError,
      fc.string().map((text) => () => text),
    ),
    { maxLength: 5 },
  )
  .map(
    (members) => () =>
      new AggregateError(
        members.map((make) => make()),
        SECRET,
      ),
  );

/** As it is, sealed or frozen: whoever writes to it gets a TypeError. */
const maybeFrozen = <T extends object>(arbitrary: Arbitrary<Make<T>>): Arbitrary<Make<T>> =>
  fc
    .tuple(
      arbitrary,
      fc.constantFrom<(value: T) => T>((value) => value, Object.seal, Object.freeze),
    )
    .map(
      ([make, close]) =>
        () =>
          close(make()),
    );

/** Errors of nobody in particular, whose members can be read. */
export const unknownError: Arbitrary<Make<Error>> = maybeFrozen(
  fc.oneof<Arbitrary<Make<Error>>[]>(plainError, deep, aggregate),
);

const SIMPLE: readonly unknown[] = [
  undefined,
  null,
  '',
  0,
  -0,
  0n,
  false,
  Number.NaN,
  'route',
  'router',
  404,
];

const simple = fc.oneof(
  secretText,
  hugeText,
  fc.constantFrom(...SIMPLE, Symbol(SECRET)),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true }),
);

const plainObject = fc
  .record({ message: hiddenText, status: oddMember, expose: fc.boolean() })
  .map((members) => () => ({ ...members }));

/** Whatever can be thrown. */
export const unknownValue: Arbitrary<Make<unknown>> = fc.oneof<Arbitrary<Make<unknown>>[]>(
  simple.map((value) => () => value),
  maybeFrozen(plainObject),
  withThrowingGetter,
  proxied,
  revoked,
  fc.constantFrom<Make<unknown>>(
    () => Promise.resolve(HIDDEN),
    () => () => HIDDEN,
  ),
  unknownError,
);

const oddExtensions: readonly Make<unknown>[] = [
  () => ({ status: 200, requestId: 'x', constructor: 1, good: [1] }),
  () => ({ big: 1n }),
  () => Object.defineProperty({}, 'x', { get: refuse, enumerable: true }),
  () => new Proxy({}, allTraps),
  () => HIDDEN,
];

const forgedMembers = fc.record({
  status: fc.oneof(fc.integer({ min: 300, max: 700 }), oddMember),
  // A well-formed code of such an error is public; this one is none.
  code: fc.constantFrom<unknown>('public-code', `${SECRET} `, 'x'.repeat(101), '', 7, undefined),
  title: fc.constantFrom<unknown>('Public title', 'x'.repeat(100_000), 7, undefined),
  publicDetail: fc.constantFrom<unknown>('Public text', 'x'.repeat(100_000), 7, undefined),
  headers: fc.oneof(
    oddMember,
    fc.constant({ 'Retry-After': 'a\r\nb', Allow: 'x'.repeat(100_000), 'Set-Cookie': HIDDEN }),
  ),
  retryAfterMs: fc.oneof(fc.double(), oddMember),
});

/** An error that claims, by the brand, to be of this package. */
export const forgedError: Arbitrary<Make<Error>> = maybeFrozen(
  fc.tuple(forgedMembers, fc.constantFrom(...oddExtensions)).map(
    ([members, extensions]) =>
      () =>
        Object.assign(new Error(SECRET), {
          ...members,
          extensions: extensions(),
          [Symbol.for('express-breakwater.error')]: true,
        }),
  ),
);

/** An error made by http-errors, with its status and whether its message is public. */
export const httpError: Arbitrary<{ error: Error; status: number; isPublic: boolean }> = fc
  .record({ status: fc.integer({ min: 400, max: 599 }), isWrapped: fc.boolean() })
  .map(({ status, isWrapped }) => ({
    error: createError(status, isWrapped ? new Error(SECRET) : status < 500 ? 'Public text' : SECRET),
    status,
    isPublic: status < 500 && !isWrapped,
  }));
