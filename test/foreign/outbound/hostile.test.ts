import { describe, expect, it } from '@jest/globals';
import { databaseFault, outboundFault } from '../../../src/errors/index.ts';

const throwing = () => {
  throw new Error('no');
};
const traps = new Proxy(new Error('x'), {
  get: throwing,
  getPrototypeOf: throwing,
  ownKeys: throwing,
  has: throwing,
});
const revoked = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
})();
/** Answers every question with itself, so that each recogniser gets as far as it can. */
const echo: object = new Proxy(() => echo, {
  get: () => echo,
  ownKeys: throwing,
  getOwnPropertyDescriptor: throwing,
});

const LOOKS: readonly object[] = [
  { isAxiosError: true, config: traps, response: revoked },
  { response: { status: 503, headers: { get: throwing } } },
  { response: { status: 503, headers: traps } },
  { name: 'PrismaClientKnownRequestError', clientVersion: '7', code: 'P2002', meta: traps },
  { name: 'SequelizeUniqueConstraintError', fields: traps, parent: revoked, errors: [traps, revoked, null] },
  { name: 'SequelizeValidationError', errors: [traps, revoked, null, { path: '\ud800' }] },
  { name: 'ValidationError', _message: 'x', errors: traps },
  { name: 'ValidationError', _message: 'x', errors: { a: revoked, b: null } },
  { code: '23505', severity: 'ERROR', constraint: traps },
  { code: 'ER_DUP_ENTRY', errno: 1062, sqlState: '23000', sqlMessage: `${' for key'.repeat(50_000)}` },
  { query: 'x', driverError: revoked },
  { $metadata: traps, $response: revoked },
  { type: 'StripeConnectionError', raw: traps, detail: revoked },
  { code: 14, details: '', metadata: revoked },
  { errorLabelSet: traps, code: traps },
];

describe('recognisers of outgoing calls and databases › whatever an error looks like', () => {
  it.each([undefined, null, 0, 'x', Symbol('x'), traps, revoked, echo, ...LOOKS].map((value) => ({ value })))(
    'never throw, nor give a status outside 400 to 599: %#',
    ({ value }) => {
      for (const recogniser of [databaseFault, outboundFault]) {
        const status = recogniser(value)?.status ?? 500;

        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThanOrEqual(599);
      }
    },
  );

  it.each([
    ['seconds', '7', 7_000],
    ['a date that has passed', 'Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['a date in a century', 'Wed, 21 Oct 2099 07:28:00 GMT', 9_999_999_000],
    ['rubbish', '7\r\nSet-Cookie: a=b', undefined],
    ['a number', 7, undefined],
  ])('read Retry-After: %s', (_what, value, retryAfterMs) => {
    const fault = outboundFault({ response: { status: 503, headers: { 'retry-after': value } } });

    expect(fault).toEqual({
      status: 503,
      code: 'dependency-unavailable',
      retryAfterMs,
      upstreamStatus: 503,
    });
  });
});
