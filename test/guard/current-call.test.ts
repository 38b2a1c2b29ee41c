import { describe, expect, it } from '@jest/globals';
import { bindContext, runWithContext, tryGetContext } from '../../src/context/index.ts';
import { currentCall, type ProtectedCall, protect, tryGetCurrentCall } from '../../src/guard/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

const steady = { kind: 'constant', baseMs: 100, jitter: 'none' } as const;

describe('currentCall', () => {
  it('is the call that the function was given, after waits too', async () => {
    const seen: unknown[] = [];
    const run = protect(
      async (call) => {
        seen.push(currentCall() === call);
        await Promise.resolve();
        seen.push(currentCall() === call);
      },
      { name: 'db' },
    );

    await run();

    expect(seen).toEqual([true, true]);
  });

  it('is the innermost of several, and the outer one again after it', async () => {
    const inner = protect(() => currentCall().name, { name: 'inner' });
    const outer = protect(async () => [currentCall().name, await inner(), currentCall().name], {
      name: 'outer',
    });

    expect(await outer()).toEqual(['outer', 'inner', 'outer']);
  });

  it('is that of each attempt', async () => {
    const clock = manualClock();
    const seen: (number | undefined)[] = [];
    const run = protect(
      () => {
        seen.push(currentCall().attempt);
        throw new Error('down');
      },
      { name: 'db', clock, retry: { maxRetries: 2, backoff: steady } },
    );
    const ended = run().catch(() => undefined);

    await clock.advance(200);

    await ended;
    expect(seen).toEqual([1, 2, 3]);
  });

  it('keeps calls apart that run at once, and from the record of the request', async () => {
    const names = ['a', 'b'];
    const runs = names.map((name) =>
      protect(
        async () => {
          await Promise.resolve();
          return [currentCall().name, tryGetContext()?.requestId];
        },
        { name },
      ),
    );

    const seen = await runWithContext(requestRecord({ requestId: 'r-1' }), () =>
      Promise.all(runs.map((run) => run())),
    );

    expect(seen).toEqual([
      ['a', 'r-1'],
      ['b', 'r-1'],
    ]);
  });

  it('goes with a bound callback', async () => {
    let later: (() => ProtectedCall | undefined) | undefined;
    const run = protect(
      () => {
        later = bindContext(() => tryGetCurrentCall());
      },
      { name: 'db' },
    );

    await run();

    expect([later?.()?.name, tryGetCurrentCall()]).toEqual(['db', undefined]);
  });

  it('throws outside a guarded function, where tryGetCurrentCall() gives undefined', () => {
    expect(() => currentCall()).toThrow(/^currentCall: no guarded function runs here/);
    expect(tryGetCurrentCall()).toBeUndefined();
  });

  it('is not there for the fallback, which is no part of an attempt', async () => {
    const run = protect(
      (): ProtectedCall | undefined => {
        throw new Error('down');
      },
      { name: 'db', fallback: () => tryGetCurrentCall() },
    );

    expect(await run()).toBeUndefined();
  });
});
