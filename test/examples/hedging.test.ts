import { describe, expect, it } from '@jest/globals';
import { createCall } from '../../src/policy/index.ts';
import { createStack, type HedgeOptions, readResilience } from '../../src/resilience/index.ts';
import { sleep } from '../../src/resilience/sleep.ts';
import { manualClock, seededRandom } from '../../src/testing/index.ts';
import { readText } from '../support/regions.ts';

const CALLS = 1_000;
const EVERY_MS = 50;

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;

/** 20 calls a second for 50 seconds, of which a share takes 2 s and the others 50 ms. */
const simulate = async (slowShare: number, hedge: HedgeOptions | false) => {
  const clock = manualClock();
  const random = seededRandom(1);
  let requests = 0;
  const { run } = createStack<string, string>({
    name: 'catalog',
    clock,
    random,
    operation: async (_request, { signal }) => {
      requests += 1;
      await sleep(random() < slowShare ? 2_000 : 50, { clock, signal });
      return 'answer';
    },
    // The floor of the budget is for services with few calls; without it the ratio is seen.
    resilience: readResilience({ where: 'test' }, { hedge, retry: { budget: { minPerSecond: 0 } } }),
  });
  const durations: number[] = [];
  const one = async (): Promise<void> => {
    const startedAt = clock.now();
    await run('q', createCall({ name: 'catalog', repeatable: true }));
    durations.push(clock.now() - startedAt);
  };
  const calls: Promise<void>[] = [];
  for (let made = 0; made < CALLS; made += 1) {
    calls.push(one());
    await clock.advance(EVERY_MS);
  }
  await clock.advance(10_000);
  await Promise.all(calls);
  const sorted = durations.toSorted((a, b) => a - b);
  return {
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    load: requests / CALLS,
  };
};

const SCENES: Readonly<Record<string, () => ReturnType<typeof simulate>>> = {
  'one in twenty slow, no hedge': () => simulate(0.05, false),
  'one in twenty slow, `afterMs: 100`': () => simulate(0.05, { afterMs: 100 }),
  'one in twenty slow, `afterMs: 0`': () => simulate(0.05, { afterMs: 0 }),
  'all slow, `afterMs: 100`': () => simulate(1, { afterMs: 100 }),
  'all slow, `afterMs: 100`, `maxHedges: 3`': () => simulate(1, { afterMs: 100, maxHedges: 3 }),
};

describe('docs/hedging.md', () => {
  it.each(Object.entries(SCENES))('states what was measured: %s', async (name, measure) => {
    const row = readText('docs/hedging.md')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .find(([, scene]) => scene === name);

    const { p50, p95, p99, load } = await measure();

    expect(row?.slice(2, 6)).toEqual([`${p50} ms`, `${p95} ms`, `${p99} ms`, `${load.toFixed(2)}`]);
  });
});
