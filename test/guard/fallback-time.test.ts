import { describe, expect, it } from '@jest/globals';
import { protect } from '../../src/guard/index.ts';
import { manualClock } from '../../src/testing/index.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

describe('the fallback of a protected function', () => {
  it('has the time of a call once more, and no longer', async () => {
    const clock = manualClock();
    const run = protect(() => never<string>(), {
      name: 'db',
      clock,
      timeout: { totalMs: 100 },
      fallback: () => never<string>(),
    });
    const { worstCaseMs = 0 } = run.explain();
    let ended = false;
    const end = expect(
      run().finally(() => {
        ended = true;
      }),
    ).rejects.toMatchObject({ name: 'UpstreamTimeoutError', scope: 'total', timeoutMs: 100 });

    await clock.advance(worstCaseMs - 1);
    const before = ended;
    await clock.advance(1);

    await end;
    expect([worstCaseMs, before]).toEqual([200, false]);
  });

  it('has it from its own beginning', async () => {
    const clock = manualClock();
    const run = protect(() => never<string>(), {
      name: 'db',
      clock,
      timeout: { totalMs: 100 },
      fallback: () => new Promise<string>((resolve) => clock.setTimer(() => resolve('instead'), 99)),
    });
    const end = run();

    await clock.advance(199);

    expect(await end).toBe('instead');
  });

  it('has the limit that is in force when it is asked', async () => {
    const clock = manualClock();
    const run = protect(
      (): Promise<string> => {
        throw new Error('down');
      },
      { name: 'db', clock, timeout: { totalMs: 100 }, fallback: () => never<string>() },
    );
    run.reconfigure({ timeout: { totalMs: 50 } });
    const end = expect(run()).rejects.toMatchObject({ timeoutMs: 50 });

    await clock.advance(50);

    await end;
  });

  it('has no limit where calls have none', async () => {
    const clock = manualClock();
    const run = protect(
      (): Promise<string> => {
        throw new Error('down');
      },
      {
        name: 'db',
        clock,
        timeout: false,
        fallback: () => new Promise<string>((resolve) => clock.setTimer(() => resolve('instead'), 60_000)),
      },
    );
    const end = run();

    await clock.advance(60_000);

    expect([await end, run.explain().worstCaseMs]).toEqual(['instead', undefined]);
  });
});

describe('what an explanation says of a fallback', () => {
  it.each([
    ['a function', () => 'instead', 200, 100],
    ['a function with a condition', { use: () => 'instead', when: () => true }, 200, 100],
    ['a value', { value: 'instead' }, 100, 0],
    ['none', false as const, 100, 0],
  ])('%s', (_what, fallback, worstCaseMs, fallbackMs) => {
    const run = protect(() => 'value', { name: 'db', timeout: { totalMs: 100 }, fallback });

    const { text, ...figures } = run.explain();

    expect(figures).toMatchObject({ worstCaseMs, fallbackMs });
    expect(text).toContain(
      fallbackMs === 0
        ? 'It ends within 100 ms, whatever happens.'
        : "It ends within 200 ms, whatever happens; 100 ms of that are its fallback's.",
    );
  });
});
