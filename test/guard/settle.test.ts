import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runWithContext } from '../../src/context/index.ts';
import {
  BulkheadFullError,
  CircuitOpenError,
  ClientClosedError,
  ForbiddenError,
  NotFoundError,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';
import { settle } from '../../src/guard/index.ts';
import { deferred, endOf } from '../resilience/support.ts';
import { readScript } from '../support/child.ts';
import { createError } from '../support/http-errors.ts';
import { requestRecord } from '../support/records.ts';

const failing = (error: unknown): Promise<never> => Promise.reject(error);
const open = new CircuitOpenError('The circuit of recommendations is open', { retryAfterMs: 5_000 });

describe('settle', () => {
  it('gives all parts where none is missing: promises, functions and values', async () => {
    const answer = await settle({ user: Promise.resolve('Ada'), reviews: () => Promise.resolve(2), page: 1 });

    expect(answer).toEqual({ parts: { user: 'Ada', reviews: 2, page: 1 }, missing: [] });
  });

  it('tells which parts are missing, why, and when to ask again', async () => {
    const answer = await settle({ user: Promise.resolve('Ada'), recommendations: failing(open) });

    expect(answer).toEqual({
      parts: { user: 'Ada' },
      missing: [{ name: 'recommendations', code: 'circuit-open', retryAfterMs: 5_000 }],
    });
  });

  it.each([
    [new UpstreamTimeoutError(), 'dependency-timeout'],
    [new BulkheadFullError(), 'bulkhead-full'],
    [new Error('password=hunter2'), 'internal-server-error'],
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED', syscall: 'connect' }), 'dependency-failed'],
    [Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } }), 'dependency-failed'],
    [AbortSignal.abort().reason, 'aborted'],
    [new DOMException('', 'TimeoutError'), 'dependency-timeout'],
    ['a text', 'internal-server-error'],
    [undefined, 'internal-server-error'],
  ])('gives %p a code that says nothing more: %s', async (error, code) => {
    const { missing } = await settle({ part: failing(error) });

    expect(missing).toEqual([{ name: 'part', code }]);
  });

  it('keeps the error for the log, and out of what is sent', async () => {
    const { missing } = await settle({ part: failing(open) });

    expect(missing[0]?.error).toBe(open);
    expect(JSON.stringify(missing)).toBe('[{"name":"part","code":"circuit-open","retryAfterMs":5000}]');
  });

  it.each([
    ['a business error', new NotFoundError('No such user')],
    ['a business error of another library', createError(404, 'No such user')],
    ['a mistake of the program', new TypeError("Cannot read properties of undefined (reading 'id')")],
    ['a client that left', new ClientClosedError()],
  ])('throws %s', async (_what, error) => {
    await expect(settle({ user: failing(error), reviews: Promise.resolve(1) })).rejects.toBe(error);
  });

  it('throws what a part failed with that is required', async () => {
    const parts = { user: failing(open), reviews: Promise.resolve(1) };

    await expect(settle(parts, { required: ['user'] })).rejects.toBe(open);
  });

  it('throws, of several errors, that of the part listed first, when all have ended', async () => {
    const [user, order] = [deferred(), deferred()];
    const [first, second] = [new NotFoundError(), new ForbiddenError()];
    let ended = false;
    const end = endOf(settle({ user: user.promise, order: order.promise })).finally(() => {
      ended = true;
    });

    order.reject(second);
    await new Promise((resolve) => setImmediate(resolve));
    const early = ended;
    user.reject(first);

    expect([early, await end]).toEqual([false, { error: first }]);
  });

  it('starts functions together, and takes what they throw at once', async () => {
    const started: string[] = [];
    const gate = deferred();
    const end = settle({
      a: () => {
        started.push('a');
        return gate.promise;
      },
      b: () => {
        started.push('b');
        throw open;
      },
    });
    const atOnce = [...started];
    gate.resolve('there');

    expect([atOnce, await end]).toMatchObject([
      ['a', 'b'],
      { parts: { a: 'there' }, missing: [{ name: 'b' }] },
    ]);
  });

  it('lists what is missing in the order of the parts', async () => {
    const late = deferred();
    const end = settle({ a: late.promise, b: failing(open), c: failing(open) });

    late.reject(open);

    expect((await end).missing.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['of the request', (signal: AbortSignal) => ({ record: { signal }, options: {} })],
    ['that it was given', (signal: AbortSignal) => ({ record: {}, options: { signal } })],
  ])(
    'stops waiting when the signal %s aborts, with its reason, and leaves no listener',
    async (_what, use) => {
      const controller = new AbortController();
      const { record, options } = use(controller.signal);
      const end = endOf(
        runWithContext(requestRecord(record), () =>
          settle({ user: new Promise<string>(() => undefined) }, options),
        ),
      );

      controller.abort('left');

      expect(await end).toEqual({ error: 'left' });
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    },
  );

  it('leaves no listener behind when the parts are there', async () => {
    const { signal } = new AbortController();

    await settle({ user: Promise.resolve(1) }, { signal });

    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('keeps a part with an odd name', async () => {
    const { parts } = await settle({ ['__proto__']: Promise.resolve(1) });

    expect([Object.keys(parts), Object.getPrototypeOf(parts)]).toEqual([['__proto__'], Object.prototype]);
  });

  it('gives nobody anything to change', async () => {
    const answer = await settle({ user: Promise.resolve(1), part: failing(open) });

    expect([answer, answer.parts, answer.missing, answer.missing[0]].every(Object.isFrozen)).toBe(true);
  });

  it('refuses parts that are none, and a required part that is not there, and handles the others', async () => {
    // Plain JavaScript may pass anything.
    await expect(settle(7 as never)).rejects.toThrow('settle: the parts must be an object, but were 7');
    await expect(settle({ user: failing(open) }, { required: ['usr' as 'user'] })).rejects.toThrow(
      'settle: option "required" names no part: "usr"',
    );
    await expect(settle({ user: 1 }, { required: 'user' as never })).rejects.toThrow(/must be a list/);
  });

  it.each([
    [
      'an unknown option',
      { requird: ['user'] },
      'settle: unknown option "requird"; known are required, signal',
    ],
    ['none at all', null, 'settle: the options must be an object, but was null'],
    ['a signal that is none', { signal: {} }, 'settle: option "signal" must be an AbortSignal'],
    ['a list as parts', undefined, 'settle: the parts must be an object, but were'],
  ])('refuses %s, and starts nothing', async (_what, options, message) => {
    let started = 0;
    const user = () => {
      started += 1;
    };
    // Plain JavaScript may pass anything.
    const parts = options === undefined ? ([user] as never) : { user };

    await expect(settle(parts, options as never)).rejects.toThrow(TypeError);
    await expect(settle(parts, options as never)).rejects.toThrow(message);
    expect(started).toBe(0);
  });

  it('starts no function once its signal has aborted', async () => {
    let started = 0;
    const user = () => {
      started += 1;
    };

    const end = await endOf(settle({ user }, { signal: AbortSignal.abort('left') }));

    expect([end, started]).toEqual([{ error: 'left' }, 0]);
  });

  it('takes what a getter throws as the failure of its part', async () => {
    const { parts, missing } = await settle({
      get user(): string {
        throw open;
      },
      page: 1,
    });

    expect([parts, missing]).toMatchObject([{ page: 1 }, [{ name: 'user', code: 'circuit-open' }]]);
  });

  it('leaves no rejection unhandled, whichever way it ends', async () => {
    const seen = await readScript(join(__dirname, 'fixtures', 'unhandled.ts'));

    expect(seen).toEqual({ ways: 7, rejected: 7, unhandled: [] });
  });
});
