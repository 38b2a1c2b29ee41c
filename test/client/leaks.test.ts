import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Client, createClient } from '../../src/client/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { fakeUpstream, manualClock, refusedUrl, type UpstreamStep } from '../../src/testing/index.ts';
import { runScript } from '../support/child.ts';
import { requestRecord } from '../support/records.ts';

const STEPS: readonly UpstreamStep[] = [{ json: 1 }, { status: 503 }, 'reset', 'truncate', { status: 404 }];
const CALLS = 1_000;

const inBatches = async (client: Client, signal: AbortSignal): Promise<void> => {
  for (let made = 0; made < CALLS; made += 50)
    await Promise.all(Array.from({ length: 50 }, () => client.get('/x', { signal }).catch(() => undefined)));
};

describe('after 1 000 calls of every outcome', () => {
  it('no timer and no listener is left, and the connections are closed with the client', async () => {
    const upstream = await fakeUpstream();
    const clock = manualClock();
    const { signal } = new AbortController();
    const record = requestRecord();
    let count = 0;
    upstream.respondWith(() => STEPS[count++ % STEPS.length] ?? 'hang');
    const client = createClient({
      name: 'catalog',
      baseUrl: upstream.url,
      clock,
      breaker: false,
      cache: { staleIfErrorMs: 1 },
      retry: { backoff: { baseMs: 0 } },
    });

    await runWithContext(record, () => inBatches(client, signal));
    await client.close();

    expect(clock.pendingTimers).toBe(0);
    expect([signal, record.signal].map((each) => getEventListeners(each, 'abort').length)).toEqual([0, 0]);
    while (upstream.openConnections > 0) await upstream.connectionClosed();
    await upstream.close();
  });

  it('no timer and no listener is left of connections that never stood', async () => {
    const clock = manualClock();
    const { signal } = new AbortController();
    const client = createClient({ name: 'catalog', baseUrl: await refusedUrl(), clock, retry: false });

    await inBatches(client, signal);

    expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
    await client.close();
  });
});

const runChild = async (script: string, ...args: string[]): Promise<readonly [number | null, string]> => {
  const { code, output } = await runScript(join(__dirname, 'fixtures', script), { args });
  return [code, output];
};

describe('a process with a client', () => {
  it.each(['close', 'leave'])(
    'exits by itself: %s',
    async (end) => {
      const upstream = await fakeUpstream();
      upstream.respondWith({ json: { id: 1 }, headers: { 'keep-alive': 'timeout=600' } });

      const ended = await runChild('one-call.ts', upstream.url, end);

      expect(ended).toEqual([0, '{"id":1}']);
      await upstream.close();
    },
    30_000,
  );

  it('exits by itself, and in peace, though it leaves streams unread', async () => {
    const upstream = await fakeUpstream();
    upstream.respondWith('endless');

    const ended = await runChild('stream-left.ts', upstream.url);

    expect(ended).toEqual([0, '200 200']);
    while (upstream.openConnections > 0) await upstream.connectionClosed();
    await upstream.close();
  }, 30_000);

  // In a process of its own: Jest's `process` does not hear of rejections.
  it('hears of a failed call only if nobody looks at it, and then once', async () => {
    const ended = await runChild('failed-calls.ts', await refusedUrl());

    expect(ended).toEqual([0, 'awaited 0, json 0, left alone 1']);
  }, 30_000);
});
