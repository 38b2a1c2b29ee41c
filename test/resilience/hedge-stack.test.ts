import { describe, expect, it } from '@jest/globals';
import { NotFoundError, UpstreamResponseError } from '../../src/errors/index.ts';
import { type AttemptHedged, createEventHub } from '../../src/events/index.ts';
import type { Call } from '../../src/policy/index.ts';
import type { ResilienceOptions, StackRules } from '../../src/resilience/index.ts';
import { gated } from './hedge-support.ts';
import { callOf, endOf, errorOf, stackOf } from './support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });

/** A stack that hedges after 100 ms and does not retry unless asked to, around an operation that the test ends. */
const stacked = (
  options: ResilienceOptions<string, string> = {},
  rules: StackRules<string, string> = {},
  kind: { readonly deaf?: boolean } = {},
) => {
  const { started, operation } = gated(kind);
  const events = createEventHub();
  const all = { hedge: { afterMs: 100 }, retry: false, ...options } as const;
  return { started, events, ...stackOf({ operation, calls: [] }, all, { rules, events }) };
};

/** A call that the hedge answers after another 20 ms. */
const won = async (
  { run, clock, started }: Pick<ReturnType<typeof stacked>, 'run' | 'clock' | 'started'>,
  call: Call,
): Promise<unknown> => {
  const end = endOf(run('q', call));
  await clock.advance(120);
  started[1]?.gate.resolve('hedge');
  await clock.advance(0);
  return end;
};

describe('a hedge in a stack', () => {
  it('is off by default', async () => {
    const { run, clock, started } = stacked({ hedge: undefined });
    void endOf(run('q', callOf()));

    await clock.advance(2_000);

    expect(started.length).toBe(1);
  });

  it('writes both attempts into the journal, and the winner as what it was', async () => {
    const parts = stacked();
    const call = callOf();

    const end = await won(parts, call);

    expect([end, call.journal.snapshot()]).toEqual([
      { value: 'hedge' },
      {
        attempts: [
          {
            number: 1,
            status: undefined,
            code: 'hedge-lost',
            reason: 'hedge-lost',
            durationMs: 120,
            waitMs: 0,
          },
          {
            number: 1,
            hedge: 1,
            status: undefined,
            code: undefined,
            reason: undefined,
            durationMs: 20,
            waitMs: 0,
          },
        ],
        stopped: 'success',
      },
    ]);
  });

  it('writes a failed attempt beside the one that answered, with its status', async () => {
    const statusOf = ({ error }: { error?: unknown }) => (error === undefined ? 200 : 503);
    const { run, clock, started } = stacked({}, { statusOf });
    const call = callOf();
    const end = endOf(run('q', call));
    await clock.advance(100);
    started[0]?.gate.reject(down);
    await clock.advance(50);
    started[1]?.gate.resolve('hedge');
    await end;

    const { attempts } = call.journal.snapshot();

    expect(attempts).toMatchObject([
      { number: 1, reason: 'status-503', code: 'dependency-unavailable', status: 503, durationMs: 100 },
      { number: 1, hedge: 1, reason: undefined, status: 200, durationMs: 50 },
    ]);
  });

  it('writes a lost hedge after the attempt that it was started beside, each once', async () => {
    const { run, clock, started } = stacked({ hedge: { afterMs: 100, maxHedges: 2 } });
    const call = callOf();
    const end = endOf(run('q', call));
    await clock.advance(200);
    started[0]?.gate.resolve('attempt');
    await end;

    const { attempts } = call.journal.snapshot();

    expect(attempts.map(({ hedge, reason }) => [hedge, reason])).toEqual([
      [1, 'hedge-lost'],
      [2, 'hedge-lost'],
      [undefined, undefined],
    ]);
  });

  it('writes those that take no part in the order they were started', async () => {
    const { run, clock, started } = stacked({ hedge: { afterMs: 100, maxHedges: 2 } });
    const call = callOf();
    const end = endOf(run('q', call));
    await clock.advance(200);
    started[1]?.gate.reject(down);
    await clock.advance(0);
    started[2]?.gate.resolve('second hedge');
    await end;

    const { attempts } = call.journal.snapshot();

    expect(attempts.map(({ hedge, reason }) => [hedge, reason])).toEqual([
      [undefined, 'hedge-lost'],
      [1, 'status-503'],
      [2, undefined],
    ]);
  });

  it('hedges each attempt of a call anew, under its number', async () => {
    const backoff = { kind: 'constant', baseMs: 10, jitter: 'none' } as const;
    const { run, clock, started } = stacked({ retry: { maxRetries: 1, backoff } });
    const call = callOf();
    const end = endOf(run('q', call));
    await clock.advance(100);
    started[0]?.gate.reject(down);
    started[1]?.gate.reject(down);
    await clock.advance(10 + 100);

    started[3]?.gate.resolve('hedge of the retry');

    expect(await end).toEqual({ value: 'hedge of the retry' });
    expect(call.journal.snapshot().attempts.map(({ number, hedge }) => [number, hedge])).toEqual([
      [1, 1],
      [1, undefined],
      [2, undefined],
      [2, 1],
    ]);
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

  it('ends with the total time, every attempt in the journal', async () => {
    const { run, clock, started } = stacked({ timeout: { totalMs: 200 } });
    const call = callOf();
    const end = errorOf(run('q', call));

    await clock.advance(200);

    expect([await end, started.map(({ call: { signal } }) => signal.aborted)]).toMatchObject([
      { scope: 'total' },
      [true, true],
    ]);
    expect(call.journal.snapshot().attempts.map(({ hedge, reason }) => [hedge, reason])).toEqual([
      [1, 'attempt-timeout'],
      [undefined, 'attempt-timeout'],
    ]);
  });
});
