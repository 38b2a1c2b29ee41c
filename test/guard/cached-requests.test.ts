import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createClient } from '../../src/client/index.ts';
import {
  noteStale,
  type RequestContext,
  requestContext,
  runWithContext,
  tryGetContext,
} from '../../src/context/index.ts';
import { CircuitOpenError } from '../../src/errors/index.ts';
import { cached, currentCall, protect, tryGetCurrentCall } from '../../src/guard/index.ts';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';
import { deferred } from '../resilience/support.ts';
import { requestRecord } from '../support/records.ts';
import { scripted } from './cached-support.ts';
import { decorate } from './guarded-support.ts';

const down = new Error('down');
const never = () => new Promise<never>(() => undefined);

describe('a call of a cached function that serves a request', () => {
  it('ends with the request, with its own reason, though an old value is there', async () => {
    const controller = new AbortController();
    const { run } = scripted([1, never]);
    await run('tea');
    const record = requestRecord({ signal: controller.signal });
    const left = runWithContext(record, () => run('tea'));
    await new Promise(setImmediate);

    controller.abort('left');

    await expect(left).rejects.toBe('left');
  });

  it('does not begin where nobody waits any longer', async () => {
    const { run, calls } = scripted([1], { ttlMs: 1_000 });
    await run('tea');
    const record = requestRecord({ signal: AbortSignal.abort('left') });

    await expect(runWithContext(record, () => run('tea'))).rejects.toBe('left');

    expect(calls).toHaveLength(1);
  });

  it('leaves no listener at its signal', async () => {
    const { signal } = new AbortController();
    const { run } = scripted([1]);

    await runWithContext(requestRecord({ signal }), () => run('tea'));

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('goes on for those who still wait when the first one leaves', async () => {
    const answer = deferred<string>();
    const controller = new AbortController();
    const { run, calls } = scripted([() => answer.promise]);
    const left = runWithContext(requestRecord({ signal: controller.signal }), () => run('tea'));
    const stays = run('tea');
    await new Promise(setImmediate);

    controller.abort('left');
    await expect(left).rejects.toBe('left');
    answer.resolve('fresh');

    expect([await stays, calls.length]).toEqual(['fresh', 1]);
  });

  it('is called off when the last one leaves', async () => {
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const { run } = scripted([
      () => {
        signals.push(currentCall().signal);
        return never();
      },
    ]);
    const left = runWithContext(requestRecord({ signal: controller.signal }), () => run('tea'));
    await new Promise(setImmediate);

    controller.abort('left');

    await expect(left).rejects.toBe('left');
    expect(signals).toMatchObject([{ aborted: true }]);
  });

  it('carries the ids of the first, and nothing that ends with it', async () => {
    const seen: unknown[] = [];
    const record = requestRecord({ requestId: 'first', deadline: 1 });
    const { run } = scripted([
      () => {
        const { requestId, deadline, signal } = tryGetContext() ?? {};
        seen.push(requestId, deadline, signal === record.signal);
      },
    ]);

    await runWithContext(record, () => run('tea'));

    expect(seen).toEqual(['first', undefined, false]);
  });

  it('makes its key in the context of who calls', async () => {
    const { run, calls } = scripted([1, 2], {
      ttlMs: 1_000,
      key: (sku) => `${tryGetContext()?.requestId} ${sku}`,
    });
    const as = (requestId: string) => runWithContext(requestRecord({ requestId }), () => run('tea'));

    const values = [await as('ada'), await as('eve'), await as('ada')];

    expect([values, calls.length]).toEqual([[1, 2, 1], 2]);
  });
});

describe('a cached function around a protected one', () => {
  it('stands in for its open circuit', async () => {
    const { run } = scripted([1, down]);
    const breaker = { consecutiveFailures: 1 };
    const guardedRun = protect((_call, sku: string) => run(sku), { name: 'stock', breaker });
    const outer = cached((sku: string) => guardedRun(sku), { key: (sku) => sku });
    await outer('tea');
    guardedRun.breaker?.forceOpen();

    const { value, cache } = await outer.answer('tea');

    expect([value, cache.reason]).toEqual([1, 'circuit-open']);
  });

  it('takes it as it is, and hands it what it is called with', async () => {
    const find = protect((_call, sku: string, amount: number) => `${amount} ${sku}`, { name: 'stock' });
    const run = cached(find, { key: (sku, amount) => `${amount} ${sku}` });

    const value: string = await run('tea', 2);

    expect(value).toBe('2 tea');
  });

  it('surfaces a refusal where nothing is kept', async () => {
    const find = protect((_call, sku: string) => sku, { name: 'stock' });
    const run = cached(find, { key: (sku) => sku });
    find.breaker?.forceOpen();

    await expect(run('tea')).rejects.toBeInstanceOf(CircuitOpenError);
  });

  it('ends with the call of a guarded method around it, which bounds no other', async () => {
    const { run, clock } = scripted([never]);
    const page = decorate(async () => run('tea'), { clock, timeout: { totalMs: 100 } });
    const late = page().catch((error: unknown) => error);

    await clock.advance(100);

    expect(await late).toMatchObject({ dependency: 'db', code: 'dependency-timeout' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not the call around it: that is the flight, which others may share', async () => {
    const names: unknown[] = [];
    const { run } = scripted([() => names.push(tryGetCurrentCall()?.name)]);
    const page = protect(() => run('tea'), { name: 'page' });

    await page();

    expect(names).toEqual(['stock']);
  });
});

describe('the answer of a request', () => {
  let upstream: FakeUpstream;

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await upstream.close();
  });

  const appOf = (handle: () => Promise<unknown>) => {
    const app = express();
    app.use(requestContext());
    app.get('/', async (_req, res) => {
      res.set('Cache-Control', 'max-age=60').json(await handle());
    });
    return app;
  };

  it('says that a value of a cached function was stale', async () => {
    const { run, clock } = scripted([1, down]);
    const app = appOf(() => run('tea'));
    await request(app).get('/');
    await clock.advance(5_000);

    const { body, headers } = await request(app).get('/');

    expect(body).toBe(1);
    expect(headers).toMatchObject({
      'cache-status': 'stock; hit; ttl=-5; detail=failure',
      warning: '110 - "Response is Stale"',
      'cache-control': 'no-cache',
    });
  });

  it('has no warning where the function has none', async () => {
    const { run } = scripted([1, down], { warning: false });
    const app = appOf(() => run('tea'));
    await request(app).get('/');

    const { headers } = await request(app).get('/');

    expect(headers).toMatchObject({ 'cache-status': 'stock; hit; ttl=-1; detail=failure' });
    expect(headers).not.toHaveProperty('warning');
  });

  it('says what the function left behind used for it when it had ended', async () => {
    const gate = deferred<void>();
    const leftBehind: Promise<void>[] = [];
    const later = async (record: RequestContext | undefined): Promise<void> => {
      await gate.promise;
      noteStale(record, { cacheStatus: 'late; hit; ttl=-1', warning: undefined });
    };
    const app = appOf(async () => {
      const record = tryGetContext();
      const { run } = scripted([() => void leftBehind.push(later(record))]);
      await run('tea');
      gate.resolve();
      await Promise.all(leftBehind);
      return 1;
    });

    const { headers } = await request(app).get('/');

    expect(headers['cache-status']).toBe('late; hit; ttl=-1');
  });

  it('says nothing of a value that is fresh', async () => {
    const { run } = scripted([1], { ttlMs: 1_000 });
    const app = appOf(() => run('tea'));
    await request(app).get('/');

    const { headers } = await request(app).get('/');

    expect(headers['cache-control']).toBe('max-age=60');
    expect(headers).not.toHaveProperty('cache-status');
  });

  it('says so of each value that was made of a stale answer, which is not kept as a fresh one', async () => {
    upstream.script([{ json: 1 }, { status: 503 }, { json: 2 }]);
    const client = createClient({ name: 'prices', baseUrl: upstream.url, retry: false, cache: {} });
    const run = cached((path: string) => client.get(path).json<number>(), { key: (path) => path, ttlMs: 10 });
    await client.get('/tea').json();
    const app = appOf(() => run('/tea'));

    const [stale, fresh] = [await request(app).get('/'), await request(app).get('/')];

    await client.close();
    expect([stale.body, fresh.body]).toEqual([1, 2]);
    expect([stale.headers['cache-control'], fresh.headers['cache-control']]).toEqual([
      'no-cache',
      'max-age=60',
    ]);
    expect(stale.headers['cache-status']).toMatch(/^prices; hit; ttl=-\d+; detail=upstream-5xx$/);
  });
});
