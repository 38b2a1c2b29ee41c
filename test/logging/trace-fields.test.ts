import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type ContextOptions, requestContext } from '../../src/context/index.ts';
import { accessLog, createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe.each(expressMajors)('the access line on $major', ({ express }) => {
  /** The line of a request that sends these headers. */
  const lineFor = async (headers: Record<string, string>, options?: ContextOptions) => {
    const logs = captureLogs();
    const app = express();
    app.use(requestContext(options), accessLog({ logger: createLogger({ stream: logs.stream }) }));
    await request(app).get('/').set(headers);
    return await logs.waitFor(({ event }) => event === 'http.server.request');
  };

  it('names trace and span of a caller who is not trusted as a link', async () => {
    const line = await lineFor({ traceparent: `00-${TRACE}-${SPAN}-01` }, { trust: 'never' });

    expect(line).toMatchObject({ linkTraceId: TRACE, linkSpanId: SPAN });
    expect(line.traceId).not.toBe(TRACE);
  });

  it('says why a request id was not taken, and no byte of it', async () => {
    const line = await lineFor({ 'X-Request-ID': 'hunter "2"' });

    expect(line).toMatchObject({ rejectedRequestId: { reason: 'malformed', length: 10 } });
    expect(JSON.stringify(line)).not.toContain('hunter');
  });

  it('has neither for a request without', async () => {
    const line = await lineFor({ 'X-Request-ID': 'fine' });

    expect(Object.keys(line)).not.toEqual(expect.arrayContaining(['linkSpanId']));
    expect(Object.keys(line)).not.toEqual(expect.arrayContaining(['rejectedRequestId']));
    expect(Object.keys(line)).not.toEqual(expect.arrayContaining(['baggage']));
  });
});
