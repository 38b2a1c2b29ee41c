import { beforeAll, describe, expect, it } from '@jest/globals';
import { CHILD_TEST_MS, runChild } from './run.ts';

/** A span of the server, as fixtures/failures.ts prints it. */
interface ServerSpan {
  readonly name: string;
  readonly traceId: string;
  readonly route?: string;
  readonly errorType?: string;
  readonly status: { readonly code: number; readonly message?: string };
  readonly events: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
}

interface Failures {
  readonly answers: Readonly<Record<string, { readonly status: number; readonly body: string }>>;
  readonly spans: Readonly<Record<string, ServerSpan>>;
}

const UNSET = 0;
const ERROR = 2;

describe.each([
  ['http', '4'],
  ['http', '5'],
  ['http+express+undici', '5'],
])('the span of a request, with %s instrumented on Express %s', (instrumentations, major) => {
  let failures: Failures;

  beforeAll(async () => {
    failures = await runChild<Failures>('failures.ts', instrumentations, major);
  }, CHILD_TEST_MS);

  const spanOf = (path: string): ServerSpan => {
    const span = failures.spans[path];
    if (span === undefined) throw new Error(`no span of ${path}`);
    return span;
  };

  it('has a technical failure once, as an exception without secrets, with the status and its type', () => {
    const { events, status, errorType } = spanOf('/orders/7/broken');

    expect(status).toEqual({ code: ERROR });
    expect(errorType).toBe('internal-server-error');
    expect(events).toEqual([
      {
        name: 'exception',
        'exception.type': 'TypeError',
        'exception.message': 'no total for token=[Redacted]',
        'exception.stacktrace': expect.stringMatching(
          /^TypeError: no total for token=\[Redacted\]\n {4}at [\s\S]*\nCaused by: Error: connect postgres:\/\/\[Redacted\]@db\/orders failed\n {4}at /,
        ),
      },
    ]);
  });

  it('has the trace id that the problem document carries', () => {
    const { traceId } = spanOf('/orders/7/child');

    expect(JSON.parse(failures.answers['/orders/7/child']?.body ?? '')).toMatchObject({
      status: 500,
      traceId,
    });
  });

  it('has the failure even where a span of the handler was active', () => {
    const { events } = spanOf('/orders/7/child');

    expect(events.map((event) => event['exception.message'])).toEqual(['after the child']);
  });

  it.each(['/missing', '/nowhere'])('is left as it is by the business error of %s', (path) => {
    const { status, errorType, events } = spanOf(path);

    expect(failures.answers[path]?.status).toBe(404);
    expect([status, errorType, events]).toEqual([{ code: UNSET }, undefined, []]);
  });

  it('has each failed attempt, the circuit that opened and that retries were spent', () => {
    const { events } = spanOf('/retried');

    expect(events.map(({ name }) => name)).toEqual([
      'attempt.failed',
      'circuit.opened',
      'attempt.failed',
      'retries.spent',
      'exception',
    ]);
    expect(events[0]).toMatchObject({
      'breakwater.dependency': 'catalog',
      'breakwater.attempt': 1,
      'breakwater.max_attempts': 2,
      'breakwater.reason': 'status-503',
      'error.type': 'dependency-unavailable',
      'http.response.status_code': 503,
    });
    expect(events[1]).toMatchObject({
      'breakwater.circuit.to': 'open',
      'breakwater.reason': 'consecutive-failures',
    });
  });

  it('has the attempt that the deadline of the request ended, before the failure', () => {
    const { events, status } = spanOf('/timed-out');

    expect(events.map(({ name }) => name)).toEqual(['attempt.failed', 'exception']);
    expect(events[0]).toMatchObject({ 'breakwater.dependency': 'catalog' });
    expect(status).toEqual({ code: ERROR });
  });

  it('has the stale answer and the fallback, and is no failure', () => {
    const [stale, fallback] = ['/stale', '/fallback'].map(spanOf);

    expect(stale?.events.at(-1)).toMatchObject({
      name: 'stale.served',
      'breakwater.call': 'GET /thing',
      'breakwater.reason': 'upstream-5xx',
    });
    expect(fallback?.events.at(-1)).toMatchObject({
      name: 'fallback.served',
      'breakwater.dependency': 'catalog',
    });
    expect([stale?.status, fallback?.status]).toEqual([{ code: UNSET }, { code: UNSET }]);
  });

  it('has the route, on error paths and in nested routers too, and none where none matched', () => {
    const routes = ['/orders/7/broken', '/orders/7/child', '/missing', '/nowhere'].map(
      (path) => spanOf(path).route,
    );

    expect(routes).toEqual(['/orders/:id/broken', '/orders/:id/child', '/missing', undefined]);
  });
});
