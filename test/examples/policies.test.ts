import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { careful } from '../../examples/policies/breaker.ts';
import { narrow } from '../../examples/policies/bulkhead.ts';
import { degraded } from '../../examples/policies/fallback.ts';
import { eager } from '../../examples/policies/hedge.ts';
import { app, circuit } from '../../examples/policies/index.ts';
import { quiet } from '../../examples/policies/pause.ts';
import { patient } from '../../examples/policies/retry.ts';
import { brisk } from '../../examples/policies/timeout.ts';
import {
  type Call,
  createCall,
  DependencyError,
  type Operation,
  UpstreamResponseError,
} from '../../src/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { observe, type Parts, SLOW } from '../composition/order-support.ts';
import { deferred, endOf, hanging } from '../resilience/support.ts';
import { readText } from '../support/regions.ts';

const down = new DependencyError('The stock is down');
const callOf = (): Call => createCall({ name: 'stock', repeatable: true });

/** Fails some times, then counts the letters. */
const failing = (times: number): Operation<string, number> => {
  let asked = 0;
  return async (sku) => {
    asked += 1;
    if (asked <= times) throw down;
    return sku.length;
  };
};

describe('examples/policies', () => {
  it('retry asks again after 1, 2 and 4 seconds', async () => {
    const clock = manualClock();
    const call = callOf();
    const counted = patient(failing(3), clock)('tea', call);

    await clock.advance(7_000);

    expect(await counted).toBe(3);
    expect(call.journal.snapshot().attempts.map(({ waitMs }) => waitMs)).toEqual([0, 1_000, 2_000, 4_000]);
  });

  it('timeout does not wait longer than 300 ms, and aborts the work', async () => {
    const clock = manualClock();
    let signal: AbortSignal | undefined;
    const hang: Operation<string, number> = (_sku, call) => {
      signal = call.signal;
      return deferred<number>().promise;
    };
    const ended = endOf(brisk(hang, clock)('tea', callOf()));

    await clock.advance(300);

    expect([await ended, signal?.aborted]).toMatchObject([{ error: { timeoutMs: 300 } }, true]);
  });

  it('breaker leaves the stock alone for 10 s after three failures in a row', async () => {
    const clock = manualClock();
    const { run, circuit: own } = careful(failing(3), clock);
    for (let call = 0; call < 3; call += 1) await endOf(run('tea', callOf()));
    const refused = await endOf(run('tea', callOf()));

    await clock.advance(10_000);

    expect(refused).toMatchObject({ error: { code: 'circuit-open', retryAfterMs: 10_000 } });
    expect([await run('tea', callOf()), own.snapshot().state]).toEqual([3, 'half-open']);
  });

  it('bulkhead lets two run and one wait for 500 ms', async () => {
    const clock = manualClock();
    const run = narrow(() => deferred<number>().promise, clock);
    const ends = Array.from({ length: 4 }, () => endOf(run('tea', callOf())));
    const refused = await ends[3];

    await clock.advance(500);

    expect([refused, await ends[2]]).toMatchObject([
      { error: { code: 'bulkhead-full' } },
      { error: { code: 'bulkhead-full' } },
    ]);
  });

  it('hedge asks a second time after 50 ms, and takes that answer', async () => {
    const clock = manualClock();
    let asked = 0;
    const run = eager((sku) => {
      asked += 1;
      return asked === 1 ? deferred<number>().promise : Promise.resolve(sku.length);
    }, clock);
    const counted = run('tea', callOf());

    await clock.advance(50);

    expect([await counted, asked, clock.pendingTimers]).toEqual([3, 2, 0]);
  });

  it('pause leaves the stock alone for as long as it asks for, and no longer than 30 s', async () => {
    const clock = manualClock();
    const throttled = new UpstreamResponseError('429', { upstreamStatus: 429, retryAfterMs: 60_000 });
    const run = quiet(() => Promise.reject(throttled), clock);
    await endOf(run('tea', callOf()));
    const refused = await endOf(run('tea', callOf()));

    await clock.advance(30_000);

    expect(refused).toMatchObject({ error: { code: 'dependency-unavailable', retryAfterMs: 30_000 } });
    expect(await endOf(run('tea', callOf()))).toEqual({ error: throttled });
  });

  it('fallback asks the replica where the stock failed, and not where it was not asked', async () => {
    const run = degraded(failing(1), async () => 7);
    const refused = new TypeError('a bug');

    expect(await run('tea', callOf())).toBe(7);
    expect(
      await endOf(
        degraded(
          () => Promise.reject(refused),
          async () => 7,
        )('tea', callOf()),
      ),
    ).toEqual({
      error: refused,
    });
  });

  it('composed, they answer what is there, and the fallback after every attempt', async () => {
    const there = await request(app).get('/stock/tea');

    const outage = await request(app).get('/stock/outage');

    expect([there.body, outage.body]).toEqual([
      { pieces: 3, attempts: 1 },
      { pieces: 0, attempts: 3 },
    ]);
    expect(circuit.snapshot()).toMatchObject({ successes: 1, failures: 3 });
  });
});

describe('docs/policies.md', () => {
  const failure = { steps: [down] };
  const scenarios: Readonly<Record<string, Parameters<typeof observe>[1]>> = {
    'three calls of a dependency that is down': { ...failure, calls: 3 },
    'four calls of a dependency that is down': { ...failure, calls: 4 },
    'a call of one that fails once': { steps: [down, 'an answer'] },
    'a call of one that never answers': { steps: [hanging] },
    'two calls at once, of which the first has to retry': {
      steps: [down, 'b', 'a'],
      calls: 2,
      together: true,
    },
    'two calls at once, of 100 ms each, one slot': { steps: [SLOW], calls: 2, together: true },
    'a call of a dependency that is down': failure,
    'a call that takes 100 ms': { steps: [SLOW] },
  };
  const rows = [
    ...readText('docs/policies.md').matchAll(
      /^\| (`\w+`(?:, `\w+`)+) +\| ([^|]+?) +\| ([^|]+?) +\| (\d+) +\|$/gm,
    ),
  ];

  it('has a table of orders', () => {
    expect(rows.length).toBeGreaterThanOrEqual(10);
  });

  it.each(rows.map(([, order = '', what = '', ends = '', ran = '']) => ({ order, what, ends, ran })))(
    'says what $order comes to with $what',
    async ({ order, what, ends, ran }) => {
      // The table names the parts of the support file.
      const names = order.replaceAll('`', '').split(', ') as (keyof Parts)[];
      const scenario = scenarios[what] ?? { steps: [] };

      const seen = await observe(names, scenario);

      expect([seen.ends.join(', '), seen.executions]).toEqual([ends.replaceAll('`', ''), Number(ran)]);
    },
  );
});
