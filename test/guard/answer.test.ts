import { describe, expect, it } from '@jest/globals';
import { journalOf, NotFoundError } from '../../src/errors/index.ts';
import { protect } from '../../src/guard/index.ts';
import { manualClock } from '../../src/testing/index.ts';

const retry = { maxRetries: 2, backoff: { baseMs: 0 } };
const refused = Object.assign(new Error('connect ECONNREFUSED'), {
  code: 'ECONNREFUSED',
  syscall: 'connect',
});

/** Fails until its last attempt. */
const flaky = ({ attempt }: { attempt: number }): string => {
  if (attempt < 3) throw refused;
  return 'there';
};
const down = (): string => {
  throw refused;
};

describe('the answer of a protected function', () => {
  it('has the value, and the journal of a success', async () => {
    const answer = await protect(flaky, { name: 'db', retry, clock: manualClock() }).answer();

    expect(answer).toMatchObject({
      value: 'there',
      source: 'live',
      reason: undefined,
      journal: {
        attempts: [
          { number: 1, code: 'ECONNREFUSED' },
          { number: 2, code: 'ECONNREFUSED' },
          { number: 3, code: undefined },
        ],
        stopped: 'success',
      },
    });
    expect([Object.isFrozen(answer), Object.keys(answer).sort()]).toEqual([
      true,
      ['journal', 'reason', 'source', 'value'],
    ]);
  });

  it('says that a fallback gave it, what for, and after how many attempts', async () => {
    const answer = await protect(down, { name: 'db', retry, fallback: { value: 'instead' } }).answer();

    expect(answer).toMatchObject({
      value: 'instead',
      source: 'fallback',
      reason: 'dependency-failed',
      journal: { attempts: [{}, {}, {}], stopped: 'attempts' },
    });
  });

  it.each([
    ['circuit-open', { breaker: { consecutiveFailures: 1 } }, refused],
    ['not-found', { fallback: { value: '', when: () => true } }, new NotFoundError()],
    ['internal-server-error', {}, new Error('secret')],
  ])('gives the code %s as its reason', async (code, options, error) => {
    const run = protect(
      (): string => {
        throw error;
      },
      { name: 'db', fallback: { value: '' }, clock: manualClock(), ...options },
    );
    await run();

    expect((await run.answer()).reason).toBe(code);
  });

  it('keeps its source through a fallback that calls something else', async () => {
    const replica = protect(() => 'from the replica', { name: 'replica' });
    const run = protect(down, { name: 'primary', fallback: () => replica() });

    expect(await run.answer()).toMatchObject({ value: 'from the replica', source: 'fallback' });
  });

  it('knows a fallback that gives undefined', async () => {
    const fail = (): string | undefined => down();

    const answer = await protect(fail, { name: 'db', fallback: { value: undefined } }).answer();

    expect([answer.value, answer.source]).toEqual([undefined, 'fallback']);
  });

  it('rejects as the function does, with the journal', async () => {
    const error = await protect(down, { name: 'db', retry })
      .answer()
      .catch((thrown: unknown) => thrown);

    expect([error, journalOf(error)?.attempts.length]).toEqual([refused, 3]);
  });
});
