import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { contextOf, getContext, requestContext } from '../../src/context/index.ts';
import { createEventHub, type RequestLate } from '../../src/events/index.ts';
import { asyncHandler, problemHandler, requestDeadline } from '../../src/problem/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { serve } from '../support/sockets.ts';

describe.each(expressMajors)('request.late, on $major', ({ express }) => {
  /** What is published of a handler that is answered for and then fails with what `work` throws. */
  const lateOf = async (work: (signal: AbortSignal) => unknown) => {
    const clock = manualClock();
    const events = createEventHub();
    const late: RequestLate[] = [];
    const failed: unknown[] = [];
    events.subscribe('request.late', (event) => late.push(event));
    events.subscribe('request.failed', (event) => failed.push(event));
    const app = express();
    app.use(requestContext(), requestDeadline({ ms: 100, clock }));
    const ended = new Promise<void>((resolve) => {
      app.get(
        '/x',
        asyncHandler(async () => {
          const { signal } = getContext();
          await new Promise((done) => signal.addEventListener('abort', done));
          setImmediate(resolve);
          throw work(signal);
        }),
      );
    });
    app.use(problemHandler({ events }));
    const served = await serve(app);
    const answer = request(served.url).get('/x').set('X-Request-ID', 'late-1').then();
    await clock.waitForTimer();

    await clock.advance(100);

    await answer;
    await ended;
    await served.close();
    return { late, failed };
  };

  it('tells what a handler failed with after it was answered for, with its request', async () => {
    const error = new Error('the database came back, with an error');

    const { late, failed } = await lateOf(() => error);

    expect(late.map((event) => [event.error, contextOf(event.request)?.requestId])).toEqual([
      [error, 'late-1'],
    ]);
    expect([Object.isFrozen(late[0]), failed.length]).toEqual([true, 1]);
  });

  it('tells nothing of a handler that passes on that the time was up', async () => {
    const { late, failed } = await lateOf((signal) => signal.reason);

    expect([late, failed.length]).toEqual([[], 1]);
  });
});
