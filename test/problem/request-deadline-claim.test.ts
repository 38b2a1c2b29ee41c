import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { NextFunction, Request, Response } from 'express';
import request from 'supertest';
import { problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial } from '../support/sockets.ts';
import { deadlineApp } from './deadline-app.ts';

const GET = 'GET /hang HTTP/1.1\r\nHost: a\r\n\r\n';

describe.each(expressMajors)(
  'requestDeadline › between the signal and the answer, on $major',
  ({ express }) => {
    it('nothing is answered to a client that leaves', async () => {
      const { clock, failures, arrival, start } = deadlineApp(express);
      const served = await start();
      const socket = await dial(served.port);
      let text = '';
      socket
        .on('error', () => undefined)
        .on('data', (chunk) => {
          text += String(chunk);
        });
      socket.write(GET);
      const { res, record } = await arrival();
      const closed = once(socket, 'close');
      record.signal.addEventListener('abort', () => res.socket?.destroy());

      await clock.advance(100);

      await closed;
      await served.close();
      expect([text, failures]).toEqual(['', []]);
    });

    it('an answer that a library held back may come, whole and with its own status', async () => {
      const { clock, failures, arrival, start } = deadlineApp(express);
      const served = await start();
      const answer = request(served.url).get('/hang').then();
      const { res, record } = await arrival();
      const end = res.end.bind(res);
      // As one that saves its session first, and is done in this very moment.
      Object.assign(res, { end: () => record.signal.addEventListener('abort', () => end('whatever')) });
      res.status(201).type('text').send('whatever');

      await clock.advance(100);

      const { status, text } = await answer;
      await served.close();
      expect([status, text, failures]).toEqual([201, 'whatever', []]);
    });

    it('an answer that a library begins by itself is given back to its handler', async () => {
      const { clock, failures, arrival, start } = deadlineApp(express);
      const served = await start();
      const answer = request(served.url).get('/hang').then();
      const { res, record } = await arrival();
      const write = res.write.bind(res);
      record.signal.addEventListener('abort', () => write('begun '));

      await clock.advance(100);

      res.end('and ended');
      const { status, text } = await answer;
      await served.close();
      expect([status, text, failures]).toEqual([200, 'begun and ended', []]);
    });

    it('what libraries hung onto the response is there for the answer', async () => {
      const { clock, arrival, start } = deadlineApp(express);
      const served = await start();
      const answer = request(served.url).get('/hang').then();
      const { res } = await arrival();
      const writeHead = res.writeHead.bind(res);
      Object.assign(res, {
        writeHead: (...args: Parameters<typeof writeHead>) => {
          res.setHeader('X-Session', 'saved');
          return writeHead(...args);
        },
      });

      await clock.advance(100);

      const { status, headers } = await answer;
      await served.close();
      expect([status, headers['x-session']]).toEqual([504, 'saved']);
    });
  },
);

describe.each(expressMajors)(
  'requestDeadline › an error that reaches no problemHandler, on $major',
  ({ express }) => {
    it.each<[string, (next: NextFunction) => void]>([
      ['the second of one handler', (next) => [new Error('a'), new Error('b')].forEach(next)],
      ['one that an error middleware hands on', (next) => next(new Error('handed on'))],
    ])('leaves the connection as it is: %s', async (_what, fail) => {
      const { clock, arrival, start } = deadlineApp(express, {}, (app) => {
        app.get('/late', (_req, res, next) => {
          res.once('close', () => setImmediate(() => fail(next)));
        });
        // As the guide of Express writes one.
        app.use((error: Error, _req: Request, res: Response, next: NextFunction) => {
          if (res.headersSent || error.message === 'handed on') next(error);
          else problemHandler({ events: { ...hub } })(error, _req, res, next);
        });
      });
      const served = await start();
      const socket = await dial(served.port);
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.write('GET /late HTTP/1.1\r\nHost: a\r\n\r\n');
      await clock.waitForTimer();
      const answered = once(socket, 'data');
      await clock.advance(100);
      await answered;

      socket.write(GET.replace('Host', 'Connection: close\r\nHost'));
      const { res } = await arrival();
      res.send('the next one');

      await once(socket, 'close');
      await served.close();
      expect(text.match(/HTTP\/1\.1 \d+|the next one/g)).toEqual([
        'HTTP/1.1 504',
        'HTTP/1.1 200',
        'the next one',
      ]);
    });
  },
);

const hub = { wants: () => true, publish: () => undefined, subscribe: () => () => undefined };
