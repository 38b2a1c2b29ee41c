import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type ContextOptions, getContext, requestContext } from '../../src/context/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const CROSS = 'access-control-expose-headers';

describe.each(expressMajors)('expose on $major', ({ express }) => {
  const appWith = (expose: ContextOptions['expose'], more: ContextOptions = {}) => {
    const app = express();
    app.use(requestContext({ expose, ...more }));
    return app;
  };

  it('says nothing of the trace and the time unless asked', async () => {
    const app = appWith(undefined);

    const { headers } = await request(app).get('/').set('traceparent', TRACEPARENT);

    expect(JSON.stringify(headers)).not.toContain(TRACE);
    expect(Object.keys(headers).filter((name) => /trace|time|access-control/.test(name))).toEqual([]);
  });

  it('says the trace id', async () => {
    const app = appWith({ traceId: 'x-trace-id' });

    const { status, headers } = await request(app).get('/').set('traceparent', TRACEPARENT);

    expect(status).toBe(404);
    expect(headers['x-trace-id']).toBe(TRACE);
  });

  it('says trace, own span and flags as traceresponse', async () => {
    const app = appWith({ traceId: 'traceresponse' });
    app.get('/', (_req, res) => {
      res.send(getContext().spanId);
    });

    const { headers, text } = await request(app).get('/').set('traceparent', TRACEPARENT);

    expect(headers.traceresponse).toBe(`00-${TRACE}-${text}-01`);
  });

  it('says the time until the head was written, in ms with three decimals', async () => {
    const clock = manualClock();
    const app = appWith({ responseTime: 'X-Response-Time' }, { clock });
    app.get('/', async (_req, res) => {
      await clock.advance(12.3456);
      res.write('begun');
      await clock.advance(100);
      res.end();
    });

    const { headers } = await request(app).get('/');

    expect(headers['x-response-time']).toBe('12.346');
  });

  it('says it on answers whose headers were cleared, and on those of writeHead', async () => {
    const app = appWith({ traceId: 'x-trace-id', responseTime: 'x-ms' });
    app.get('/cleared', (_req, res) => {
      for (const name of res.getHeaderNames()) res.removeHeader(name);
      res.end();
    });
    app.get('/head', (_req, res) => {
      res.writeHead(201, { 'X-Own': '1' }).end();
    });

    const answers = [await request(app).get('/cleared'), await request(app).get('/head')];

    for (const { headers } of answers) {
      expect(headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
      expect(headers['x-ms']).toMatch(/^\d+\.\d{3}$/);
    }
    expect(answers[1]).toMatchObject({ status: 201, headers: { 'x-own': '1' } });
  });

  it('lets scripts of other origins read it, whatever the app lets them read, before or after', async () => {
    const app = appWith({ traceId: 'x-trace-id', responseTime: 'X-Ms', crossOrigin: true });
    app.use('/cors', (_req: unknown, res: ServerResponse, next: () => void) => {
      res.setHeader('Access-Control-Expose-Headers', 'X-Total,x-request-id');
      next();
    });
    app.get('/late', (_req, res: ServerResponse) => {
      res.writeHead(200, { 'Access-Control-Expose-Headers': 'X-Late' }).end();
    });
    const ours = 'X-Request-ID, X-Correlation-ID, x-trace-id, X-Ms';

    const [plain, before, late] = [
      await request(app).get('/'),
      await request(app).get('/cors'),
      await request(app).get('/late'),
    ];

    expect(plain.headers[CROSS]).toBe(ours);
    expect(before.headers[CROSS]).toBe('X-Total,x-request-id, X-Correlation-ID, x-trace-id, X-Ms');
    expect(late.headers[CROSS]).toBe(`X-Late, ${ours}`);
  });

  it('adds nothing to what scripts may read unless told', async () => {
    const app = appWith({ traceId: 'x-trace-id' });
    app.use((_req: unknown, res: ServerResponse, next: () => void) => {
      res.setHeader('Access-Control-Expose-Headers', 'X-Total');
      next();
    });

    const { headers } = await request(app).get('/');

    expect(headers[CROSS]).toBe('X-Total');
  });

  it('leaves an answer alone whose head is sent already', async () => {
    const app = express();
    app.use((_req: unknown, res: ServerResponse, next: () => void) => {
      res.flushHeaders();
      next();
    });
    app.use(requestContext({ expose: { traceId: 'x-trace-id', responseTime: 'x-ms', crossOrigin: true } }));
    app.get('/', (_req, res) => {
      res.end('ok');
    });

    const { headers, text } = await request(app).get('/');

    expect(text).toBe('ok');
    expect(headers).not.toHaveProperty('x-trace-id');
    expect(headers).not.toHaveProperty('x-request-id');
  });
});
