import { describe, expect, it } from '@jest/globals';
import { foreignFault, jwtFault, zodFault } from '../../../src/errors/index.ts';

const throwing = <T extends object>(target: T): T =>
  new Proxy(target, {
    get: () => {
      throw new Error('get');
    },
    ownKeys: () => {
      throw new Error('ownKeys');
    },
  });

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};

const error = (members: object): Error => Object.assign(new Error('secret'), members);

const hostile: readonly (readonly [string, () => unknown])[] = [
  [
    'lists that are revoked',
    () => error({ errors: revoked(), inner: revoked(), details: revoked(), array: () => 1 }),
  ],
  ['a thrown list that is revoked', () => error({ cause: revoked() })],
  ['issues that are revoked', () => error({ name: 'ZodError', issues: revoked() })],
  [
    'items that throw',
    () => error({ errors: [throwing({})], issues: [throwing({})], details: [throwing({})] }),
  ],
  ['details that throw', () => error({ isJoi: true, details: throwing([{}]) })],
  ['a Map that throws', () => error({ details: throwing(new Map()) })],
  [
    'nested fields that are revoked',
    () => error({ array: () => 1, errors: [{ type: 'x', nestedErrors: [revoked()] }] }),
  ],
  ['constraints that throw', () => [{ property: 'a', constraints: throwing({}), children: [] }]],
  ['output that throws', () => error({ isBoom: true, output: throwing({}) })],
  ['headers that throw', () => error({ status: 401, statusCode: 401, headers: throwing({}) })],
  ['a token error that throws', () => throwing(error({ code: 'ERR_JWT_EXPIRED' }))],
];

describe('recognisers', () => {
  it.each(hostile)('survive %s', (_what, make) => {
    for (const know of [foreignFault, jwtFault, zodFault]) expect(() => know(make())).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list of numbers', [1, 2]],
    ['an empty list', []],
    ['the name of multer alone', error({ name: 'MulterError', code: 'STREAM_DESTROYED' })],
    ['a limit of somebody else', error({ code: 'LIMIT_FILE_SIZE' })],
    ['an upstream’s validation error', error({ name: 'ValidationError', errors: [{ message: 'x' }] })],
    ['the name of passport’s error alone', error({ name: 'AuthenticationError', status: 401 })],
    ['an answer of another server', error({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' } })],
    ['express-jwt’s code alone', error({ code: 'invalid_token', status: 401 })],
    ['a CSRF code without its status', error({ code: 'EBADCSRFTOKEN' })],
    ['a TCP timeout', error({ code: 'ETIMEDOUT', timeout: 5 })],
    ['boom with a status of nobody', error({ isBoom: true, output: { statusCode: 200 } })],
    ['an error of the app’s with a list behind it', error({ cause: [{ property: 'a', children: [] }] })],
    ['celebrate’s details as an object', error({ details: { body: { isJoi: true, details: [] } } })],
    ['a bare status phrase', error({ name: 'Not Found', status: 404 })],
  ])('leave %s alone', (_what, value) => {
    expect(foreignFault(value)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['zod issues on another error', error({ issues: [{ code: 'custom', path: [], message: 'x' }] })],
    ['a name of zod without issues', error({ name: 'ZodError' })],
  ])('of zod leave %s alone', (_what, value) => {
    expect(zodFault(value)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['an expired thing of somebody else', error({ name: 'TokenExpiredError' })],
    ['a key set that cannot be fetched', error({ code: 'ERR_JWKS_TIMEOUT' })],
  ])('of tokens leave %s alone', (_what, value) => {
    expect(jwtFault(value)).toBeUndefined();
  });

  it('end with a tree that contains itself', () => {
    const node: Record<string, unknown> = { property: 'a', constraints: { x: 'bad' } };
    node.children = Array(50).fill(node);

    const fault = foreignFault([node]);

    expect(fault?.extensions?.errors).toHaveLength(100);
  });
});
