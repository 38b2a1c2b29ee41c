import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StateChange } from '../../src/resilience/index.ts';
import { failureOf, type Scene, scene } from './support.ts';

const breaker = {
  minimumCalls: 4,
  openMs: 5_000,
  openGrowth: 2,
  maxOpenMs: 15_000,
  openJitter: 0,
  halfOpenCalls: 2,
};

describe('the circuit of a dependency that fails', () => {
  let built: Scene;
  let changes: (readonly [at: number, from: string, to: string, reason: string])[];

  beforeEach(async () => {
    changes = [];
    built = await scene({
      retry: false,
      breaker: {
        ...breaker,
        onStateChange: ({ from, to, reason }: StateChange) =>
          changes.push([built.clock.now(), from, to, reason]),
      },
    });
  });

  afterEach(() => built.close());

  const fail = async (calls: number): Promise<void> => {
    for (let made = 0; made < calls; made += 1) await failureOf(built.client.get('/x'));
  };

  it('opens at its rule, and from then on nobody is asked', async () => {
    built.upstream.respondWith(503);

    await fail(6);

    expect(changes).toEqual([[0, 'closed', 'open', 'failure-rate']]);
    expect(built.upstream.requests).toHaveLength(4);
  });

  it('refuses with the time that is left, to the millisecond', async () => {
    built.upstream.respondWith(503);
    await fail(4);
    await built.clock.advance(4_999);

    const refused = await failureOf(built.client.get('/x'));

    expect(refused).toMatchObject({ code: 'circuit-open', status: 503, retryAfterMs: 1 });
    expect(built.upstream.requests).toHaveLength(4);
  });

  it('half-opens after its open time and closes after the successes that it asks for', async () => {
    built.upstream.script([503, 503, 503, 503, 200]);
    await fail(4);
    await built.clock.advance(5_000);

    await built.client.get('/x');
    const afterOne = built.client.breaker?.snapshot().state;
    await built.client.get('/x');

    expect(afterOne).toBe('half-open');
    expect(changes).toEqual([
      [0, 'closed', 'open', 'failure-rate'],
      [5_000, 'open', 'half-open', 'open-time-passed'],
      [5_000, 'half-open', 'closed', 'trials-succeeded'],
    ]);
    expect(built.client.breaker?.snapshot()).toMatchObject({ state: 'closed', failures: 0, successes: 0 });
  });

  it('opens again with each failed trial, for longer each time up to the longest', async () => {
    built.upstream.respondWith('reset');
    await fail(4);
    for (const openMs of [5_000, 10_000, 15_000]) {
      await built.clock.advance(openMs - 1);
      await fail(1);
      await built.clock.advance(1);
      await fail(1);
    }

    expect(built.upstream.requests).toHaveLength(7);
    expect(changes.filter(([, , to]) => to === 'open')).toEqual([
      [0, 'closed', 'open', 'failure-rate'],
      [5_000, 'half-open', 'open', 'trial-failed'],
      [15_000, 'half-open', 'open', 'trial-failed'],
      [30_000, 'half-open', 'open', 'trial-failed'],
    ]);
    expect(built.client.breaker?.snapshot()).toMatchObject({ state: 'open', retryAfterMs: 15_000 });
  });

  it('stays open for the first time again after it was closed', async () => {
    built.upstream.script([503, 503, 503, 503, 503, 200, 200, 503]);
    await fail(4);
    await built.clock.advance(5_000);
    await fail(1);
    await built.clock.advance(10_000);
    await built.client.get('/x');
    await built.client.get('/x');

    await fail(4);

    expect(built.client.breaker?.snapshot()).toMatchObject({ state: 'open', retryAfterMs: 5_000 });
  });

  it('admits no more trials at once than decide, and is not wedged by one that hangs', async () => {
    built.upstream.script([503, 503, 503, 503, 'hang', 'hang', 200]);
    await fail(4);
    await built.clock.advance(5_000);
    const trials = [failureOf(built.client.get('/x')), failureOf(built.client.get('/x'))];

    const third = await failureOf(built.client.get('/x'));
    await built.clock.runUntil(Promise.all(trials));

    expect(third).toHaveProperty('code', 'circuit-open');
    expect(await Promise.all(trials)).toMatchObject([{ scope: 'attempt' }, { scope: 'attempt' }]);
    await built.clock.advance(10_000);
    expect((await built.client.get('/x')).status).toBe(200);
  });
});
