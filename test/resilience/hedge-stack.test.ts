import { describe, expect, it } from '@jest/globals';
import { NotFoundError, UpstreamResponseError } from '../../src/errors/index.ts';
import type { AttemptHedged } from '../../src/events/index.ts';
import { down, stacked, won } from './hedge-support.ts';
import { callOf, endOf, errorOf } from './support.ts';

describe('a hedge in a stack', () => {
  it('is off by default', async () => {
    const { run, clock, started } = stacked({ hedge: undefined });
    void endOf(run('q', callOf()));

    await clock.advance(2_000);

    expect(started.length).toBe(1);
  });

  it('tells of each hedge', async () => {
    const parts = stacked();
    const told: AttemptHedged[] = [];
    parts.events.subscribe('attempt.hedged', (event) => told.push(event));

    await won(parts, callOf());

    expect(told).toEqual([{ dependency: 'catalog', attempt: 1, hedge: 1, afterMs: 100 }]);
    expect(Object.isFrozen(told[0])).toBe(true);
  });

  it('is neutral for the breaker when it loses, whatever the app thinks of errors', async () => {
    const classify = ({ error }: { error?: unknown }) => (error === undefined ? 'success' : 'failure');
    const parts = stacked({ classify });

    await won(parts, callOf());

    expect(parts.breaker?.snapshot()).toMatchObject({ successes: 1, failures: 0 });
  });

  it('counts each attempt that failed by itself for the breaker', async () => {
    const { run, clock, started, breaker } = stacked();
    const end = endOf(run('q', callOf()));
    await clock.advance(100);
    started[0]?.gate.reject(down);
    started[1]?.gate.reject(down);
    await end;

    expect(breaker?.snapshot()).toMatchObject({ successes: 0, failures: 2 });
  });

  it('holds the slot of a loser until that has truly ended', async () => {
    const parts = stacked({}, {}, { deaf: true });
    await won(parts, callOf());
    const whileGoingOn = parts.bulkhead?.snapshot().active;

    parts.started[0]?.gate.resolve('too late');
    await parts.clock.advance(0);

    expect([whileGoingOn, parts.bulkhead?.snapshot().active]).toEqual([1, 0]);
  });

  it('is no outcome of its call when the bulkhead is full', async () => {
    const { run, clock, started } = stacked({ bulkhead: { maxConcurrent: 1, maxQueue: 0 } });
    const call = callOf();
    const end = endOf(run('q', call));
    await clock.advance(200);

    started[0]?.gate.resolve('attempt');

    expect([await end, started.length, call.journal.snapshot().attempts.length]).toEqual([
      { value: 'attempt' },
      1,
      1,
    ]);
  });

  it('waits for no place, and for its clock until its attempt has one', async () => {
    const { run, clock, started } = stacked({ bulkhead: { maxConcurrent: 2, maxQueue: 5 } });
    const ends = Array.from({ length: 5 }, () => endOf(run('q', callOf())));
    await clock.advance(150);
    const late = endOf(run('q', callOf()));
    for (let number = 0; number < 6; number += 1) {
      started[number]?.gate.resolve('answer');
      await clock.advance(10);
    }

    expect([await Promise.all(ends), await late, started.length]).toEqual([
      Array(5).fill({ value: 'answer' }),
      { value: 'answer' },
      6,
    ]);
  });

  it('costs nothing and is told to nobody where it is refused', async () => {
    const budget = { ratio: 0, minPerSecond: 1, windowMs: 1_000 };
    const options = { retry: { maxRetries: 0, budget }, bulkhead: { maxConcurrent: 2, maxQueue: 0 } };
    const { run, clock, started, events } = stacked(options);
    const told: unknown[] = [];
    events.subscribe('attempt.hedged', (event) => told.push(event));
    const ends = [endOf(run('q', callOf())), endOf(run('q', callOf()))];
    await clock.advance(100);
    const whileFull = told.length;
    for (const { gate } of started) gate.resolve('answer');
    await Promise.all(ends);

    void endOf(run('q', callOf()));
    await clock.advance(100);

    expect([whileFull, told.length, started.length]).toEqual([0, 1, 4]);
  });

  it('is no outcome of its call when the circuit is open', async () => {
    const { run, clock, started, breaker } = stacked();
    const end = endOf(run('q', callOf()));
    await clock.advance(50);
    breaker?.forceOpen();
    await clock.advance(100);

    started[0]?.gate.resolve('attempt');

    expect([await end, started.length]).toEqual([{ value: 'attempt' }, 1]);
  });

  it('shares its budget with the retries', async () => {
    const budget = { ratio: 0, minPerSecond: 1, windowMs: 1_000 };
    const parts = stacked({ retry: { budget, maxRetries: 1, backoff: { baseMs: 0 } } });
    await won(parts, callOf());
    const call = callOf();
    const end = errorOf(parts.run('q', call));
    await parts.clock.advance(0);

    parts.started[2]?.gate.reject(down);

    expect([await end, call.journal.snapshot().stopped]).toEqual([down, 'budget']);
  });

  it('takes a business error for the answer that it is', async () => {
    const missing = new NotFoundError('No such product');
    const { run, clock, started } = stacked();
    const end = errorOf(run('q', callOf()));
    await clock.advance(100);

    started[1]?.gate.reject(missing);
    await clock.advance(0);

    expect([await end, started[0]?.call.signal.aborted]).toEqual([missing, true]);
  });

  it('takes what proves the dependency alive for an answer', async () => {
    const gone = new UpstreamResponseError('410', { upstreamStatus: 410 });
    const { run, clock, started } = stacked({
      classify: ({ error }) => (error === gone ? 'success' : undefined),
    });
    const end = errorOf(run('q', callOf()));
    await clock.advance(100);

    started[1]?.gate.reject(gone);
    await clock.advance(0);

    expect([await end, started[0]?.call.signal.aborted]).toEqual([gone, true]);
  });

  it.each([
    [undefined, 1],
    [false, 2],
  ])(
    'is kept to one attempt for a caller who tries again with crossHopGuard %p',
    async (crossHopGuard, count) => {
      const { run, clock, started } = stacked({ retry: { maxRetries: 0, crossHopGuard } });
      void endOf(run('q', callOf({ servesRetry: true })));

      await clock.advance(150);

      expect(started.length).toBe(count);
    },
  );

  it('asks the owner of the stack whether a request may be made twice', async () => {
    const { run, clock, started } = stacked({}, { mayHedge: (request) => request === 'read' });
    void endOf(run('write', callOf()));
    await clock.advance(150);
    const writes = started.length;
    void endOf(run('read', callOf()));

    await clock.advance(150);

    expect([writes, started.length - writes]).toEqual([1, 2]);
  });
});
