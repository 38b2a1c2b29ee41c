import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createTraceService } from '../../examples/trace-service/index.ts';
import { app } from '../../examples/tracing/index.ts';
import { CONTEXT_DEFAULTS } from '../../src/context/index.ts';
import { readText } from '../support/regions.ts';
import { serve } from '../support/sockets.ts';
import { strictTrace } from '../support/strict-w3c.ts';

const TRACE = '5759e988bd862e3fe1be46a994272793';
const SPAN = '53995c3f42cd8ad8';

describe('examples/tracing', () => {
  it('continues the trace of its load balancer and tells its own clients', async () => {
    const { body, headers } = await request(app)
      .get('/trace')
      .set('X-Amzn-Trace-Id', `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=${SPAN};Sampled=1`)
      .set('CF-Ray', '7f-FRA');

    expect(body).toEqual({ traceId: TRACE, parentSpanId: SPAN });
    expect(headers).toMatchObject({
      'x-request-id': '7f-FRA',
      'x-trace-id': TRACE,
      'x-response-time': expect.stringMatching(/^\d+\.\d{3}$/),
      'access-control-expose-headers': 'X-Request-ID, X-Correlation-ID, x-trace-id, x-response-time',
    });
  });
});

describe('examples/trace-service', () => {
  it.each(['/test', '/test-fetch'])(
    'posts what it is told to where it is told to, in the trace of its caller: %s',
    async (path) => {
      const calls: { rawHeaders: readonly string[]; body: string }[] = [];
      const harness = await serve(async (req, res) => {
        let body = '';
        for await (const chunk of req) body += String(chunk);
        calls.push({ rawHeaders: req.rawHeaders, body });
        res.end();
      });
      const service = createTraceService(harness.url);

      const { status } = await request(service.app)
        .post(path)
        .set({ traceparent: `00-${TRACE}-${SPAN}-03`, tracestate: 'foo=1' })
        .send([
          { url: `${harness.url}/1`, arguments: [] },
          { url: `${harness.url}/2`, arguments: [{ url: 'x', arguments: [] }] },
        ]);

      await service.close();
      await harness.close();
      const traces = calls.map(({ rawHeaders }) => strictTrace(rawHeaders));
      expect(status).toBe(200);
      expect(calls.map(({ body }) => JSON.parse(body))).toEqual([[], [{ url: 'x', arguments: [] }]]);
      expect(traces.map(({ traceId, flags }) => [traceId, flags])).toEqual([
        [TRACE, 3],
        [TRACE, 3],
      ]);
      expect(new Set([SPAN, ...traces.map(({ spanId }) => spanId)]).size).toBe(3);
      expect(traces.map(({ state }) => [...state])).toEqual([[['foo', '1']], [['foo', '1']]]);
    },
  );
});

describe('docs/tracing.md', () => {
  it('states the defaults that the code has', () => {
    const stated = [...readText('docs/tracing.md').matchAll(/^\| `([\w.]+)` +\| `([^`]+)` +\|/gm)].map(
      ([, name = '', value]) => [name, value],
    );
    // The rest is the matter of other pages, and the clock has no text.
    const {
      clock: _clock,
      propagateTo: _hosts,
      detectLoss: _loss,
      propagation: _when,
      markStale: _stale,
      expose,
      ...own
    } = CONTEXT_DEFAULTS;
    const nested = Object.entries(expose).map(([name, value]) => [`expose.${name}`, value]);

    const expected = [...Object.entries(own), ...nested].map(([name, value]) => [
      name,
      JSON.stringify(value),
    ]);

    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(expected));
  });
});
