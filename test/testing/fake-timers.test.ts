import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';
import { fakeUpstream, manualClock } from '../../src/testing/index.ts';

describe("Jest's fake timers beside the manual clock", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('leave a client alone where queueMicrotask, which undici lives by, is not faked', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    const clock = manualClock();
    const upstream = await fakeUpstream({ clock });
    upstream.script([503, 'hang', { json: { id: 1 }, delayMs: 100 }]);
    const retry = { backoff: { baseMs: 1_000, jitter: 'none' } } as const;
    const client = createClient({ name: 'catalog', baseUrl: upstream.url, clock, retry });

    const body = await clock.runUntil(client.get('/x').json());

    await client.close();
    await upstream.close();
    expect([body, clock.now()]).toEqual([{ id: 1 }, 6_100]);
  });
});
