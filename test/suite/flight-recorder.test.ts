import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { InternalServerError } from '../../src/errors/index.ts';
import { breakwater } from '../../src/suite/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

describe.each(expressMajors)('an app with a flight recorder on $major', ({ express }) => {
  it('prints the debug lines of the request that failed, before its record, and of no other', async () => {
    const logs = captureLogs();
    const log = { stream: logs.stream, flightRecorder: {} };
    const { before, after, logger } = breakwater({ service: 'orders', log });
    const app = express();
    app.use(before);
    app.get('/:how', (req, res, next) => {
      logger.debug({ how: req.params.how }, 'looked up');
      if (req.params.how === 'bad') next(new InternalServerError('boom'));
      else res.end();
    });
    app.use(after);

    await request(app).get('/well').set('X-Request-ID', 'r-1');
    await request(app).get('/bad').set('X-Request-ID', 'r-2');
    await logs.waitFor(({ event, requestId }) => event === 'http.server.request' && requestId === 'r-2');

    expect(logs.linesFor('r-1').map(({ level }) => level)).toEqual(['info']);
    expect(logs.linesFor('r-2').map(({ level, how }) => [level, how])).toEqual([
      ['debug', 'bad'],
      ['error', undefined],
      ['warn', undefined],
    ]);
  });

  it('prints what our own debug lines say of the calls that the failed request made', async () => {
    const logs = captureLogs();
    const log = { stream: logs.stream, flightRecorder: {} };
    const { before, after, protect } = breakwater({ service: 'orders', log });
    const count = protect(async () => 1, { name: 'orders-db' });
    const app = express();
    app.use(before);
    app.get('/', (_req, _res, next) => {
      void count().then(() => next(new InternalServerError('boom')));
    });
    app.use(after);

    await request(app).get('/');
    await logs.waitFor(({ event }) => event === 'http.server.request');

    expect(logs.lines.map(({ level, event }) => [level, event])).toEqual([
      ['debug', 'call.completed'],
      ['error', 'http.server.request.exception'],
      ['warn', 'http.server.request'],
    ]);
  });

  it('forgets the lines of a request as its answer is done', async () => {
    const logs = captureLogs();
    const log = { stream: logs.stream, flightRecorder: {} };
    const { before, logger, events } = breakwater({ service: 'orders', log });
    const app = express();
    const ended: Promise<unknown>[] = [];
    const seen: object[] = [];
    app.use(before);
    app.get('/', (req, res) => {
      logger.debug('looked up');
      ended.push(once(res, 'close'));
      seen.push(req);
      res.end();
    });

    await request(app).get('/');
    await Promise.all(ended);
    for (const each of seen) {
      const error = new InternalServerError('too late');
      events.publish('request.failed', { request: each, error, status: 500, code: 'x', kind: 'technical' });
    }

    expect(logs.lines.map(({ msg }) => msg)).toEqual(['request completed', 'request failed: 500 x']);
  });
});
