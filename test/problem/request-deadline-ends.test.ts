import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { getContext } from '../../src/context/index.ts';
import { requestDeadline } from '../../src/problem/index.ts';
import { type ManualClock, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, exchange } from '../support/sockets.ts';
import { deadlineApp } from './deadline-app.ts';

const hang = (headers = ''): string => `GET /hang HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
const CLOSE = 'Connection: close\r\n';

const statusesOf = (text: string): readonly string[] => text.match(/(?<=HTTP\/1\.1 )\d{3}/g) ?? [];

/** Moves time until no timer waits. */
const runOut = async (clock: ManualClock): Promise<void> => {
  while (await clock.advanceToNextTimer());
};

describe.each(expressMajors)('requestDeadline › how it ends, on $major', ({ express }) => {
  it('leaves a request that is answered in time alone, and no timer behind', async () => {
    const { clock, arrival, start } = deadlineApp(express);
    const served = await start();
    const answer = request(served.url).get('/hang').then();
    const { res, record } = await arrival();
    const before = clock.pendingTimers;

    res.send('in time');
    await once(res, 'close');

    const { text } = await answer;
    await served.close();
    expect([text, before, clock.pendingTimers, record.signal.aborted]).toEqual(['in time', 1, 0, false]);
    expect(res.listenerCount('close')).toBe(0);
  });

  it('ends with the client, whose leaving is the reason', async () => {
    const { clock, arrival, start } = deadlineApp(express);
    const served = await start();
    const socket = await dial(served.port);
    socket.write(hang());
    const { res, record } = await arrival();

    socket.destroy();
    await once(res, 'close');

    await served.close();
    expect(clock.pendingTimers).toBe(0);
    expect(record.signal.reason).toMatchObject({ code: 'client-closed' });
  });

  it('ends with an upload that is broken off midway', async () => {
    const { clock, arrival, start } = deadlineApp(express, {}, (app) => app.use('/parsed', express.json()));
    const served = await start();
    const socket = await dial(served.port);
    socket.write('POST /hang HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{"a"');
    const { res, record } = await arrival();

    socket.destroy();
    await once(res, 'close');

    await served.close();
    expect([clock.pendingTimers, record.signal.aborted]).toEqual([0, true]);
  });

  it('answers while a body is still being sent, and the connection goes on when that has come', async () => {
    const { clock, failures, start } = deadlineApp(express, {}, (app) => app.use(express.json()));
    const served = await start();
    const socket = await dial(served.port);
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.write(
      'POST /hang HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a"',
    );
    const answered = once(socket, 'data');
    await clock.waitForTimer();
    await clock.advance(100);
    await answered;

    socket.write(`: 12}${hang(CLOSE)}`);
    const closed = once(socket, 'close');
    await clock.waitForTimer();
    await clock.advance(100);

    await closed;
    await served.close();
    expect(statusesOf(text)).toEqual(['504', '504']);
    expect(failures).toHaveLength(2);
  });

  it('answers while the handler echoes a body that has not come, which is read to its end then', async () => {
    const { clock, start } = deadlineApp(express, {}, (app) => {
      app.post('/echo', (req, res) => void req.pipe(res));
    });
    const served = await start();
    const socket = await dial(served.port);
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    const answered = once(socket, 'data');
    socket.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n');
    await clock.waitForTimer();
    await clock.advance(100);
    await answered;

    socket.write(`body${hang(CLOSE).replace('/hang', '/none')}`);

    await once(socket, 'close');
    await served.close();
    expect(statusesOf(text)).toEqual(['504', '404']);
  });

  it('answers pipelined requests each in its turn', async () => {
    const { clock, arrival, start } = deadlineApp(express, { header: true });
    const served = await start();
    // The second is answered when its time is up, and still waits for its turn.
    const text = exchange(served.port, `${hang()}${hang('X-Request-Timeout-Ms: 50\r\n')}${hang(CLOSE)}`);
    const held = [await arrival(), await arrival(), await arrival()];
    held[1]?.res.send('second');

    await clock.advance(100);

    expect(statusesOf(await text)).toEqual(['504', '200', '504']);
    await served.close();
    expect([clock.pendingTimers, held[1]?.record.signal.aborted]).toEqual([0, false]);
  });

  it('leaves no timer of pipelined requests whose client left before their turn', async () => {
    const { clock, arrival, start } = deadlineApp(express);
    const served = await start();
    const socket = await dial(served.port);
    socket.write(`${hang()}${hang()}`);
    const [first] = [await arrival(), await arrival()];

    socket.destroy();
    await once(first.res, 'close');

    await served.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no timer of thousands of requests at once, answered, out of time and given up', async () => {
    const { clock, app, start } = deadlineApp(express);
    const served = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 200 });
    app.set('etag', false);
    const ask = (number: number): Promise<number | string> =>
      new Promise((resolve) => {
        const path = number % 3 === 0 ? '/none' : '/hang';
        const sent = get(`${served.url}${path}`, { agent }, (res) => {
          res.resume().once('end', () => resolve(res.statusCode ?? 0));
        });
        sent.once('error', () => resolve('gone'));
        if (number % 3 === 1) setImmediate(() => sent.destroy());
      });
    const all = Promise.all(Array.from({ length: 3_000 }, (_each, number) => ask(number)));
    let isDone = false;
    const done = all.finally(() => {
      isDone = true;
    });

    while (!isDone) {
      await Promise.race([clock.waitForTimer(), done]);
      await runOut(clock);
    }

    const outcomes = await all;
    agent.destroy();
    await served.close();
    expect(clock.pendingTimers).toBe(0);
    expect([504, 404].map((status) => outcomes.filter((each) => each === status).length)).toEqual([
      1_000, 1_000,
    ]);
  }, 60_000);

  it('does not keep the process alive by itself', async () => {
    const clock = manualClock();
    const asked: unknown[] = [];
    const watching = {
      ...clock,
      setTimer: (...args: Parameters<typeof clock.setTimer>) => {
        asked.push(args[2]);
        return clock.setTimer(...args);
      },
    };
    const app = express();
    app.use(requestDeadline({ ms: 100, clock: watching }), (_req, res) => void res.end());

    await request(app).get('/');

    expect(asked).toEqual([{ background: true }]);
  });
});

describe.each(expressMajors)('requestDeadline › of several, on $major', ({ express }) => {
  it.each([
    ['a shorter one of a route', 40, 40, 2],
    ['not a longer one of a route', 5_000, 100, 1],
  ])('keeps to the earliest: %s', async (_what, ms, expected, timers) => {
    const deadlines: unknown[] = [];
    const { clock, failures, start } = deadlineApp(express, {}, (app, own) => {
      app.get('/route', requestDeadline({ ms, clock: own }), () => {
        deadlines.push(getContext().deadline);
      });
    });
    const served = await start();
    const answer = request(served.url).get('/route').then();
    await clock.waitForTimer();
    const waiting = clock.pendingTimers;

    await clock.advanceToNextTimer();

    const { status } = await answer;
    await served.close();
    expect([status, clock.now(), deadlines]).toEqual([504, expected, [expected]]);
    expect([waiting, clock.pendingTimers, failures.length]).toEqual([timers, 0, 1]);
  });
});
