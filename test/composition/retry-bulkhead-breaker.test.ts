import { describe, expect, it } from '@jest/globals';
import { UpstreamResponseError } from '../../src/errors/index.ts';
import { callOf, deferred, endOf, hanging, scripted, stackOf, stubborn } from '../resilience/support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const one = { maxConcurrent: 1, maxQueue: 0 };

describe('bulkhead > breaker', () => {
  it('counts a refusal of the bulkhead for nothing', async () => {
    const { run, breaker, clock } = stackOf(scripted(hanging), { bulkhead: one });
    const first = endOf(run('a', callOf({ repeatable: false })));
    await clock.advance(0);
    await endOf(run('b', callOf()));

    await clock.advance(3_000);
    await first;

    expect(breaker?.snapshot()).toMatchObject({ successes: 0, failures: 1 });
  });

  it('takes no slot from others for calls that the circuit refuses', async () => {
    const { run, breaker } = stackOf(scripted('answer'), { bulkhead: one });
    breaker?.forceOpen();

    const ends = [await endOf(run('a', callOf())), await endOf(run('b', callOf()))];

    expect(ends).toMatchObject([{ error: { code: 'circuit-open' } }, { error: { code: 'circuit-open' } }]);
  });
});

describe('retry > bulkhead', () => {
  it('holds no slot while a retry waits', async () => {
    const retry = { backoff: { kind: 'constant', baseMs: 100, jitter: 'none' } } as const;
    const { run, clock } = stackOf(scripted(down, 'other', 'retried'), { bulkhead: one, retry });
    const first = endOf(run('a', callOf()));
    await clock.advance(50);

    const second = await endOf(run('b', callOf()));
    await clock.advance(50);

    expect([await first, second]).toEqual([{ value: 'retried' }, { value: 'other' }]);
  });
});

describe('bulkhead > attempt timeout', () => {
  it('holds the slot of work that ignores its timeout until it truly ends', async () => {
    const gate = deferred();
    const { run, clock } = stackOf(scripted(stubborn(gate), 'answer'), { bulkhead: one, retry: false });
    const first = endOf(run('a', callOf()));
    await clock.advance(3_000);
    const timedOut = await first;
    const refused = await endOf(run('b', callOf()));

    gate.resolve('late');
    await clock.advance(0);

    expect([timedOut, refused, await run('c', callOf())]).toMatchObject([
      { error: { code: 'dependency-timeout' } },
      { error: { code: 'bulkhead-full' } },
      'answer',
    ]);
  });

  it('never lets more work run than allowed, whatever its callers were told', async () => {
    let running = 0;
    let most = 0;
    const gate = deferred();
    const script = scripted(async () => {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
      return 'late';
    });
    const { run, clock } = stackOf(script, { bulkhead: { maxConcurrent: 5, maxQueue: 20 } });
    const ends = Array.from({ length: 100 }, () => endOf(run('q', callOf())));
    await clock.advance(20_000);
    await Promise.all(ends);

    gate.resolve('late');
    await clock.advance(0);

    expect([most, running]).toEqual([5, 0]);
  });
});
