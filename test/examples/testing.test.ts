import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { retryStory } from '../../examples/testing/index.ts';
import { checkLog, loggedApp } from '../../examples/testing/logs.ts';

describe('examples/testing', () => {
  it('tries a retry policy on a real socket without waiting', async () => {
    const story = await retryStory();

    expect(story).toEqual({ product: { id: 'tea' }, attempts: 3, waitedMs: 3_000 });
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
