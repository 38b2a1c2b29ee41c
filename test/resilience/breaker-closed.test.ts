import { describe, expect, it } from '@jest/globals';
import { BulkheadFullError, NotFoundError } from '../../src/errors/index.ts';
import { down, guarded } from './breaker-support.ts';
import { callOf, errorOf } from './support.ts';

describe('closed circuit', () => {
  it('opens when the failure rate reaches its threshold', async () => {
    const { succeed, fail, state } = guarded();
    await succeed(5);

    await fail(5);

    expect(state()).toBe('open');
  });

  it('stays closed below the threshold', async () => {
    const { succeed, fail, state } = guarded();
    await succeed(6);

    await fail(5);

    expect(state()).toBe('closed');
  });

  it('opens at exactly the threshold where the rate has no exact binary fraction', async () => {
    const { succeed, fail, state } = guarded({ failureRateThreshold: 0.07, minimumCalls: 100 });
    await succeed(93);

    await fail(7);

    expect(state()).toBe('open');
  });

  it('stays closed below the minimum of calls', async () => {
    const { fail, state } = guarded();

    await fail(9);

    expect(state()).toBe('closed');
  });

  it('does not count calls that are still under way', async () => {
    const { begin, fail, state } = guarded();
    for (let count = 0; count < 20; count += 1) begin();

    await fail(10);

    expect(state()).toBe('open');
  });

  it('forgets outcomes that the window has left', async () => {
    const { clock, fail, state, circuit } = guarded();
    await fail(9);

    await clock.advance(10_000);
    await fail(9);

    expect([state(), circuit.snapshot().failures]).toEqual(['closed', 9]);
  });

  it('keeps outcomes as long as the window lasts', async () => {
    const { clock, fail, state } = guarded();
    await fail(9);

    await clock.advance(9_999);
    await fail(1);

    expect(state()).toBe('open');
  });

  it('opens at a number of failures, however many the calls', async () => {
    const { succeed, fail, state } = guarded({ failureRateThreshold: false, failureThreshold: 3 });
    await succeed(100);

    await fail(3);

    expect(state()).toBe('open');
  });

  it('opens at a number of failures in a row', async () => {
    const { succeed, fail, state } = guarded({ failureRateThreshold: false, consecutiveFailures: 3 });
    await fail(2);
    await succeed();
    await fail(2);
    const before = state();

    await fail(1);

    expect([before, state()]).toEqual(['closed', 'open']);
  });

  it('never opens by a rule that is switched off', async () => {
    const { fail, state } = guarded({ failureRateThreshold: false, failureThreshold: 201 });

    await fail(200);

    expect(state()).toBe('closed');
  });

  it('counts a business error as a success', async () => {
    const { begin, circuit } = guarded();

    await begin().fail(new NotFoundError('No such product'));

    expect(circuit.snapshot()).toMatchObject({ successes: 1, failures: 0 });
  });

  it('counts a refusal for nothing', async () => {
    const { begin, circuit } = guarded();

    await begin().fail(new BulkheadFullError());

    expect(circuit.snapshot()).toMatchObject({ successes: 0, failures: 0 });
  });

  it("counts a caller's abort for nothing", async () => {
    const { circuit } = guarded();
    const reason = new Error('left');
    const run = circuit.policy(() => Promise.reject(reason));

    await errorOf(run('q', callOf({ signal: AbortSignal.abort(reason) })));

    expect(circuit.snapshot()).toMatchObject({ successes: 0, failures: 0 });
  });

  it('lets classify decide, and its undefined leave it to the built-in rule', async () => {
    const { begin, fail, circuit } = guarded({
      classify: (settled) => ('value' in settled ? 'failure' : undefined),
    });

    await begin().succeed();
    await fail();

    expect(circuit.snapshot()).toMatchObject({ successes: 0, failures: 2 });
  });

  it('passes values and errors through unchanged', async () => {
    const { begin } = guarded();

    expect([await begin().succeed(), await begin().fail()]).toEqual([{ value: 'answer' }, { error: down }]);
  });
});
