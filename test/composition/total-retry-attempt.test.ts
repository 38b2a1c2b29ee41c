import { describe, expect, it } from '@jest/globals';
import { journalOf, UpstreamResponseError } from '../../src/errors/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, endOf, errorOf, hanging, type Step, scripted, stackOf } from '../resilience/support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const wait = (baseMs: number) => ({ backoff: { kind: 'constant', baseMs, jitter: 'none' } }) as const;

describe('total timeout > retry > attempt timeout', () => {
  it('spans the attempts and the waits between them', async () => {
    const script = scripted(hanging);
    const { run, clock } = stackOf(script, { retry: wait(500), timeout: { totalMs: 5_000 } });
    const end = errorOf(run('q', callOf()));

    await clock.advance(5_000);

    const error = await end;
    expect([error, journalOf(error)]).toMatchObject([
      { scope: 'total', timeoutMs: 5_000 },
      {
        attempts: [
          { durationMs: 3_000, waitMs: 0, reason: 'attempt-timeout' },
          { durationMs: 1_500, waitMs: 500, reason: 'attempt-timeout' },
        ],
        stopped: 'deadline',
      },
    ]);
  });

  it('has the attempt that the total time cut short in its journal', async () => {
    const { run, clock } = stackOf(scripted(hanging), { retry: wait(0), timeout: { totalMs: 4_000 } });
    const end = errorOf(run('q', callOf()));

    await clock.advance(4_000);

    expect(journalOf(await end)?.attempts).toMatchObject([
      { durationMs: 3_000, reason: 'attempt-timeout' },
      { durationMs: 1_000, reason: 'attempt-timeout' },
    ]);
  });

  it('fails at once, with the last error, where a wait does not fit the time left', async () => {
    const { run, clock } = stackOf(scripted(down), { retry: wait(500), timeout: { totalMs: 1_000 } });
    const end = errorOf(run('q', callOf()));

    await clock.advance(500);

    const error = await end;
    expect([error, journalOf(error)?.stopped, clock.pendingTimers]).toEqual([down, 'deadline', 0]);
  });

  it('keeps to the deadline of the request that is served', async () => {
    const { run, clock } = stackOf(scripted(hanging), { retry: wait(0) });
    const end = errorOf(run('q', callOf({ deadline: 500 })));

    await clock.advance(501);

    expect(await end).toMatchObject({ scope: 'deadline', timeoutMs: 500 });
  });

  it('asks nobody when the deadline has passed', async () => {
    const script = scripted('answer');
    const { run, clock } = stackOf(script);
    await clock.advance(10);

    const error = await errorOf(run('q', callOf({ deadline: 5 })));

    expect([error, journalOf(error), script.calls.length]).toMatchObject([
      { scope: 'deadline' },
      { attempts: [], stopped: 'deadline' },
      0,
    ]);
  });
});

describe('breaker > attempt timeout', () => {
  it('counts an attempt that ran out of its time as a failure', async () => {
    const { run, clock, breaker } = stackOf(scripted(hanging), { retry: false });
    const end = endOf(run('q', callOf()));

    await clock.advance(3_000);
    await end;

    expect(breaker?.snapshot().failures).toBe(1);
  });

  it('opens the circuit of a dependency that hangs where deadlines are shorter than attempts', async () => {
    const { run, clock, breaker } = stackOf(scripted(hanging));
    const ends = Array.from({ length: 10 }, () => endOf(run('q', callOf({ deadline: 150 }))));

    await clock.advance(151);
    await Promise.all(ends);

    expect(breaker?.snapshot()).toMatchObject({ state: 'open', failures: 10 });
  });

  it('counts an attempt for nothing that had less time than answers usually take', async () => {
    const clock = manualClock();
    const slow: Step = () => new Promise((resolve) => clock.setTimer(() => resolve('answer'), 500));
    const { run, breaker } = stackOf(scripted(slow, slow, hanging), {}, { clock });
    const end = endOf(Promise.all([run('q', callOf()), run('q', callOf())]));
    await clock.advance(500);
    await end;

    const late = endOf(run('q', callOf({ deadline: 940 })));
    await clock.advance(441);
    await late;

    expect(breaker?.snapshot()).toMatchObject({ successes: 2, failures: 0 });
  });

  it('counts an attempt that had all the time of its call as a failure', async () => {
    const { run, clock, breaker } = stackOf(scripted(hanging), { timeout: { totalMs: 2_000 } });
    const end = endOf(run('q', callOf()));

    await clock.advance(2_000);
    await end;

    expect(breaker?.snapshot().failures).toBe(1);
  });

  it('counts it with scope call as well', async () => {
    const { run, clock, breaker } = stackOf(scripted(hanging), {
      timeout: { totalMs: 2_000 },
      breaker: { scope: 'call' },
    });
    const end = endOf(run('q', callOf()));

    await clock.advance(2_000);
    await end;

    expect(breaker?.snapshot().failures).toBe(1);
  });

  it('counts, with scope call, a call whose total time cut a later attempt short', async () => {
    const { run, clock, breaker } = stackOf(scripted(hanging), {
      timeout: { totalMs: 4_000 },
      retry: wait(0),
      breaker: { scope: 'call' },
    });
    const end = endOf(run('q', callOf()));

    await clock.advance(4_000);
    await end;

    expect(breaker?.snapshot().failures).toBe(1);
  });

  it("counts a caller's abort for nothing", async () => {
    const { run, clock, breaker } = stackOf(scripted(hanging));
    const caller = new AbortController();
    const end = endOf(run('q', callOf({ signal: caller.signal })));
    await clock.advance(2_999);

    caller.abort();
    await end;

    expect(breaker?.snapshot()).toMatchObject({ successes: 0, failures: 0 });
  });
});
