import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { retryStory } from '../../examples/testing/index.ts';
import { checkLog, loggedApp } from '../../examples/testing/logs.ts';
import { halfTime } from '../../examples/testing/steps.ts';
import { casesOf } from '../../examples/testing/store.ts';
import {
  circuitOpensAndCloses,
  costOfFailures,
  limitOfAnAttempt,
  waitInTheQueue,
  waitsOfRetries,
} from '../../examples/testing/time.ts';

describe('examples/testing', () => {
  it('tries a retry policy on a real socket without waiting', async () => {
    const story = await retryStory();

    expect(story).toEqual({ product: { id: 'tea' }, attempts: 3, waitedMs: 3_000 });
  });

  it('looks at what has happened by the time a client waits', async () => {
    expect(await halfTime()).toEqual({ failures: 1, underWay: 0 });
  });
});

describe('examples/testing/time', () => {
  it('tells the waits of retries', async () => {
    expect(await waitsOfRetries()).toEqual({ waits: [0, 1_000, 2_000, 4_000], tookMs: 7_000 });
  });

  it('tells when a caller hears that nobody answers', async () => {
    expect(await limitOfAnAttempt()).toEqual({ status: 504, tookMs: 3_000, failures: 1 });
  });

  it('tells how a circuit opens and closes', async () => {
    expect(await circuitOpensAndCloses()).toEqual({ states: ['open', 'closed'], asked: 5 });
  });

  it('tells how long a call queues', async () => {
    expect(await waitInTheQueue()).toEqual({
      code: 'bulkhead-full',
      refusedAt: 500,
      answeredAt: 2_000,
      atOnce: 1,
    });
  });

  it('tells what a share of failures costs', async () => {
    expect(await costOfFailures()).toEqual({ attempts: 135, failed: 1 });
  });
});

describe('examples/testing/logs', () => {
  it('asks the log of a failed request what it must and must not say', async () => {
    const { app, logs } = loggedApp();

    await request(app).get('/orders/7?password=hunter2').set('X-Request-ID', 'req-1');

    expect(await checkLog(logs, 'req-1')).toEqual({
      status: 500,
      failure: 'http.server.request.exception',
      atError: 1,
    });
  });
});

describe('examples/testing/store', () => {
  const connect = () => {
    const texts = new Map<string, string>();
    return {
      get: async (key: string) => texts.get(key) ?? null,
      set: async (key: string, text: string) => texts.set(key, text),
      del: async (key: string) => texts.delete(key),
      keys: async (prefix: string) => [...texts.keys()].filter((key) => key.startsWith(prefix)),
    };
  };

  it.each(casesOf(connect))('$title', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
