import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ManualClock, manualClock } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

describe('a fault of the dependency', () => {
  let clock: ManualClock;
  const { upstream, clientOf } = calling(() => ({ retry: false, clock }));

  beforeEach(() => {
    clock = manualClock();
  });

  it('garbage is the failure of the attempt where JSON is asked of the call', async () => {
    upstream().respondWith('garbage');
    const client = clientOf();

    await client
      .get('/x')
      .json()
      .catch(() => undefined);
    await client.get('/x').text();

    expect(client.breaker?.snapshot()).toMatchObject({ failures: 1, successes: 1 });
  });

  it('a redirect is an error where JSON is asked of the call, not retried, of an upstream that is alive', async () => {
    upstream().respondWith({ status: 302, json: { login: true } });
    const client = clientOf({ retry: { backoff: { baseMs: 0 } } });

    const call = client.get('/x').json();

    await expect(call).rejects.toMatchObject({
      name: 'UpstreamResponseError',
      reason: 'status-302',
      upstreamStatus: 302,
      status: 502,
      journal: { attempts: [{ status: 302 }], stopped: 'not-retryable' },
    });
    expect(client.breaker?.snapshot()).toMatchObject({ failures: 0, successes: 1 });
  });

  it('a redirect is an error where JSON is asked of the answer', async () => {
    upstream().respondWith({ status: 302, json: { login: true } });
    const answer = await clientOf().get('/x');

    const json = answer.json();

    await expect(json).rejects.toMatchObject({ reason: 'status-302' });
    expect([answer.ok, answer.status]).toEqual([false, 302]);
  });

  it('a redirect is not answered from the cache', async () => {
    upstream().script([{ json: { id: 1 } }, { status: 302, json: {} }]);
    const client = clientOf({ cache: { staleIfErrorMs: 60_000 } });
    await client.get('/x').json();

    const call = client.get('/x').json();

    await expect(call).rejects.toMatchObject({ reason: 'status-302' });
  });

  it('garbage is an error where JSON is asked of the answer', async () => {
    upstream().respondWith('garbage');
    const answer = await clientOf().get('/x');

    const json = answer.json();

    await expect(json).rejects.toMatchObject({ reason: 'invalid-json', journal: { stopped: 'success' } });
  });

  it('no answer in the time of an attempt closes the socket', async () => {
    upstream().respondWith('hang');
    const call = clientOf({ timeout: { attemptMs: 300 } }).get('/x');
    const rejected = expect(call).rejects.toMatchObject({
      name: 'UpstreamTimeoutError',
      scope: 'attempt',
      timeoutMs: 300,
      status: 504,
    });
    await upstream().nextRequest();

    await clock.advance(300);

    await rejected;
    await upstream().connectionClosed();
  });

  it('a body that does not end in the time of the call closes the socket', async () => {
    upstream().respondWith('endless');
    const call = clientOf({ timeout: { totalMs: 500, attemptMs: 500 }, maxBodyBytes: 1e15 }).get('/x');
    const rejected = expect(call).rejects.toMatchObject({ name: 'UpstreamTimeoutError', status: 504 });
    await upstream().nextRequest();

    await clock.advance(500);

    await rejected;
    await upstream().connectionClosed();
  });

  it("a call's own limits win over the client's", async () => {
    upstream().respondWith('hang');
    const call = clientOf().get('/x', { timeout: { totalMs: 40 } });
    const rejected = expect(call).rejects.toMatchObject({ timeoutMs: 40 });
    await upstream().nextRequest();

    await clock.advance(40);

    await rejected;
  });

  it('a body of the largest size is read, one byte more is not', async () => {
    upstream().script([{ body: 'x'.repeat(100) }, { body: 'x'.repeat(101) }]);
    const client = clientOf({ maxBodyBytes: 100 });

    const fits = await client.get('/x').text();

    expect(fits).toHaveLength(100);
    await expect(client.get('/x')).rejects.toMatchObject({ reason: 'too-large' });
  });

  it('a caller who leaves gets its own reason, the breaker hears nothing, and the socket is closed', async () => {
    upstream().respondWith('hang');
    const controller = new AbortController();
    const reason = { any: 'value' };
    const client = clientOf();
    const rejected = expect(client.get('/x', { signal: controller.signal })).rejects.toBe(reason);
    await upstream().nextRequest();

    controller.abort(reason);

    await rejected;
    await upstream().connectionClosed();
    expect(client.breaker?.snapshot()).toMatchObject({ failures: 0, successes: 0 });
  });

  it('a caller who has left already asks nobody', async () => {
    const reason = new Error('left');

    await expect(clientOf().get('/x', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(upstream().requests).toEqual([]);
  });
});
