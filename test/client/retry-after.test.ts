import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from '../../src/client/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { type FakeUpstream, fakeUpstream, manualClock } from '../../src/testing/index.ts';

describe('Retry-After of an upstream', () => {
  let upstream: FakeUpstream;
  let client: Client;

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await client.close();
    await upstream.close();
  });

  /** The wait after the first attempt, `undefined` where it was the last; and the error, where the call ended with it. */
  const waitAfter = async (retryAfter: number | string, totalMs: number | false = 60_000) => {
    const [clock, events] = [manualClock(), createEventHub()];
    upstream.script([{ retryAfter }, { json: 'ok' }]);
    client = createClient({
      name: 'catalog',
      baseUrl: upstream.url,
      retry: { backoff: { kind: 'constant', baseMs: 100, jitter: 'none' } },
      timeout: totalMs === false ? false : { totalMs },
      clock,
      events,
    });
    const failed = new Promise<{ readonly nextWaitMs: number | undefined }>((resolve) => {
      events.subscribe('attempt.failed', resolve);
    });
    const end = client.get('/x').then(
      () => undefined,
      (error: unknown) => error,
    );
    const { nextWaitMs } = await failed;
    await clock.advance(nextWaitMs ?? 0);
    return { nextWaitMs, error: await end, requests: upstream.requests.length };
  };

  const dateIn = (ms: number): string => new Date(manualClock().wallTime() + ms).toUTCString();

  it.each<[string, number | string, number]>([
    ['seconds', 5, 5_000],
    ['a date', dateIn(7_000), 7_000],
    ['seconds before white space', '5 \t', 5_000],
    ['a date before white space', `${dateIn(7_000)} `, 7_000],
    ['less than the back-off', 0, 100],
    ['a date that has passed', dateIn(-60_000), 100],
    ['a negative number', '-5', 100],
    ['a fraction', '1.5', 100],
    ['garbage', 'soon', 100],
    ['a date of garbage', 'Mon, 99 Foo 2026 99:99:99 GMT', 100],
  ])('is waited for: %s', async (_what, retryAfter, waitMs) => {
    expect(await waitAfter(retryAfter)).toEqual({ nextWaitMs: waitMs, error: undefined, requests: 2 });
  });

  it.each<[string, number | string, number | false, number]>([
    ['just as long as the time left', 5, 5_000, 5_000],
    ['longer', 60, 10_000, 60_000],
    ['a date beyond it', dateIn(60_000), 10_000, 60_000],
    ['huge', '9'.repeat(30), 10_000, 9_999_999_000],
    ['longer than anybody waits, without a limit', 61, false, 61_000],
  ])(
    'ends the call at once where it is %s, and stands on the error',
    async (_what, retryAfter, totalMs, ms) => {
      const { nextWaitMs, error, requests } = await waitAfter(retryAfter, totalMs);

      expect([nextWaitMs, requests]).toEqual([undefined, 1]);
      expect(error).toMatchObject({ retryAfterMs: ms, journal: { stopped: 'deadline' } });
    },
  );

  it('is waited for up to a minute where there is no limit', async () => {
    expect(await waitAfter(60, false)).toMatchObject({ nextWaitMs: 60_000, requests: 2 });
  });
});
