import { describe, expect, it } from '@jest/globals';
import { journalOf } from '../../src/errors/index.ts';
import { compose, createCall } from '../../src/policy/index.ts';
import { retry, timeout } from '../../src/resilience/index.ts';

describe('retry alone, as its docs compose it', () => {
  it('hands the request and a signal on', async () => {
    const storage = {
      read: async (key: string, { signal }: { signal: AbortSignal }): Promise<string> =>
        `${key}, ${signal.aborted ? 'too late' : 'in time'}`,
    };
    // #region readme
    const read = compose<string, string>(
      timeout({ ms: 2_000, scope: 'total' }),
      retry({ maxRetries: 3, backoff: { baseMs: 200, jitter: 'equal' } }),
      timeout({ ms: 500 }),
    )((key, call) => storage.read(key, { signal: call.signal }));

    const text = await read('report', createCall({ name: 'storage', repeatable: true }));
    // #endregion readme

    expect(text).toBe('report, in time');
  });

  it('does not repeat a call that is not said to be repeatable', async () => {
    const down = new Error('down');
    const run = retry<string, string>()(() => Promise.reject(down));
    const call = createCall({ name: 'storage' });

    await expect(run('x', call)).rejects.toBe(down);

    expect([call.journal.snapshot().stopped, journalOf(down)]).toEqual(['method', undefined]);
  });
});
