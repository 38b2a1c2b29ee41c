import { once } from 'node:events';
import { createServer } from 'node:net';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { runWithContext } from '../../src/context/index.ts';
import { UpstreamTimeoutError } from '../../src/errors/index.ts';
import { type ManualClock, manualClock } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';
import { calling } from './clients.ts';

describe('the times of a call', () => {
  let clock: ManualClock;
  const { upstream, clientOf } = calling(() => ({
    retry: false,
    timeout: { totalMs: 500, attemptMs: 300, connectMs: 100 },
    clock,
  }));

  beforeEach(() => {
    upstream().respondWith('hang');
    clock = manualClock();
  });

  /** What a call ends in that was let alone for so long after its request had arrived. */
  const endAfter = async (ms: number, call: Promise<unknown>): Promise<unknown> => {
    const end = call.then(
      () => undefined,
      (error: unknown) => error,
    );
    await upstream().nextRequest();
    await clock.advance(ms);
    return end;
  };

  it('ends an attempt with the scope attempt, and its connection', async () => {
    const error = await endAfter(300, clientOf().get('/x'));

    expect(error).toMatchObject({ scope: 'attempt', reason: 'attempt-timeout', timeoutMs: 300 });
    await upstream().connectionClosed();
  });

  it('ends the whole call with the scope total, in the middle of an attempt', async () => {
    const backoff = { kind: 'constant', baseMs: 0 } as const;
    const client = clientOf({ retry: { maxRetries: 3, backoff } });

    const error = await endAfter(500, client.get('/x'));

    expect(error).toMatchObject({ scope: 'total', reason: 'total-timeout', timeoutMs: 500 });
    expect(error).toMatchObject({
      journal: { attempts: [{ number: 1 }, { number: 2 }], stopped: 'deadline' },
    });
    for (const _ of upstream().requests) await upstream().connectionClosed();
  });

  it('ends with the scope deadline when the time of the request is up', async () => {
    const call = runWithContext(requestRecord({ deadline: 200 }), () => clientOf().get('/x'));

    const error = await endAfter(201, call);

    expect(error).toMatchObject({ scope: 'deadline', reason: 'deadline', timeoutMs: 200 });
    await upstream().connectionClosed();
  });

  it('ends with the scope connect when no connection stands, which is retried like any failed attempt', async () => {
    // It accepts connections and says nothing: the handshake of TLS never ends.
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const address = mute.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const connected = once(mute, 'connection');
    const call = clientOf({ baseUrl: `https://127.0.0.1:${port}` })
      .get('/x')
      .catch((error: unknown) => error);
    const [socket] = await connected;

    await clock.advance(100);

    expect(await call).toMatchObject({ scope: 'connect', reason: 'connect-timeout', timeoutMs: 100 });
    socket.destroy();
    mute.close();
    await once(mute, 'close');
  });

  it.each([
    ['an AbortError', new DOMException('left', 'AbortError')],
    ['a TimeoutError of the platform', new DOMException('took too long', 'TimeoutError')],
    ['one of our own timeouts', new UpstreamTimeoutError('mine', { scope: 'attempt' })],
  ])("ends with the caller's own reason, whatever its name: %s", async (_which, reason) => {
    const caller = new AbortController();
    const client = clientOf();
    const call = client.get('/x', { signal: caller.signal });
    const rejected = expect(call).rejects.toBe(reason);
    await upstream().nextRequest();

    caller.abort(reason);

    await rejected;
    await upstream().connectionClosed();
    expect(client.breaker?.snapshot()).toMatchObject({ successes: 0, failures: 0 });
  });

  it('takes an answer in the time of the second attempt although the first one was ended', async () => {
    upstream().script(['hang', { json: { id: 2 } }]);
    const backoff = { kind: 'constant', baseMs: 0 } as const;
    const call = clientOf({ retry: { maxRetries: 1, backoff } })
      .get('/x')
      .json();
    await upstream().nextRequest();

    await clock.advance(300);

    expect(await call).toEqual({ id: 2 });
  });

  it.each([
    [269, 0],
    [270, 1],
  ])(
    'count %d ms of an attempt of 300, cut short by the deadline, as %d failures',
    async (deadline, failures) => {
      const client = clientOf();
      const caller = new AbortController();
      const call = runWithContext(requestRecord({ signal: caller.signal }), () => client.get('/x'));
      const end = call.catch(() => undefined);
      await upstream().nextRequest();
      await clock.advance(deadline);

      caller.abort(new UpstreamTimeoutError('the request', { scope: 'deadline' }));
      await end;

      expect(client.breaker?.snapshot()).toMatchObject({ failures });
    },
  );
});
