import { describe, expect, it } from '@jest/globals';
import { journalOf, UpstreamResponseError } from '../../src/errors/index.ts';
import { callOf, endOf, errorOf, scripted, stackOf } from '../resilience/support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const retry = { backoff: { kind: 'constant', baseMs: 0 } } as const;

describe('retry > breaker', () => {
  it('counts each attempt: one failed call is three failures', async () => {
    const { run, breaker } = stackOf(scripted(down), { retry });

    await endOf(run('q', callOf()));

    expect(breaker?.snapshot().failures).toBe(3);
  });

  it('stops retrying once the circuit opens: two attempts and a refusal', async () => {
    const script = scripted(down);
    const { run } = stackOf(script, { retry, breaker: { consecutiveFailures: 2 } });

    const error = await errorOf(run('q', callOf()));

    expect([script.calls.length, error, journalOf(error)]).toMatchObject([
      2,
      { code: 'circuit-open' },
      { attempts: [{ number: 1 }, { number: 2 }], stopped: 'circuit-open' },
    ]);
  });

  it('does not retry a refusal', async () => {
    const script = scripted('answer');
    const { run, breaker, clock } = stackOf(script, { retry });
    breaker?.forceOpen();

    await endOf(run('q', callOf()));

    expect([script.calls.length, clock.pendingTimers]).toEqual([0, 0]);
  });
});

describe('breaker > retry, with scope call', () => {
  const breaker = { scope: 'call' } as const;

  it('counts each call: one failed call is one failure', async () => {
    const stack = stackOf(scripted(down), { retry, breaker });

    await endOf(stack.run('q', callOf()));

    expect(stack.breaker?.snapshot().failures).toBe(1);
  });

  it('counts a call that a retry saved as a success', async () => {
    const stack = stackOf(scripted(down, 'answer'), { retry, breaker });

    await stack.run('q', callOf());

    expect(stack.breaker?.snapshot()).toMatchObject({ successes: 1, failures: 0 });
  });

  it('says why a refused call stopped', async () => {
    const stack = stackOf(scripted('answer'), { retry, breaker });
    stack.breaker?.forceOpen();

    const error = await errorOf(stack.run('q', callOf()));

    expect(journalOf(error)).toEqual({ attempts: [], stopped: 'circuit-open' });
  });
});
