import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CacheStore, createShelf, memoryStore } from '../../src/cache/index.ts';
import { manualClock } from '../../src/testing/index.ts';

const TIMEOUT_MS = 50;
const HOW = { keepMs: 1_000, sizeBytes: 5, partition: undefined };
const NOW = manualClock().wallTime();

const setUp = (change: Partial<CacheStore> = {}) => {
  const clock = manualClock();
  const errors: string[] = [];
  const store: CacheStore = { ...memoryStore(), ...change };
  const onStoreError = ({ message }: Error): void => {
    errors.push(message);
  };
  const shelf = createShelf({ store, storeTimeoutMs: TIMEOUT_MS, clock, onStoreError });
  return { shelf, store, clock, errors };
};

/** A store whose every function does the same. */
const storeThat = (act: () => Promise<never>): CacheStore => ({
  get: act,
  set: act,
  delete: act,
  clear: act,
});

/** Everything that a shelf can do. */
const useAll = ({ shelf }: Pick<ReturnType<typeof setUp>, 'shelf'>): Promise<readonly unknown[]> =>
  Promise.all([shelf.get('k'), shelf.set('k', 'value', HOW), shelf.delete('k'), shelf.clear()]);

const never = (): Promise<never> => new Promise<never>(() => undefined);

/** Lets `then` be looked for some times, and throws at everything else. */
const throwing = (looks = 0): object => {
  let left = looks;
  const fail = (): never => {
    throw new Error('hostile');
  };
  const get = (_target: object, name: PropertyKey): unknown => {
    left -= 1;
    return name === 'then' && left >= 0 ? undefined : fail();
  };
  return new Proxy(
    {},
    { get, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail },
  );
};

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const ENTRY = { version: 2, storedAt: NOW, expiresAt: NOW + 1, sizeBytes: 5, value: 'value' };

describe('createShelf', () => {
  it('gives back what was put there, and when that was', async () => {
    const { shelf, clock } = setUp();
    await clock.advance(7);

    await shelf.set('k', { some: 'value' }, HOW);

    expect(await shelf.get('k')).toEqual({ value: { some: 'value' }, storedAt: NOW + 7 });
  });

  it('hands its store an entry with its version, its time, its size and whose it is', async () => {
    const { shelf, store } = setUp();

    await shelf.set('k', 'value', { keepMs: 1_000, sizeBytes: 5, partition: 'whose' });

    const times = { storedAt: NOW, expiresAt: NOW + 1_000 };
    expect(await store.get('k')).toEqual({
      version: 2,
      ...times,
      sizeBytes: 5,
      partition: 'whose',
      value: 'value',
    });
  });

  it('forgets one value, or all', async () => {
    const { shelf } = setUp();
    for (const key of ['a', 'b', 'c']) await shelf.set(key, key, HOW);

    await shelf.delete('a');
    const left = [await shelf.get('a'), (await shelf.get('b'))?.value];
    await shelf.clear();

    expect([...left, await shelf.get('b')]).toEqual([undefined, 'b', undefined]);
  });

  it.each([
    [999, 'value'],
    [1_000, undefined],
  ])('after %d of 1000 ms gives %j', async (passedMs, value) => {
    const { shelf, clock } = setUp();
    await shelf.set('k', 'value', HOW);

    await clock.advance(passedMs);

    expect((await shelf.get('k'))?.value).toBe(value);
  });

  it('leaves no timer behind', async () => {
    const subject = setUp();

    await useAll(subject);

    expect(subject.clock.pendingTimers).toBe(0);
  });
});

