import { describe, expect, it } from '@jest/globals';
import { UpstreamResponseError } from '../../src/errors/index.ts';
import { callOf, endOf, hanging, scripted, stackOf } from '../resilience/support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const fallback = (_request: string, error: unknown) => `instead of ${String((error as Error).name)}`;

describe('fallback > everything', () => {
  it('answers when the attempts are spent', async () => {
    const retry = { backoff: { kind: 'constant', baseMs: 0 } } as const;
    const script = scripted(down);
    const { run } = stackOf(script, { fallback, retry });

    expect([await run('q', callOf()), script.calls.length]).toEqual(['instead of UpstreamResponseError', 3]);
  });

  it('answers when the circuit is open', async () => {
    const { run, breaker } = stackOf(scripted('answer'), { fallback });
    breaker?.forceOpen();

    expect(await run('q', callOf())).toBe('instead of CircuitOpenError');
  });

  it('answers when the bulkhead is full', async () => {
    const bulkhead = { maxConcurrent: 1, maxQueue: 0 };
    const { run, clock } = stackOf(scripted(hanging), { fallback, bulkhead, retry: false });
    const first = endOf(run('a', callOf()));
    await clock.advance(0);

    const second = await run('b', callOf());
    await clock.advance(3_000);
    await first;

    expect(second).toBe('instead of BulkheadFullError');
  });

  it('answers when the total time is up', async () => {
    const { run, clock } = stackOf(scripted(hanging), { fallback, timeout: { totalMs: 100 } });
    const end = endOf(run('q', callOf()));

    await clock.advance(100);

    expect(await end).toEqual({ value: 'instead of UpstreamTimeoutError' });
  });

  it('does not answer a caller who left', async () => {
    const { run, clock } = stackOf(scripted(hanging), { fallback });
    const caller = new AbortController();
    const end = endOf(run('q', callOf({ signal: caller.signal })));
    await clock.advance(0);

    caller.abort('left');

    expect(await end).toEqual({ error: 'left' });
  });

  it('moves no circuit', async () => {
    const { run, breaker } = stackOf(scripted(down), { fallback, retry: false });

    await run('q', callOf());

    expect(breaker?.snapshot()).toMatchObject({ successes: 0, failures: 1 });
  });
});
