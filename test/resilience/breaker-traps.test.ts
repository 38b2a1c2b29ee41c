import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { createEventHub } from '../../src/events/index.ts';
import { breaker } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { down, guarded, opened } from './breaker-support.ts';
import { callOf } from './support.ts';

describe('what opossum does by default, and a circuit does not', () => {
  it('open at the first failure', async () => {
    const { fail, state } = guarded();

    await fail();

    expect(state()).toBe('closed');
  });

  it('stay closed at exactly half', async () => {
    const { fail, succeed, state } = guarded();

    await succeed(5);
    await fail(5);

    expect(state()).toBe('open');
  });

  it('wait for a burst to end before it counts its failures', async () => {
    const { begin, fail, runs, state } = guarded();
    for (let count = 0; count < 90; count += 1) begin();

    await fail(10);

    expect([state(), runs()]).toEqual(['open', 100]);
  });

  it('let the next call of the same turn pass after one that failed at once', async () => {
    let runs = 0;
    const circuit = breaker<string, string>({ name: 'catalog', consecutiveFailures: 1 });
    const run = circuit.policy(() => {
      runs += 1;
      throw down;
    });

    await Promise.allSettled([run('q', callOf()), run('q', callOf())]);

    expect(runs).toBe(1);
  });

  it('let refused calls dilute the share of failures', async () => {
    const { begin, fail, circuit } = await opened();
    for (let count = 0; count < 50; count += 1) await begin().end;

    circuit.forceClose();
    await fail();

    expect(circuit.snapshot()).toMatchObject({ state: 'open', successes: 0, failures: 1 });
  });

  it('try again after the same time for ever, in step with others', async () => {
    const waitsOf = async (random: () => number) => {
      const { clock, fail, circuit } = await opened({}, random);
      await clock.advance(1_000);
      await fail();
      return circuit.snapshot().retryAfterMs;
    };

    expect([await waitsOf(() => 0), await waitsOf(() => 0.5)]).toEqual([2_000, 1_800]);
  });

  it('carry old failures over a close', async () => {
    const { clock, fail, succeed, state } = await opened({ minimumCalls: 2, halfOpenCalls: 1 });
    await fail();
    const before = state();
    await clock.advance(1_000);
    await succeed();

    await fail();

    expect([before, state()]).toEqual(['open', 'closed']);
  });

  it('be wedged by a trial that hangs', async () => {
    const { clock, begin, succeed, state } = await opened({ halfOpenCalls: 1 });
    await clock.advance(1_000);
    begin();
    const refused = await begin().end;
    await clock.advance(30_000);

    await succeed();

    expect([refused, state()]).toMatchObject([{ error: { code: 'circuit-open' } }, 'closed']);
  });

  it('count what a listener throws', async () => {
    const events = createEventHub();
    for (const name of ['circuit.opened', 'circuit.half-open', 'circuit.closed'] as const)
      events.subscribe(name, () => {
        throw new Error('bug of a subscriber');
      });
    const { clock, succeed, fail, state } = await opened({ events });
    await clock.advance(1_000);

    await succeed(3);
    const before = state();
    await fail();

    expect([before, state()]).toEqual(['closed', 'open']);
  });

  it('mutate the options, nor share them', async () => {
    const options = Object.freeze({ name: 'catalog', clock: manualClock(), minimumCalls: 1 });
    const [one, other] = [breaker<string, string>(options), breaker<string, string>(options)];

    const failing = one.policy(() => Promise.reject(down));
    await expect(failing('q', callOf())).rejects.toBe(down);

    expect([one.snapshot().state, other.snapshot().state]).toEqual(['open', 'closed']);
  });

  it('take undefined for a failure', async () => {
    const circuit = breaker<string, undefined>({ name: 'catalog', minimumCalls: 1 });

    await circuit.policy(async () => undefined)('q', callOf());

    expect(circuit.snapshot()).toMatchObject({ successes: 1, failures: 0 });
  });

  it('abort the calls beside one that failed', async () => {
    const { begin, fail } = guarded({ minimumCalls: 1 });
    const sibling = begin();

    await fail();

    expect(await sibling.succeed()).toEqual({ value: 'answer' });
  });

  it('tell of a change in the context of another request', async () => {
    const storage = new AsyncLocalStorage<string>();
    const told: unknown[] = [];
    const given = guarded({
      minimumCalls: 1,
      openMs: 1_000,
      onStateChange: ({ to }) => told.push([to, storage.getStore()]),
    });
    await storage.run('first', () => given.fail());
    await given.clock.advance(1_000);

    await storage.run('second', () => given.succeed());

    expect(told).toEqual([
      ['open', 'first'],
      ['half-open', 'second'],
    ]);
  });
});

describe('a snapshot', () => {
  it('of an open circuit shows what opened it, for as long as it is open', async () => {
    const { succeed, fail, clock, circuit } = guarded({ minimumCalls: 4, openMs: 60_000 });
    await succeed(1);
    await fail(3);

    await clock.advance(50_000);

    expect(circuit.snapshot()).toMatchObject({ successes: 1, failures: 3, rate: 0.75, retryAfterMs: 10_000 });
  });

  it('of an idle circuit whose time is over shows it open, with nothing left to wait', async () => {
    const { clock, circuit } = await opened();

    await clock.advance(5_000);

    expect(circuit.snapshot()).toMatchObject({ state: 'open', retryAfterMs: 0 });
  });

  it('does not change afterwards', async () => {
    const { fail, circuit } = guarded();
    await fail();
    const before = circuit.snapshot();

    await fail();

    expect(before.failures).toBe(1);
  });
});