describe('createShelf, with a store that fails', () => {
  it('waits for one that hangs for as long as it may, and says so', async () => {
    const subject = setUp(storeThat(never));
    let done = false;
    const used = useAll(subject).finally(() => {
      done = true;
    });

    await subject.clock.advance(TIMEOUT_MS - 1);
    const before = done;
    await subject.clock.advance(1);

    expect([before, await used]).toEqual([false, [undefined, false, false, false]]);
    expect(subject.errors).toEqual(Array(4).fill('it did not answer within 50 ms'));
    expect(subject.clock.pendingTimers).toBe(0);
  });

  it('does without what comes too late, and hears of a failure that does', async () => {
    let answer = (_entry: never): void => undefined;
    let fail = (_error: Error): void => undefined;
    const get = () =>
      new Promise<never>((resolve) => {
        answer = resolve;
      });
    const remove = () =>
      new Promise<never>((_resolve, reject) => {
        fail = reject;
      });
    const { shelf, clock, errors } = setUp({ get, delete: remove });
    const used = Promise.all([shelf.get('k'), shelf.delete('k')]);
    await clock.advance(TIMEOUT_MS);

    // A store may be anybody's code and give back anything.
    answer(ENTRY as never);
    fail(new Error('too late'));
    await setImmediate();

    expect(await used).toEqual([undefined, false]);
    expect(errors.at(-1)).toBe('too late');
  });

  it.each<[string, () => Promise<never>, string]>([
    ['rejects', () => Promise.reject(new Error('down')), 'down'],
    [
      'throws at once',
      () => {
        throw new Error('down');
      },
      'down',
    ],
    ['rejects with no error', () => Promise.reject('down'), 'A value that is no Error was thrown: "down"'],
    [
      'rejects with nothing',
      () => Promise.reject(undefined),
      'A value that is no Error was thrown: undefined',
    ],
    [
      'rejects with what throws',
      () => Promise.reject(throwing()),
      'A value that is no Error was thrown: an object',
    ],
    [
      'rejects with a proxy that was revoked',
      () => Promise.reject(revoked()),
      'A value that is no Error was thrown: an object',
    ],
    // Wrong on purpose: the types forbid a thenable that is no promise.
    [
      'gives a thenable that throws',
      () =>
        ({
          // biome-ignore lint/suspicious/noThenProperty: what is tested
          then: () => {
            throw new Error('down');
          },
        }) as never,
      'down',
    ],
  ])('survives one that %s, and says so', async (_how, act, message) => {
    const subject = setUp(storeThat(act));

    const used = await useAll(subject);

    expect([used, subject.errors]).toEqual([[undefined, false, false, false], Array(4).fill(message)]);
    expect(subject.clock.pendingTimers).toBe(0);
  });

  it('waits no longer for a thenable that never settles', async () => {
    // Wrong on purpose, as above.
    const subject = setUp({
      // biome-ignore lint/suspicious/noThenProperty: what is tested
      get: () => ({ then: () => undefined }) as never,
    });
    const got = subject.shelf.get('k');

    await subject.clock.advance(TIMEOUT_MS);

    expect([await got, subject.errors.length]).toEqual([undefined, 1]);
  });

  it('takes what a store gives at once, without a promise', async () => {
    // Wrong on purpose, as above.
    const { shelf } = setUp({ get: () => ENTRY as never });

    expect(await shelf.get('k')).toEqual({ value: 'value', storedAt: NOW });
  });

  it.each<[string, unknown]>([
    ['no entry', 'rubbish'],
    ['null', null],
    ['a function', () => undefined],
    ['a list', [ENTRY]],
    ['an entry of another version', { ...ENTRY, version: 1 }],
    ['an entry without a version', { ...ENTRY, version: undefined }],
    ['an entry whose version is a text', { ...ENTRY, version: '2' }],
    ['an entry of the future', { ...ENTRY, storedAt: NOW + 1 }],
    ['an entry of no time', { ...ENTRY, storedAt: Number.NaN }],
    ['an entry whose time is a text', { ...ENTRY, storedAt: String(NOW) }],
    ['an entry that is over', { ...ENTRY, expiresAt: NOW }],
    ['an entry that is over at no time', { ...ENTRY, expiresAt: Number.NaN }],
    ['an entry that does not say when it is over', { ...ENTRY, expiresAt: undefined }],
    ['an entry that throws when it is read', throwing()],
    ['an entry that begins to throw once it came', throwing(1)],
    ['an entry that begins to throw later', throwing(2)],
    ['a proxy that was revoked', revoked()],
  ])('takes %s for a miss', async (_what, rubbish) => {
    const { shelf, clock } = setUp({ get: async () => rubbish as never });

    expect([await shelf.get('k'), clock.pendingTimers]).toEqual([undefined, 0]);
  });

  it('hands on a value that throws without looking into it', async () => {
    const value = throwing();
    const { shelf } = setUp({ get: async () => ({ ...ENTRY, value }) as never });

    const got = await shelf.get('k');

    expect(got?.value === value).toBe(true);
  });
});

describe('the warning of a shelf', () => {
  const { emitWarning } = process;
  let warnings: unknown[] = [];

  beforeEach(() => {
    warnings = [];
    process.emitWarning = (...warning: unknown[]) => void warnings.push(warning);
  });

  afterEach(() => {
    process.emitWarning = emitWarning;
  });

  const warned = async (thrown: unknown): Promise<readonly unknown[]> => {
    const store = storeThat(() => Promise.reject(thrown));
    const shelf = createShelf({ store, storeTimeoutMs: TIMEOUT_MS, clock: manualClock() });
    await useAll({ shelf });
    await useAll({ shelf });
    return warnings;
  };

  it('is given once, with what the store said', async () => {
    expect(await warned(new Error('down'))).toEqual([
      ['The store of a cache failed (told once): down', { code: 'BREAKWATER_CACHE_STORE' }],
    ]);
  });

  it('is given for an error whose message is anything', async () => {
    const error = Object.assign(new Error('down'), { message: Object.create(null) });

    expect(await warned(error)).toEqual([
      ['The store of a cache failed (told once): an object', { code: 'BREAKWATER_CACHE_STORE' }],
    ]);
  });

  it('is not given for a store that does what it should', async () => {
    const shelf = createShelf({ store: memoryStore(), storeTimeoutMs: TIMEOUT_MS, clock: manualClock() });

    await useAll({ shelf });

    expect(warnings).toEqual([]);
  });
});
