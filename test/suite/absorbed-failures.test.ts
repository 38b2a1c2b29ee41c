import { describe, expect, it } from '@jest/globals';
import { expressMajors } from '../support/express.ts';
import { dependencyApp } from './dependency-app.ts';

const retry = { maxRetries: 1, backoff: { baseMs: 0 } };

describe.each(expressMajors)('failures of a dependency in the log on $major', ({ express }) => {
  it('leave a trace though a retry made up for them', async () => {
    const { ask, close, logs, upstream } = await dependencyApp(express, { retry });
    upstream.script([{ status: 503 }, { json: {} }]);

    const answer = await ask().set('X-Request-ID', 'r-1');

    const access = await logs.waitFor(({ event }) => event === 'http.server.request');
    await close();
    expect([answer.status, logs.linesFor('r-1').map(({ event }) => event)]).toEqual([
      200,
      ['attempt.failed', 'http.server.request'],
    ]);
    expect(access).toMatchObject({ outcome: 'success', deps: { count: 1 } });
  });

  it('leave a trace though a fallback made up for them, and say that retries were spent', async () => {
    const { ask, close, logs, upstream } = await dependencyApp(express, { retry, fallback: { value: {} } });
    upstream.respondWith({ status: 503 });

    const answer = await ask().set('X-Request-ID', 'r-1');

    await logs.waitFor(({ event }) => event === 'http.server.request');
    await close();
    expect(answer.status).toBe(200);
    expect(logs.linesFor('r-1').map(({ event, level }) => [event, level])).toEqual([
      ['attempt.failed', 'warn'],
      ['attempt.failed', 'warn'],
      ['retries.spent', 'warn'],
      ['fallback.served', 'warn'],
      ['http.server.request', 'info'],
    ]);
  });

  it('are one warning per call, one record and one access line where nothing did', async () => {
    const { ask, close, logs, upstream } = await dependencyApp(express);
    upstream.respondWith({ status: 503 });

    await ask().set('X-Request-ID', 'r-1');

    const access = await logs.waitFor(({ event }) => event === 'http.server.request');
    await close();
    expect(logs.linesFor('r-1').map(({ event, level }) => [event, level])).toEqual([
      ['attempt.failed', 'warn'],
      ['call.completed', 'warn'],
      ['http.server.request.exception', 'error'],
      ['http.server.request', 'warn'],
    ]);
    expect(access).toMatchObject({ outcome: 'technical-error', code: 'dependency-unavailable', status: 503 });
  });
});
