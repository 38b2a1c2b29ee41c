import { describe, expect, it } from '@jest/globals';
import { hedged } from './hedge-support.ts';
import { callOf, endOf } from './support.ts';

describe('hedge', () => {
  it('gives the loser an error that costs no stack, and leaves stacks as they were', async () => {
    const { run, clock, started } = hedged();
    const end = endOf(run('q', callOf()));
    await clock.advance(100);
    const limit = Error.stackTraceLimit;

    started[1]?.gate.resolve('first');
    await end;

    const reason: unknown = started[0]?.call.signal.reason;
    expect(reason).toMatchObject({
      message: 'Another attempt of catalog answered first',
      stack: expect.not.stringContaining('\n'),
    });
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it('tells of a loser that goes on, until it has truly ended', async () => {
    const held: Promise<unknown>[] = [];
    const { run, clock, started } = hedged({}, { deaf: true });
    const end = endOf(run('q', callOf({ hold: (work) => held.push(work) })));
    await clock.advance(100);
    started[1]?.gate.resolve('first');
    await end;
    let ended = false;
    void held[0]?.then(() => {
      ended = true;
    });
    await clock.advance(0);
    const before = ended;

    started[0]?.gate.resolve('too late');
    await clock.advance(0);

    expect([held.length, before, ended]).toEqual([1, false, true]);
  });

  it('tells of a loser once, whatever another loser does later', async () => {
    const held: Promise<unknown>[] = [];
    const { run, clock, started } = hedged({ maxHedges: 2 }, { deaf: true });
    const end = endOf(run('q', callOf({ hold: (work) => held.push(work) })));
    await clock.advance(200);
    started[2]?.gate.resolve('first');
    await end;

    started[0]?.gate.resolve('too late');
    await clock.advance(0);

    expect(held.length).toBe(2);
  });
});
