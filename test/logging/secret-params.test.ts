import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createEventHub } from '../../src/events/index.ts';
import { breakwater } from '../../src/index.ts';
import { createLogger, logEvents } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

describe('what logEvents tells of a request with a secret parameter', () => {
  const setUp = () => {
    const logs = captureLogs();
    const events = createEventHub();
    logEvents(events, createLogger({ stream: logs.stream, logger: { level: 'debug' } }));
    const request = { originalUrl: '/reset/hunter2', params: { token: 'hunter2' }, res: { err: undefined } };
    return { logs, events, request, error: new Error('cannot serve /reset/hunter2') };
  };

  it('has it nowhere where the error came too late', () => {
    const { logs, events, request, error } = setUp();

    events.publish('request.late', { request, error });

    expect(logs.lines).toMatchObject([{ err: { message: 'cannot serve /reset/[Redacted]' } }]);
    logs.expectNoSecret('hunter2');
  });

  it('has it not in the error that is left for pino-http either', () => {
    const { events, request, error } = setUp();

    events.publish('request.failed', { request, error, status: 500, code: 'x', kind: 'technical' });

    expect(request.res.err).toMatchObject({ message: 'cannot serve /reset/[Redacted]' });
  });
});

describe.each(expressMajors)('a parameter with a secret name on $major', ({ express }) => {
  const linesOf = async (path: string, fail: (url: string, token: unknown) => Error) => {
    const logs = captureLogs();
    const { before, after } = breakwater({ service: 'orders', log: { stream: logs.stream } });
    const app = express();
    app.use(before);
    app.get(['/reset/:token', '/orders/:id'], (req, _res, next) =>
      next(fail(req.originalUrl, req.params.token)),
    );
    app.use(after);
    await request(app).get(path);
    await logs.waitFor(({ event }) => event === 'http.server.request');
    return logs;
  };

  it('is cut out of the message, the stack and the causes of what failed', async () => {
    const logs = await linesOf('/reset/hunter2', (url) =>
      Object.assign(new Error(`cannot serve ${url}`, { cause: new Error(`at ${url}`) }), { code: 'hunter2' }),
    );

    logs.expectNoSecret('hunter2');
    expect(logs.lines.find(({ err }) => err !== undefined)).toMatchObject({
      path: '/reset/[Redacted]',
      err: {
        message: 'cannot serve /reset/[Redacted]',
        code: '[Redacted]',
        stack: expect.stringMatching(/^Error: cannot serve \/reset\/\[Redacted\]\n {4}at /),
        cause: { message: 'at /reset/[Redacted]' },
      },
    });
  });

  it('is cut out as it was sent and as it was decoded', async () => {
    const logs = await linesOf('/reset/hunter%202', (url, token) => new Error(`${url} ${token}`));

    expect(logs.lines.find(({ err }) => err !== undefined)).toMatchObject({
      err: { message: '/reset/[Redacted] [Redacted]' },
    });
  });

  it('is left where it is so short that it stands anywhere', async () => {
    const logs = await linesOf('/reset/ser', () => new Error('cannot serve'));

    expect(logs.lines.find(({ err }) => err !== undefined)).toMatchObject({
      err: { message: 'cannot serve' },
    });
  });

  it('takes no other parameter with it', async () => {
    const logs = await linesOf('/orders/7788', (url) => new Error(`cannot serve ${url}`));

    expect(logs.lines.find(({ err }) => err !== undefined)).toMatchObject({
      err: { message: 'cannot serve /orders/7788' },
    });
  });
});
