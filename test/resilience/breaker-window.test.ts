import { describe, expect, it } from '@jest/globals';
import { createCallWindow, createTimeWindow } from '../../src/resilience/breaker/window.ts';
import { manualClock } from '../../src/testing/index.ts';

describe('a window of time', () => {
  const windowed = () => {
    const clock = manualClock();
    const rotated: number[] = [];
    const window = createTimeWindow(clock, (buckets) => rotated.push(buckets));
    return { clock, rotated, window };
  };

  it('counts calls, failures and slow ones apart', () => {
    const { window } = windowed();

    window.add(100, true, false);
    window.add(100, false, true);
    window.add(100, true, true);

    expect(window.add(100, false, false)).toEqual({ calls: 4, failures: 2, slow: 2 });
  });

  it('shows its parts, the latest first', async () => {
    const { window, clock } = windowed();
    for (const failed of [true, false, true]) {
      window.add(100, failed, false);
      await clock.advance(40);
    }

    const parts = window.parts(100).map(({ calls, failures }) => [calls, failures].join());

    expect(parts).toEqual(['0,0', '0,0', '0,0', '0,0', '1,1', '0,0', '0,0', '0,0', '1,0', '0,0']);
  });

  it('lets each outcome go with its bucket', async () => {
    const { window, clock } = windowed();
    window.add(100, true, true);
    await clock.advance(10);
    window.add(100, false, false);

    await clock.advance(89);
    const before = { ...window.sums(100) };
    await clock.advance(1);

    expect([before, window.sums(100)]).toEqual([
      { calls: 2, failures: 1, slow: 1 },
      { calls: 1, failures: 0, slow: 0 },
    ]);
  });

  it('keeps its pace when it is looked at in the middle of a bucket', async () => {
    const { window, clock, rotated } = windowed();
    await clock.advance(15);
    window.sums(100);

    await clock.advance(5);
    window.sums(100);

    expect(rotated).toEqual([1, 1]);
  });

  it('is empty after all its time, and tells of no more buckets than it has', async () => {
    const { window, clock, rotated } = windowed();
    window.add(100, true, true);

    await clock.advance(100_000);

    expect([{ ...window.sums(100) }, rotated]).toEqual([{ calls: 0, failures: 0, slow: 0 }, [10]]);
  });

  it('tells of nothing as long as no bucket is left behind', async () => {
    const { window, clock, rotated } = windowed();

    await clock.advance(9);
    window.sums(100);

    expect(rotated).toEqual([]);
  });

  it.each([
    [1_000, 999, 1],
    [1_000, 1_000, 0],
    [10, 9, 1],
    [10, 10, 0],
  ])('with another size, %d ms, after %d ms yet holds %d', async (size, ms, calls) => {
    const { window, clock } = windowed();
    window.add(100, true, false);

    window.sums(size);
    await clock.advance(ms);

    expect(window.sums(size).calls).toBe(calls);
  });
});

describe('a window of calls', () => {
  it('holds the last calls alone', () => {
    const window = createCallWindow();
    for (const [failed, slow] of [
      [true, true],
      [true, false],
      [false, true],
    ] as const)
      window.add(3, failed, slow);

    const full = { ...window.sums(3) };
    const next = [{ ...window.add(3, false, false) }, { ...window.add(3, false, false) }];

    expect([full, ...next]).toEqual([
      { calls: 3, failures: 2, slow: 2 },
      { calls: 3, failures: 1, slow: 1 },
      { calls: 3, failures: 0, slow: 1 },
    ]);
  });

  it('goes round and round', () => {
    const window = createCallWindow();

    for (let call = 0; call < 10; call += 1) window.add(3, call % 3 === 0, false);

    expect(window.sums(3)).toEqual({ calls: 3, failures: 1, slow: 0 });
  });

  const withLast = (kinds: string, size: number) => {
    const window = createCallWindow();
    for (const kind of kinds) window.add(size, kind === 'f', kind === 's');
    return window;
  };

  it.each([
    ['ffs.', 4, 2, { calls: 2, failures: 0, slow: 1 }],
    ['ffs.', 3, 2, { calls: 2, failures: 0, slow: 1 }],
    ['.ffs.f', 4, 3, { calls: 3, failures: 1, slow: 1 }],
    ['fs', 4, 9, { calls: 2, failures: 1, slow: 1 }],
    ['fs.f', 3, 9, { calls: 3, failures: 1, slow: 1 }],
    ['', 3, 2, { calls: 0, failures: 0, slow: 0 }],
  ])('%p of %d: keeps the latest with another size, %d', (kinds, size, next, sums) => {
    expect(withLast(kinds, size).sums(next)).toEqual(sums);
  });

  it('goes on in order with another size', () => {
    const window = withLast('.fs', 3);

    const smaller = [{ ...window.sums(2) }, { ...window.add(2, false, false) }];
    const larger = [{ ...window.add(3, true, false) }, { ...window.add(3, false, false) }];

    expect([smaller, larger]).toEqual([
      [
        { calls: 2, failures: 1, slow: 1 },
        { calls: 2, failures: 0, slow: 1 },
      ],
      [
        { calls: 3, failures: 1, slow: 1 },
        { calls: 3, failures: 1, slow: 0 },
      ],
    ]);
  });
});
