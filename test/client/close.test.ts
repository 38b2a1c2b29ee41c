import { describe, expect, it } from '@jest/globals';
import { createEventHub } from '../../src/events/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

describe('closing a client', () => {
  const { upstream, clientOf } = calling();

  it('waits for the retries of the calls under way', async () => {
    const [clock, events] = [manualClock(), createEventHub()];
    const client = clientOf({ clock, events, retry: { backoff: { kind: 'constant', jitter: 'none' } } });
    upstream().script([{ status: 503 }, { json: 'ok' }]);
    const failed = new Promise((resolve) => events.subscribe('attempt.failed', resolve));
    const order: string[] = [];
    const call = client.get('/x').then(({ status }) => order.push(`answered ${status}`));
    await failed;

    const closed = client.close().then(() => order.push('closed'));
    await clock.advance(100);
    await Promise.all([call, closed]);

    expect(order).toEqual(['answered 200', 'closed']);
  });

  it('waits for a call that was made just before, and for one of fetch', async () => {
    const client = clientOf();

    const calls = [client.get('/x'), client.fetch('/y').then((response) => response.text())];
    await client.close();

    await Promise.all(calls);
    expect(upstream().requests).toHaveLength(2);
  });

  it('refuses what is called from then on, at once, and counts it against nobody', async () => {
    const client = clientOf();
    upstream().respondWith('hang');
    const controller = new AbortController();
    const call = client.get('/x', { signal: controller.signal }).catch(() => 'left');
    await upstream().nextRequest();

    const closed = client.close();
    const late = client.get('/y');

    await expect(late).rejects.toMatchObject({
      reason: 'client-closed',
      journal: { attempts: [{ number: 1 }], stopped: 'not-retryable' },
    });
    expect(client.breaker?.snapshot()).toMatchObject({ failures: 0, successes: 0 });
    controller.abort();
    await expect(call).resolves.toBe('left');
    await closed;
  });

  it('can be asked again, and does not leave its callers unheard', async () => {
    const client = clientOf();
    const wrong = client.get('/:id');

    await Promise.all([client.close(), expect(wrong).rejects.toThrow(TypeError)]);

    await expect(client.close()).resolves.toBeUndefined();
  });
});
