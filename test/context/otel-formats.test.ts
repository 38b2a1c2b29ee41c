import { channel } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Context, propagation } from '@opentelemetry/api';
import { createRecord, propagationHeaders } from '../../src/context/index.ts';
import { type StartedSdk, startSdk } from '../support/otel.ts';

describe('outgoing headers in formats of the app, beside the instrumentation of undici', () => {
  let sdk: StartedSdk;
  const ignore = (): void => undefined;
  const created = channel('undici:request:create');

  const formats = ['b3', 'b3multi', 'xray'] as const;
  const propagatorOf = (...taken: readonly string[]) => ({
    inject: () => undefined,
    extract: (from: Context) => from,
    fields: () => [...taken],
  });

  const namesOf = (given: object, within = true): readonly string[] => {
    const send = () => propagationHeaders({ ...createRecord(), formats, baggage: 'a=1', ...given }, 'undici');
    return Object.keys(within ? sdk.within(send) : send()).slice(2);
  };

  beforeEach(() => {
    sdk = startSdk();
    created.subscribe(ignore);
  });

  afterEach(() => {
    created.unsubscribe(ignore);
    sdk.stop();
  });

  it('say the active span, as the SDK sends none of them', () => {
    const [headers, span] = sdk.within((active) => [
      propagationHeaders({ ...createRecord(), formats: ['b3'] }, 'undici'),
      active.spanContext(),
    ]);

    expect(headers.b3).toBe(`${span.traceId}-${span.spanId}-1`);
    expect(headers).not.toHaveProperty('traceparent');
  });

  it('are left to it as far as its propagator sends them', () => {
    const found = [['traceparent', 'baggage'], ['b3'], ['X-B3-TraceId', 'X-Amzn-Trace-Id'], []].map(
      (fields) => {
        propagation.disable();
        propagation.setGlobalPropagator(propagatorOf(...fields));
        return namesOf({});
      },
    );

    const b3Multi = ['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled'];
    expect(found).toEqual([
      ['b3', ...b3Multi, 'x-amzn-trace-id'],
      ['baggage', 'x-amzn-trace-id'],
      ['baggage'],
      ['baggage', 'b3', ...b3Multi, 'x-amzn-trace-id'],
    ]);
  });

  it('are not sent where the SDK begins another trace with the call', () => {
    expect(namesOf({}, false)).toEqual([]);
  });

  it('are not sent with propagation never', () => {
    expect([namesOf({ propagation: 'never' }), namesOf({ propagation: 'never' }, false)]).toEqual([[], []]);
  });
});
