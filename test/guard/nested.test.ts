import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { type ProtectedCall, protect } from '../../src/guard/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

/** Ends when the call's signal aborts, as a driver does that was handed it. */
const untilAborted = (call: ProtectedCall): Promise<string> =>
  new Promise((_resolve, reject) => {
    call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true });
  });

describe('a protected function that another one calls', () => {
  it('ends with the call around it, whose slot comes free', async () => {
    const clock = manualClock();
    let signal: AbortSignal | undefined;
    const inner = protect(
      (call) => {
        signal = call.signal;
        return untilAborted(call);
      },
      { name: 'inner', clock, timeout: { totalMs: 2_000 } },
    );
    const outer = protect(() => inner(), { name: 'outer', clock, timeout: { totalMs: 100 } });
    const rejected = expect(outer()).rejects.toMatchObject({ dependency: 'outer', scope: 'total' });

    await clock.advance(100);

    await rejected;
    expect([signal?.aborted, inner.bulkhead?.snapshot().active, outer.bulkhead?.snapshot().active]).toEqual([
      true,
      0,
      0,
    ]);
  });

  it.each([
    [150, 100],
    [60, 60],
  ])('has the nearer of two deadlines: %i ms of its own, within 100', async (totalMs, expected) => {
    const clock = manualClock();
    const inner = protect((call) => call.deadline, { name: 'inner', clock, timeout: { totalMs } });
    const outer = protect(() => inner(), { name: 'outer', clock, timeout: { totalMs: 100 } });

    expect(await outer()).toBe(expected);
  });

  it('keeps to the deadline of the request where that is nearer', async () => {
    const clock = manualClock();
    const inner = protect((call) => call.deadline, { name: 'inner', clock });
    const outer = protect(() => inner(), { name: 'outer', clock, timeout: { totalMs: 100 } });

    expect(await runWithContext(requestRecord({ deadline: 70 }), () => outer())).toBe(70);
  });

  it('reads no deadline of another clock', async () => {
    const inner = protect((call) => call.deadline, {
      name: 'inner',
      clock: manualClock(5_000),
      timeout: { totalMs: 2_000 },
    });
    const outer = protect(() => inner(), { name: 'outer', clock: manualClock(), timeout: { totalMs: 100 } });

    expect(await outer()).toBe(7_000);
  });

  it('leaves no listener at the call around it', async () => {
    const inner = protect(() => 'done', { name: 'inner' });
    const outer = protect(
      async (call) => {
        // By now the outer call listens too.
        await Promise.resolve();
        const before = getEventListeners(call.signal, 'abort').length;
        await inner();
        return getEventListeners(call.signal, 'abort').length - before;
      },
      { name: 'outer' },
    );

    expect(await outer()).toBe(0);
  });

  it('goes its own way when it begins after the call around it has ended', async () => {
    const clock = manualClock();
    const inner = protect((call) => call.deadline, { name: 'inner', clock, timeout: { totalMs: 2_000 } });
    let later: Promise<number | undefined> | undefined;
    const outer = protect(
      () => {
        later = new Promise((resolve) => {
          clock.setTimer(() => resolve(inner()), 500);
        });
      },
      { name: 'outer', clock, timeout: { totalMs: 100 } },
    );
    await outer();

    await clock.advance(500);

    expect(await later).toBe(2_500);
  });
});

describe('a client that a protected function calls', () => {
  it('ends with the call around it', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    // A server that listens on a port has an address of this kind.
    const { port } = server.address() as AddressInfo;
    const clock = manualClock();
    const client = createClient({ name: 'catalog', baseUrl: `http://127.0.0.1:${port}`, clock });
    let asked: Promise<unknown> | undefined;
    const outer = protect(
      () => {
        asked = client.get('/slow').then(
          () => 'answered',
          (error: unknown) => error,
        );
        return asked;
      },
      { name: 'outer', clock, timeout: { totalMs: 100 } },
    );
    const rejected = expect(outer()).rejects.toMatchObject({ dependency: 'outer', scope: 'total' });
    await once(server, 'request');

    await clock.advance(100);

    await rejected;
    expect(await asked).toMatchObject({ dependency: 'outer', scope: 'total' });
    server.closeAllConnections();
    await client.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
