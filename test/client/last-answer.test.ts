import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { answerOf } from '../../src/client/index.ts';
import { NotFoundError } from '../../src/errors/index.ts';
import { calling } from './clients.ts';

describe('the last answer', () => {
  const { upstream, clientOf } = calling();
  const failing = { status: 503, json: { why: 'maintenance' } };

  const errorOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('stays behind the error once retries have ended', async () => {
    upstream().script([{ status: 500, body: 'first' }, failing]);

    const answer = answerOf(await errorOf(clientOf().get('/x')));

    expect(answer).toMatchObject({ status: 503, source: 'live', url: `${upstream().url}/x` });
    expect(await answer?.json()).toEqual({ why: 'maintenance' });
    expect(answer?.journal.attempts).toHaveLength(3);
  });

  it('is what the call gives with throwOnStatus: false, body and all', async () => {
    upstream().script([{ status: 500, body: 'first' }, failing]);

    const answer = await clientOf().get('/x', { throwOnStatus: false });

    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ why: 'maintenance' });
  });

  it('stays behind what upstreamErrors made of the error', async () => {
    upstream().respondWith({ status: 404, json: { id: 7 } });
    const upstreamErrors = { 404: () => new NotFoundError('No such product') };

    const error = await errorOf(clientOf({ upstreamErrors }).get('/x'));

    expect(error).toMatchObject({ code: 'not-found' });
    expect(await answerOf(error)?.json()).toEqual({ id: 7 });
  });

  it("stays behind the error that 'unavailable' made of it", async () => {
    upstream().respondWith({ status: 500, body: 'broken' });

    const error = await errorOf(clientOf({ upstreamErrors: 'unavailable' }).get('/x'));

    expect(error).toMatchObject({ status: 503 });
    expect(await answerOf(error)?.text()).toBe('broken');
  });

  it('stays behind an answer that was no JSON', async () => {
    upstream().respondWith('garbage');

    const error = await errorOf(clientOf({ throwOnStatus: false }).get('/x').json());

    expect(error).toMatchObject({ reason: 'invalid-json' });
    expect(await answerOf(error)?.text()).toMatch(/Maintenance/);
  });

  it.each(['reset', 'truncate', 'endless'] as const)('is none after %s', async (step) => {
    upstream().respondWith(step);

    expect(answerOf(await errorOf(clientOf().get('/x')))).toBeUndefined();
  });

  it.each([undefined, null, 'x', {}, new Error('x')])('is none behind %p', (error) => {
    expect(answerOf(error)).toBeUndefined();
  });

  it('is seen by nobody who prints or copies the error', async () => {
    upstream().respondWith({ status: 500, body: 'secret body', headers: { 'set-cookie': 'secret=1' } });

    const error = await errorOf(clientOf({ retry: false }).get('/x'));

    const told = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error)].join();
    expect(told).not.toMatch(/secret/);
  });
});

describe('answers in the place of others', () => {
  const { upstream, clientOf } = calling();

  beforeEach(() => upstream().respondWith({ status: 503 }));

  it('name the failure that a fallback stands in for', async () => {
    const answer = await clientOf({ fallback: { value: [] } }).get('/x');

    expect(answer).toMatchObject({ source: 'fallback', reason: 'dependency-unavailable' });
  });

  it('name the failure that an answer of another client stands in for', async () => {
    upstream().respondWith(({ url }) => (url === '/x' ? { status: 500 } : { json: 'other' }));
    const other = clientOf({ name: 'other' });

    const answer = await clientOf({ fallback: () => other.get('/y') }).get('/x');

    expect(answer).toMatchObject({ source: 'fallback', reason: 'dependency-failed' });
  });

  it('name the failure that an old one stands in for', async () => {
    const client = clientOf({ cache: { staleIfErrorMs: 60_000 }, retry: false });
    upstream().script([{ json: 1 }]);
    await client.get('/x');
    client.breaker?.forceOpen();

    expect(await client.get('/x')).toMatchObject({ source: 'stale', reason: 'circuit-open' });
  });

  it('are told from live ones, which name none', async () => {
    upstream().respondWith({ json: 1 });

    expect(await clientOf().get('/x')).toMatchObject({ source: 'live', reason: undefined });
  });
});

describe('answers that are thrown away', () => {
  const { upstream, clientOf } = calling();

  it('are read to their end, so that five retried 503s of 200 kB use one connection', async () => {
    let connections = 0;
    upstream().respondWith(() => {
      connections = Math.max(connections, upstream().openConnections);
      return { status: 503, body: 'x'.repeat(200_000) };
    });
    const retry = { maxRetries: 4, backoff: { baseMs: 0 } };

    await clientOf({ retry })
      .get('/x')
      .catch(() => undefined);

    expect([upstream().requests.length, connections]).toEqual([5, 1]);
  });

  it('are given up at the bound where they have no end', async () => {
    upstream().script(['endless', { json: 1 }]);

    await expect(clientOf().get('/x')).rejects.toMatchObject({ reason: 'too-large' });

    await upstream().connectionClosed();
  });

  it('go by their status where their body is longer than what is read', async () => {
    upstream().script([{ status: 503, body: 'x'.repeat(2_000) }, { json: 1 }]);

    const answer = await clientOf({ maxBodyBytes: 1_000 }).get('/x');

    expect(answer.journal.attempts).toMatchObject([{ status: 503, reason: 'too-large' }, { status: 200 }]);
  });
});
