import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';
import { runWithContext, tryGetContext } from '../../src/context/index.ts';
import { createEventHub, type EventName } from '../../src/events/index.ts';
import { protect } from '../../src/guard/index.ts';
import { fakeUpstream, manualClock } from '../../src/testing/index.ts';
import { readScript } from '../support/child.ts';
import { requestRecord } from '../support/records.ts';

const ambient = new AsyncLocalStorage<string>();

/** Runs work for a request, whose id is in our store and in one of the app's. */
const within = <T>(requestId: string, work: () => T): T =>
  ambient.run(requestId, () => runWithContext(requestRecord({ requestId }), work));
const here = () => [tryGetContext()?.requestId, ambient.getStore()];

describe('work of a protected function', () => {
  it.each([
    ['queued', { bulkhead: { maxConcurrent: 1 } }, 2],
    ['retried', { retry: { backoff: { kind: 'constant', baseMs: 100 } } }, 4],
    ['hedged', { hedge: { afterMs: 100 } }, 4],
  ] as const)("that is %s runs in its own caller's context", async (kind, options, runs) => {
    const clock = manualClock();
    const seen: unknown[] = [];
    const counts = new Map<string, number>();
    const work = protect(
      (_call, id: string) => {
        seen.push([id, ...here()]);
        const count = (counts.get(id) ?? 0) + 1;
        counts.set(id, count);
        if (kind === 'hedged' && count === 1) return new Promise<string>(() => undefined);
        if (kind === 'retried' && count === 1) throw new Error('down');
        return `done ${id}`;
      },
      { name: 'db', clock, ...options },
    );
    const ends = ['a', 'b'].map((id) => within(id, () => work(id).then((value) => [value, ...here()])));

    // Whoever fires the timers is another one.
    await within('timer', () => clock.advance(200));

    expect(await Promise.all(ends)).toEqual([
      ['done a', 'a', 'a'],
      ['done b', 'b', 'b'],
    ]);
    expect(seen.length).toBe(runs);
    for (const [id, ...store] of seen as string[][]) expect(store).toEqual([id, id]);
  });
});

describe('a call of a client', () => {
  it('tells of attempts, hedges and its end in the context of its own caller', async () => {
    const upstream = await fakeUpstream();
    const clock = manualClock();
    const events = createEventHub();
    const told: unknown[] = [];
    const names: readonly EventName[] = ['attempt.failed', 'attempt.hedged', 'call.completed'];
    for (const name of names) events.subscribe(name, () => told.push([name, ...here()]));
    upstream.script(['hang', { status: 500 }, { json: {} }]);
    const client = createClient({
      name: 'catalog',
      baseUrl: upstream.url,
      hedge: { afterMs: 100 },
      timeout: { attemptMs: 300 },
      retry: { maxRetries: 1, backoff: { kind: 'constant', baseMs: 50 } },
      clock,
      events,
    });
    const call = within('mine', () => client.get('/x').then(here));
    await upstream.nextRequest();

    await within('timer', async () => {
      await clock.advance(100);
      await upstream.nextRequest();
      await clock.advance(200);
      await clock.waitForTimer({ withinMs: 50 });
      await clock.advance(50);
    });

    expect(await call).toEqual(['mine', 'mine']);
    expect(told).toEqual([
      ['attempt.hedged', 'mine', 'mine'],
      ['attempt.failed', 'mine', 'mine'],
      ['call.completed', 'mine', 'mine'],
    ]);
    await client.close();
    await upstream.close();
  });
});

describe('what the policies remember', () => {
  it('holds no record and no signal of a request that was served', async () => {
    const counts = await readScript(join(__dirname, 'fixtures/held-records.ts'), {
      nodeArgs: ['--expose-gc'],
    });

    expect(counts).toEqual({ breaker: 0, pause: 0, bulkhead: 0, cache: 0, refresh: 0, hedge: 0 });
  }, 30_000);
});
