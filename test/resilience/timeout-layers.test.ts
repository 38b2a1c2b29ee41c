import { describe, expect, it } from '@jest/globals';
import { UpstreamTimeoutError } from '../../src/errors/index.ts';
import { type Call, compose, type Policy } from '../../src/policy/index.ts';
import { timeout } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, deferred, endOf, errorOf, hanging, type Step, scripted, stubborn } from './support.ts';

const both = (step: Step, totalMs: number, attemptMs: number) => {
  const clock = manualClock();
  const policy = compose<string, string>(
    timeout({ ms: totalMs, scope: 'total', clock }),
    timeout({ ms: attemptMs, clock }),
  );
  return { clock, run: policy(scripted(step).operation) };
};

describe('timeouts of both scopes', () => {
  const seenInside = (totalMs: number, attemptMs: number) => {
    const seen: unknown[] = [];
    const clock = manualClock();
    const watch: Policy<string, string> = (next) => async (request, call: Call) => {
      const end = await endOf(next(request, call));
      seen.push(end);
      throw new Error('watched');
    };
    const run = compose(
      timeout<string, string>({ ms: totalMs, scope: 'total', clock }),
      watch,
      timeout<string, string>({ ms: attemptMs, clock }),
    )(scripted(hanging).operation);
    return { clock, run, seen };
  };

  it('tell the caller of the total time when it ends first', async () => {
    const { run, clock } = both(hanging, 50, 100);
    const end = errorOf(run('q', callOf()));

    await clock.advance(50);

    expect(await end).toMatchObject({ scope: 'total' });
  });

  it('tell the layers between of an attempt that had its whole time', async () => {
    const { run, clock, seen } = seenInside(100, 100);
    const end = errorOf(run('q', callOf()));

    await clock.advance(100);

    expect([await end, seen]).toMatchObject([{ scope: 'total' }, [{ error: { scope: 'attempt' } }]]);
  });

  it.each<[number, string]>([
    [100, 'attempt'],
    [1_000, 'deadline'],
  ])(
    'tell the layers between of one that was given up by somebody who had %i ms: %s',
    async (timeoutMs, scope) => {
      const { run, clock, seen } = seenInside(5_000, 3_000);
      const controller = new AbortController();
      const end = errorOf(run('q', callOf({ signal: controller.signal })));
      await clock.advance(100);

      controller.abort(new UpstreamTimeoutError('No more time', { scope: 'deadline', timeoutMs }));

      await end;
      expect(seen).toMatchObject([{ error: { scope } }]);
    },
  );

  it('tell the layers between of the total time when the attempt was cut short', async () => {
    const { run, clock, seen } = seenInside(50, 100);
    const end = errorOf(run('q', callOf()));

    await clock.advance(50);

    expect(seen).toEqual([{ error: await end }]);
  });

  it.each([
    [90, 'attempt'],
    [50, 'attempt'],
  ])('tell them of an attempt that had all the time its call had: %d of 100 ms', async (totalMs, scope) => {
    const { run, clock, seen } = seenInside(totalMs, 100);
    await clock.advance(1_000);
    const end = endOf(run('q', callOf()));

    await clock.advance(totalMs);
    await end;

    expect(seen).toMatchObject([{ error: { scope } }]);
  });

  it('tell them of a caller who left late as of any other', async () => {
    const { run, clock, seen } = seenInside(100, 100);
    const caller = new AbortController();
    const reason = new Error('left');
    const end = endOf(run('q', callOf({ signal: caller.signal })));
    await clock.advance(95);

    caller.abort(reason);
    await end;

    expect(seen).toEqual([{ error: reason }]);
  });

  it('pass on that somebody else had no more time, however late', async () => {
    const error = new UpstreamTimeoutError('late', { dependency: 'prices', scope: 'total' });
    const gate = deferred();
    const { run, clock } = both(stubborn(gate), 100, 100);
    const end = errorOf(run('q', callOf()));
    await clock.advance(95);

    gate.reject(error);

    expect(await end).toBe(error);
  });
});
