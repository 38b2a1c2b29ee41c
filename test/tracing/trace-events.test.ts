import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { createRecord, keepContext, runWithContext } from '../../src/context/index.ts';
import { type AttemptFailed, createEventHub, type RequestFailed } from '../../src/events/index.ts';
import { traceEvents } from '../../src/tracing/index.ts';
import { type StartedSdk, startSdk } from '../support/otel.ts';

const failed = (change: Partial<RequestFailed> = {}): RequestFailed => ({
  request: {},
  error: new Error('broken'),
  status: 500,
  code: 'internal-server-error',
  kind: 'technical',
  ...change,
});

const attemptFailed: AttemptFailed = {
  dependency: 'catalog',
  attempt: {
    number: 1,
    status: 503,
    code: 'dependency-unavailable',
    durationMs: 1,
    waitMs: 0,
    reason: 'status-503',
  },
  maxAttempts: 3,
  nextWaitMs: 10,
  error: undefined,
};

/** An error that counts how often its message is read. */
const countingError = (): { error: Error; reads: () => number } => {
  let reads = 0;
  const error = Object.defineProperty(new Error(), 'message', {
    get: () => {
      reads += 1;
      return 'broken';
    },
  });
  return { error, reads: () => reads };
};

describe('traceEvents', () => {
  let sdk: StartedSdk;

  beforeEach(() => {
    sdk = startSdk();
  });

  afterEach(() => {
    sdk.stop();
  });

  const eventsOf = (span: object): readonly string[] =>
    // A span of the SDK can be read, whatever the type of one being written says.
    (span as { readonly events: readonly { readonly name: string }[] }).events.map(({ name }) => name);

  it('writes hedges and pauses with what they tell', () => {
    const hub = createEventHub();
    traceEvents(hub);

    const span = sdk.within((active) => {
      hub.publish('attempt.hedged', { dependency: 'catalog', attempt: 2, hedge: 1, afterMs: 200 });
      hub.publish('dependency.paused', {
        dependency: 'catalog',
        key: 'catalog:80',
        pauseMs: 5_000,
        status: 429,
      });
      return active;
    });

    expect(span).toMatchObject({
      events: [
        {
          name: 'attempt.hedged',
          attributes: {
            'breakwater.dependency': 'catalog',
            'breakwater.attempt': 2,
            'breakwater.hedge': 1,
            'breakwater.after_ms': 200,
          },
        },
        {
          name: 'dependency.paused',
          attributes: {
            'breakwater.dependency': 'catalog',
            'breakwater.pause.key': 'catalog:80',
            'breakwater.pause_ms': 5_000,
            'http.response.status_code': 429,
          },
        },
      ],
    });
  });

  it('writes onto the span of the request, not onto one of the handler', () => {
    const hub = createEventHub();
    traceEvents(hub);
    const served = sdk.span();
    const request = {};
    const record = context.with(trace.setSpan(ROOT_CONTEXT, served), () => createRecord());
    keepContext(request, record);

    const inner = sdk.within((span) => {
      runWithContext(record, () => hub.publish('attempt.failed', attemptFailed));
      hub.publish('request.failed', failed({ request }));
      return span;
    });

    expect([eventsOf(served), eventsOf(inner)]).toEqual([['attempt.failed', 'exception'], []]);
  });

  it('writes onto the active span where the request has none, and where its own has ended', () => {
    const hub = createEventHub();
    traceEvents(hub);
    const ended = sdk.within(() => createRecord());

    const span = sdk.within((active) => {
      hub.publish('attempt.failed', attemptFailed);
      runWithContext(ended, () => hub.publish('attempt.failed', attemptFailed));
      return active;
    });

    expect(eventsOf(span)).toEqual(['attempt.failed', 'attempt.failed']);
  });

  it('builds nothing for a span that does not record, nor without one', () => {
    const hub = createEventHub();
    traceEvents(hub);
    const { error, reads } = countingError();
    const publish = (): void => hub.publish('request.failed', failed({ error }));
    const notSampled = {
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      traceFlags: 0,
    };

    publish();
    context.with(trace.setSpanContext(ROOT_CONTEXT, notSampled), publish);

    expect(reads()).toBe(0);
  });

  it.each([
    [
      'that throws',
      { isRecording: () => true, addEvent: throwing, setAttribute: throwing, setStatus: throwing },
    ],
    ['without methods', { isRecording: () => true }],
    ['that cannot say whether it records', { isRecording: throwing }],
  ])('takes a span %s as it is', (_what, span) => {
    const hub = createEventHub();
    traceEvents(hub);
    const warnings: Error[] = [];
    const hear = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', hear);

    // Not a span of the SDK, on purpose.
    const broken = trace.setSpan(ROOT_CONTEXT, span as never);
    const publish = (): void =>
      context.with(broken, () => {
        hub.publish('request.failed', failed());
        hub.publish('attempt.failed', attemptFailed);
      });

    expect(publish).not.toThrow();
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });

  it('ends', () => {
    const hub = createEventHub();

    traceEvents(hub)();

    expect(hub.wants('request.failed')).toBe(false);
  });

  it('tells of a hub that is none', () => {
    // Callers in JavaScript have no types.
    expect(() => traceEvents({} as never)).toThrow(/^traceEvents: option "hub" must be a hub/);
  });
});

function throwing(): never {
  throw new Error('broken');
}
