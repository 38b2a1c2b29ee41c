import { describe, expect, it } from '@jest/globals';
import { NotFoundError } from '../../src/errors/index.ts';
import { type AttemptFailed, type CallCompleted, createEventHub } from '../../src/events/index.ts';
import { protect } from '../../src/guard/index.ts';
import { createError } from '../support/http-errors.ts';

const duplicate = Object.assign(new Error('duplicate key value violates unique constraint'), {
  name: 'error',
  code: '23505',
  severity: 'ERROR',
});

/** What a caller can act on, said by us and by others. */
const BUSINESS: readonly (readonly [string, Error])[] = [
  ['one of ours', new NotFoundError('No such row')],
  ['404 of http-errors', createError(404, 'No such row')],
  ['a duplicate row of pg', duplicate],
];

describe.each(BUSINESS)('a business error, %s,', (_what, error) => {
  const fail = (): string => {
    throw error;
  };

  it('passes the fallback', async () => {
    await expect(protect(fail, { name: 'db', fallback: { value: 'instead' } })()).rejects.toBe(error);
  });

  it('proves the dependency alive', async () => {
    const find = protect(fail, { name: 'db', breaker: { consecutiveFailures: 2 } });

    for (let call = 0; call < 3; call += 1) await find().catch(() => undefined);

    expect(find.breaker?.snapshot()).toMatchObject({ state: 'closed', successes: 3, failures: 0 });
  });

  it('is told of as no failure of the dependency', async () => {
    const events = createEventHub();
    const attempts: AttemptFailed[] = [];
    const calls: CallCompleted[] = [];
    events.subscribe('attempt.failed', (event) => attempts.push(event));
    events.subscribe('call.completed', (event) => calls.push(event));

    await protect(fail, { name: 'db', events })().catch(() => undefined);

    expect([attempts, calls]).toMatchObject([[], [{ outcome: 'failure', technical: false }]]);
  });

  it('is the answer of a hedged call', async () => {
    let asked = 0;
    const find = protect(
      (call) => {
        asked += 1;
        if (call.attempt === 1) throw error;
        return 'found';
      },
      { name: 'db', retry: { backoff: { baseMs: 0 } }, hedge: { afterMs: 1 } },
    );

    await expect(find()).rejects.toBe(error);
    expect(asked).toBe(1);
  });
});

describe('a mistake of the program', () => {
  it.each([
    new TypeError('undefined is not a function'),
    new RangeError('Invalid array length'),
    new ReferenceError('x is not defined'),
    new SyntaxError('Unexpected token'),
  ])('passes the fallback: %s', async (error) => {
    const fail = (): string => {
      throw error;
    };

    await expect(protect(fail, { name: 'db', fallback: { value: 'instead' } })()).rejects.toBe(error);
  });

  it('is answered where the condition says so', async () => {
    const fail = (): string => {
      throw new TypeError('undefined is not a function');
    };

    const run = protect(fail, { name: 'db', fallback: { value: 'instead', when: () => true } });

    expect(await run()).toBe('instead');
  });

  it('is not what a failed fetch throws', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const fail = (): string => {
      throw new TypeError('fetch failed', { cause });
    };

    expect(await protect(fail, { name: 'db', fallback: { value: 'instead' } })()).toBe('instead');
  });
});
