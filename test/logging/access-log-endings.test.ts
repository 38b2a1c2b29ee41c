import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { requestContext } from '../../src/context/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { accessLog, createLogger } from '../../src/logging/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { captureLogs, type LogLine, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, serve } from '../support/sockets.ts';

const isAccessLine = ({ event }: LogLine): boolean => event === 'http.server.request';

describe.each(expressMajors)(
  'how the line of accessLog says that a request ended, on $major',
  ({ express }) => {
    const setUp = () => {
      const logs = captureLogs();
      const clock = manualClock();
      const logger = createLogger({ stream: logs.stream, logger: { base: null, timestamp: false } });
      const app = express();
      app.use(requestContext());
      app.use(accessLog({ logger, clock }));
      return { app, clock, logger, logs };
    };

    it('says 499 and warns when the client leaves before the answer', async () => {
      const { app, logs } = setUp();
      app.get('/slow', (_req, res) => {
        res.write('begun');
      });
      const served = await serve(app);
      const socket = await dial(served.port);
      socket.write('GET /slow HTTP/1.1\r\nHost: a\r\nX-Request-ID: gone\r\n\r\n');
      await once(socket, 'data');

      socket.destroy();

      const line = await logs.waitFor(isAccessLine);
      await served.close();
      expect(line).toMatchObject({
        status: 499,
        level: 'warn',
        requestId: 'gone',
        msg: 'client left before the answer',
      });
    });

    it('says 499, once each, of pipelined requests whose client leaves before their turn', async () => {
      const { app, logs } = setUp();
      let allCame = (): void => undefined;
      const came = new Promise<void>((resolve) => {
        allCame = resolve;
      });
      const responses: ServerResponse[] = [];
      app.get('/:name', (_req, res) => {
        responses.push(res);
        if (responses.length === 4) allCame();
      });
      const served = await serve(app);
      const socket = await dial(served.port);
      const names = ['a', 'b', 'c', 'd'];
      socket.write(
        names.map((name) => `GET /${name} HTTP/1.1\r\nHost: a\r\nX-Request-ID: ${name}\r\n\r\n`).join(''),
      );
      await came;
      responses[0]?.end('done');
      await once(socket, 'data');

      socket.destroy();

      await Promise.all(names.map((name) => logs.waitFor(({ requestId }) => requestId === name)));
      await served.close();
      // A handler that works on for nobody must not bring a second line about.
      const [, , , last] = responses;
      last?.once('error', () => undefined).emit('error', new Error('write after end'));
      expect(names.map((name) => logs.linesFor(name).map(({ status, level }) => [status, level]))).toEqual([
        [[200, 'info']],
        [[499, 'warn']],
        [[499, 'warn']],
        [[499, 'warn']],
      ]);
    });

    it('does not blame the client where we broke off a half-sent answer', async () => {
      const { app, logs } = setUp();
      app.get('/half', (_req, res, next) => {
        res.write('begun', () => next(new Error('a bug')));
      });
      app.use(problemHandler({ events: createEventHub() }));
      const served = await serve(app);
      const socket = await dial(served.port);
      const ended = once(socket, 'close');
      socket.on('error', () => undefined).resume();

      socket.write('GET /half HTTP/1.1\r\nHost: a\r\n\r\n');
      await ended;

      const line = await logs.waitFor(isAccessLine);
      await served.close();
      expect(line).toMatchObject({
        status: 200,
        level: 'warn',
        code: 'answer-cut-short',
        msg: 'answer cut short',
      });
      expect(logs.lines.filter(isAccessLine)).toHaveLength(1);
    });
  },
);
