import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { runWithContext } from '../../src/context/index.ts';
import { journalOf } from '../../src/errors/index.ts';
import { protect } from '../../src/guard/index.ts';
import { requestRecord } from '../support/records.ts';

const retry = { maxRetries: 2, backoff: { baseMs: 0 } };

describe('a protected function that serves a request', () => {
  it.each([
    ['gives', () => 'value'],
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
  ])('leaves no listener at its signal when it %s', async (_what, fn: () => string) => {
    const { signal } = new AbortController();
    const run = protect(fn, { name: 'db' });

    await runWithContext(requestRecord({ signal }), () => run()).catch(() => undefined);

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('is not retried where the request is itself a retry', async () => {
    let calls = 0;
    const error = new Error('down');
    const run = protect(
      () => {
        calls += 1;
        throw error;
      },
      { name: 'db', retry },
    );

    await expect(runWithContext(requestRecord({ retryAttempt: 1 }), () => run())).rejects.toBe(error);

    expect([calls, journalOf(error)?.stopped]).toEqual([1, 'caller-retries']);
  });

  it('is not called, nor its fallback, where nobody waits any longer', async () => {
    let calls = 0;
    const count = (): string => {
      calls += 1;
      return 'value';
    };
    const run = protect(count, { name: 'db', timeout: false, fallback: { use: count, when: () => true } });
    const signal = AbortSignal.abort('left');

    await expect(runWithContext(requestRecord({ signal }), () => run())).rejects.toBe('left');

    expect(calls).toBe(0);
  });
});
