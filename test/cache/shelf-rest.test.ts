import { describe, expect, it } from '@jest/globals';
import { createShelf, memoryStore } from '../../src/cache/index.ts';
import { manualClock } from '../../src/testing/index.ts';

const HOW = { keepMs: 60_000, sizeBytes: 5, partition: undefined };

/** A shelf whose store hangs for as long as a test says so. */
const setUp = () => {
  const clock = manualClock();
  const state = { hangs: true, asked: 0 };
  const { get, ...store } = memoryStore();
  const shelf = createShelf({
    store: {
      ...store,
      get: (key) => {
        state.asked += 1;
        return state.hangs ? new Promise(() => undefined) : get(key);
      },
    },
    storeTimeoutMs: 50,
    clock,
    onStoreError: () => undefined,
  });
  /** Asks, for as long as it takes. */
  const ask = async (): Promise<void> => {
    const got = shelf.read('k');
    await clock.advance(50);
    await got;
  };
  return { shelf, clock, state, ask };
};

describe('a store that did not answer in time', () => {
  it('is left alone for a second', async () => {
    const { shelf, clock, state, ask } = setUp();
    await ask();

    await clock.advance(999);
    await shelf.read('k');
    const during = state.asked;
    await clock.advance(1);
    await ask();

    expect([during, state.asked]).toEqual([1, 2]);
  });

  it('does nothing meanwhile, at once, and says so', async () => {
    const { shelf, clock, ask } = setUp();
    await ask();

    const used = await Promise.all([
      shelf.read('k'),
      shelf.get('k'),
      shelf.set('k', 'value', HOW),
      shelf.delete('k'),
      shelf.clear(),
    ]);

    expect([used, clock.pendingTimers]).toEqual([[undefined, undefined, false, false, false], 0]);
  });

  it('is left alone for twice as long each time, up to half a minute', async () => {
    const { shelf, clock, state, ask } = setUp();
    const told: number[] = [];

    for (const restMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      await ask();
      await clock.advance(restMs - 1);
      await shelf.read('k');
      told.push(state.asked);
      await clock.advance(1);
    }

    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('is not left alone for longer as several were asked at once', async () => {
    const { clock, state, shelf, ask } = setUp();
    const asked = ['a', 'b', 'c'].map((key) => shelf.read(key));
    await clock.advance(50);
    await Promise.all(asked);

    await clock.advance(1_000);
    await ask();

    expect(state.asked).toBe(4);
  });

  it('is left alone for a second again once it answered meanwhile', async () => {
    const { clock, state, ask } = setUp();
    await ask();
    await clock.advance(1_000);
    await ask();
    await clock.advance(2_000);
    state.hangs = false;
    await ask();
    state.hangs = true;
    await ask();

    await clock.advance(1_000);
    await ask();

    expect(state.asked).toBe(5);
  });
});
