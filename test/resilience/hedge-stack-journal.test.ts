import { describe, expect, it } from '@jest/globals';
import { down, stacked, won } from './hedge-support.ts';
import { callOf, endOf, errorOf } from './support.ts';

describe('the journal of a hedged call', () => {
  it('writes both attempts into the journal, and the winner as what it was', async () => {
    const parts = stacked();
    const call = callOf();

    const end = await won(parts, call);

    expect([end, call.journal.snapshot()]).toEqual([
      { value: 'hedge' },
      {
        attempts: [
          {
            number: 1,
            status: undefined,
            code: 'hedge-lost',
            reason: 'hedge-lost',
            durationMs: 120,
            waitMs: 0,
          },
          {
            number: 1,
            hedge: 1,
            status: undefined,
            code: undefined,
            reason: undefined,
            durationMs: 20,
            waitMs: 0,
          },
        ],
        stopped: 'success',
      },
    ]);
  });

  it('writes a failed attempt beside the one that answered, with its status', async () => {
    const statusOf = ({ error }: { error?: unknown }) => (error === undefined ? 200 : 503);
    const { run, clock, started } = stacked({}, { statusOf });
    const call = callOf();
    const end = endOf(run('q', call));
    await clock.advance(100);
    started[0]?.gate.reject(down);
    await clock.advance(50);
    started[1]?.gate.resolve('hedge');
    await end;

    const { attempts } = call.journal.snapshot();

    expect(attempts).toMatchObject([
      { number: 1, reason: 'status-503', code: 'dependency-unavailable', status: 503, durationMs: 100 },
      { number: 1, hedge: 1, reason: undefined, status: 200, durationMs: 50 },
    ]);
  });

  it('writes a lost hedge after the attempt that it was started beside, each once', async () => {
    const { run, clock, started } = stacked({ hedge: { afterMs: 100, maxHedges: 2 } });
    const call = callOf();
    const end = endOf(run('q', call));
    await clock.advance(200);
    started[0]?.gate.resolve('attempt');
    await end;

    const { attempts } = call.journal.snapshot();

    expect(attempts.map(({ hedge, reason }) => [hedge, reason])).toEqual([
      [1, 'hedge-lost'],
      [2, 'hedge-lost'],
      [undefined, undefined],
    ]);
  });

  it('writes those that take no part in the order they were started', async () => {
    const { run, clock, started } = stacked({ hedge: { afterMs: 100, maxHedges: 2 } });
    const call = callOf();
    const end = endOf(run('q', call));
    await clock.advance(200);
    started[1]?.gate.reject(down);
    await clock.advance(0);
    started[2]?.gate.resolve('second hedge');
    await end;

    const { attempts } = call.journal.snapshot();

    expect(attempts.map(({ hedge, reason }) => [hedge, reason])).toEqual([
      [undefined, 'hedge-lost'],
      [1, 'status-503'],
      [2, undefined],
    ]);
  });

  it('hedges each attempt of a call anew, under its number', async () => {
    const backoff = { kind: 'constant', baseMs: 10, jitter: 'none' } as const;
    const { run, clock, started } = stacked({ retry: { maxRetries: 1, backoff } });
    const call = callOf();
    const end = endOf(run('q', call));
    await clock.advance(100);
    started[0]?.gate.reject(down);
    started[1]?.gate.reject(down);
    await clock.advance(10 + 100);

    started[3]?.gate.resolve('hedge of the retry');

    expect(await end).toEqual({ value: 'hedge of the retry' });
    expect(call.journal.snapshot().attempts.map(({ number, hedge }) => [number, hedge])).toEqual([
      [1, 1],
      [1, undefined],
      [2, undefined],
      [2, 1],
    ]);
  });

  it('ends with the total time, every attempt in the journal', async () => {
    const { run, clock, started } = stacked({ timeout: { totalMs: 200 } });
    const call = callOf();
    const end = errorOf(run('q', call));

    await clock.advance(200);

    expect([await end, started.map(({ call: { signal } }) => signal.aborted)]).toMatchObject([
      { scope: 'total' },
      [true, true],
    ]);
    expect(call.journal.snapshot().attempts.map(({ hedge, reason }) => [hedge, reason])).toEqual([
      [1, 'attempt-timeout'],
      [undefined, 'attempt-timeout'],
    ]);
  });
});
