import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import {
  attachJournal,
  defineError,
  isBreakwaterError,
  isBusinessError,
  isTechnicalError,
  isUpstreamError,
  journalOf,
  NotFoundError,
  twinOf,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';

const timeout = (): Error =>
  new UpstreamTimeoutError('no answer', { dependency: 'catalog', timeoutMs: 5, cause: new Error('why') });

/** Everything that an error has of its own, as anybody reads it. */
const ownOf = (error: unknown): Readonly<Record<PropertyKey, unknown>> => {
  const object = Object(error);
  return Object.fromEntries(Reflect.ownKeys(object).map((key) => [key, Reflect.get(object, key)]));
};

const Funds = defineError('funds', { status: 403, detail: (d: { needed: number }) => `${d.needed} needed` });

/** An error whose message is its own secret: nothing that is like it has one. */
class SealedError extends Error {
  readonly #text = 'sealed';

  override get message(): string {
    return #text in this ? this.#text : 'lost';
  }
}

/** A native error whose prototype throws at whatever it is asked. */
const hauntedError = (): Error => {
  const fail = (): never => {
    throw new Error('hostile');
  };
  return Object.setPrototypeOf(new Error('haunted'), new Proxy({}, { get: fail, getPrototypeOf: fail }));
};

describe('twinOf', () => {
  it.each<[string, () => Error]>([
    ['an error of the platform', () => new TypeError('broken')],
    ['an error of ours', timeout],
    ['a defined error', () => new Funds({ needed: 30 })],
    ['an error of many', () => new AggregateError([new Error('one'), new Error('two')], 'many')],
    [
      'an error with a name of its own',
      () => Object.assign(new Error('no host'), { name: 'DnsError', code: 'ENOTFOUND' }),
    ],
    ['an error without a stack', () => Object.assign(new Error('bare'), { stack: undefined })],
    ['an error with a symbol', () => Object.assign(new Error('marked'), { [Symbol.for('mark')]: 1 })],
    ['an error of another realm', (): Error => runInNewContext('new RangeError("elsewhere")')],
  ])('makes another one like %s: class, message, stack, cause and all', (_what, make) => {
    const error = make();

    const twin = twinOf(error);

    expect(twin === error).toBe(false);
    expect(Object.getPrototypeOf(twin) === Object.getPrototypeOf(error)).toBe(true);
    expect(ownOf(twin)).toEqual(ownOf(error));
    expect(new Set(Reflect.ownKeys(Object(twin)))).toEqual(new Set(Reflect.ownKeys(error)));
    expect(String(twin)).toBe(String(error));
  });

  it('makes one that the guards know, and instanceof', () => {
    const twin = twinOf(timeout());

    expect(
      [isBreakwaterError, isTechnicalError, isUpstreamError, isBusinessError].map((guard) => guard(twin)),
    ).toEqual([true, true, true, false]);
    expect(twin).toBeInstanceOf(UpstreamTimeoutError);
  });

  it('makes one that is printed as the other', () => {
    const error = timeout();

    const twin = twinOf(error);

    expect(Reflect.get(Object(twin), 'stack')).toBe(error.stack);
    expect(Object.keys(Object(twin))).toEqual(Object.keys(error));
  });

  it('makes one that may be written on without the other changing', () => {
    const error = timeout();
    const twin = Object(twinOf(error));

    twin.message = 'mine';
    twin.note = 'mine';

    expect([error.message, Object.hasOwn(error, 'note')]).toEqual(['no answer', false]);
  });

  it.each<[string, () => Error]>([
    ['an error', timeout],
    ['a frozen one', () => Object.freeze(timeout())],
  ])('leaves the journal with %s, and takes it along', (_what, make) => {
    const error = make();
    const journal = { attempts: [], stopped: 'attempts' } as const;
    attachJournal(error, journal);

    const twin = twinOf(error);

    expect([journalOf(error), journalOf(twin)]).toEqual([journal, journal]);
  });

  it('makes another one of a frozen error', () => {
    const error = Object.freeze(new NotFoundError('not here'));

    const twin = twinOf(error);

    expect([twin === error, Object.isFrozen(twin)]).toEqual([false, false]);
    expect(ownOf(twin)).toEqual(ownOf(error));
  });

  it('leaves the limit of stacks as it was', () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 7;

    twinOf(timeout());
    const after = Error.stackTraceLimit;
    Error.stackTraceLimit = stackTraceLimit;

    expect(after).toBe(7);
  });

  it('gives back what an abort was told with, which cannot be copied', () => {
    const reason: unknown = AbortSignal.abort().reason;

    expect(twinOf(reason) === reason).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a text', 'down'],
    ['nothing', undefined],
    ['null', null],
    ['an object', { message: 'down' }],
    ['a proxy of an error', new Proxy(new Error('down'), {})],
    ['what only looks like an error', Object.create(Error.prototype)],
    ['an error whose prototype throws', hauntedError()],
    ['an error that loses its message when it is copied', new SealedError()],
    [
      'an error whose message throws',
      Object.defineProperty(new Error('down'), 'message', {
        get: () => {
          throw new Error('hostile');
        },
      }),
    ],
  ])('gives back %s as it is', (_what, thrown) => {
    expect(twinOf(thrown) === thrown).toBe(true);
  });
});
