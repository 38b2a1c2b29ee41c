import { manualClock, type UpstreamStep } from '../../src/testing/index.ts';

/** Where the clock of a test begins, as an epoch. */
const START = manualClock().wallTime();

/** What a client makes of a fault. */
export interface Made {
  /** Class, code, status and reason of the error. */
  readonly error: readonly [name: string, code: string, status: number, reason: string];
  /** One more than its retries. */
  readonly attempts: 1 | 2;
  /** What the breaker counts for each attempt. */
  readonly outcome: 'failure' | 'success' | 'neutral';
  /** How long it took, in milliseconds. */
  readonly tookMs: number;
}

const failed = (reason: string, attempts: 1 | 2): Made => ({
  error: ['UpstreamResponseError', 'dependency-failed', 502, reason],
  attempts,
  outcome: 'failure',
  tookMs: 0,
});

export const unconnected = (reason: string): Made => ({
  ...failed(reason, 2),
  error: ['UpstreamConnectionError', 'dependency-failed', 502, reason],
});

const status = (
  number: number,
  attempts: 1 | 2,
  outcome: Made['outcome'],
  answered: 502 | 503 = 502,
): Made => ({
  error: [
    'UpstreamResponseError',
    answered === 502 ? 'dependency-failed' : 'dependency-unavailable',
    answered,
    `status-${number}`,
  ],
  attempts,
  outcome,
  tookMs: 0,
});

export const timedOut = (scope: 'attempt' | 'connect', tookMs: number): Made => ({
  error: ['UpstreamTimeoutError', 'dependency-timeout', 504, `${scope}-timeout`],
  attempts: 2,
  outcome: 'failure',
  tookMs,
});

const html = { body: '<html>', headers: { 'content-type': 'Text/HTML' } };
const slow = { body: 'x'.repeat(10_000), chunkBytes: 1_000, everyMs: 100 };
const date = new Date(START + 2_000);

/** A fault, what the client makes of it, and whether its connection can serve again. */
export const FAULTS: readonly (readonly [UpstreamStep, Made, 'closed' | 'reused'])[] = [
  ['reset', unconnected('connection-reset'), 'closed'],
  ['reset-mid-body', failed('truncated', 2), 'closed'],
  ['truncate', failed('truncated', 2), 'closed'],
  ['invalid-chunks', failed('truncated', 2), 'closed'],
  ['hang', timedOut('attempt', 600), 'closed'],
  ['stall-body', timedOut('attempt', 600), 'closed'],
  [{ json: {}, delayMs: 301 }, timedOut('attempt', 600), 'closed'],
  [{ json: {}, bodyDelayMs: 301 }, timedOut('attempt', 600), 'closed'],
  [slow, timedOut('attempt', 600), 'closed'],
  ['garbage', failed('invalid-json', 1), 'reused'],
  ['garbage-bytes', failed('invalid-http', 1), 'closed'],
  ['invalid-status', failed('invalid-http', 1), 'closed'],
  ['endless', failed('too-large', 1), 'closed'],
  [html, failed('content-type', 1), 'reused'],
  [204, failed('empty-body', 1), 'reused'],
  [500, status(500, 2, 'failure'), 'reused'],
  [501, status(501, 1, 'success'), 'reused'],
  [502, status(502, 2, 'failure'), 'reused'],
  [503, status(503, 2, 'failure', 503), 'reused'],
  [504, status(504, 2, 'failure'), 'reused'],
  [505, status(505, 1, 'success'), 'reused'],
  [404, status(404, 1, 'success'), 'reused'],
  [408, status(408, 2, 'failure'), 'reused'],
  [429, status(429, 2, 'neutral', 503), 'reused'],
  [{ retryAfter: 2 }, { ...status(503, 2, 'failure', 503), tookMs: 2_000 }, 'reused'],
  [{ retryAfter: date }, { ...status(503, 2, 'failure', 503), tookMs: 2_000 }, 'reused'],
  [{ status: 429, retryAfter: 2 }, { ...status(429, 2, 'neutral', 503), tookMs: 2_000 }, 'reused'],
  // It would not fit the time of the call: no wait, and no retry before its time.
  [{ retryAfter: 10 }, status(503, 1, 'failure', 503), 'reused'],
  [{ retryAfter: 'soon' }, status(503, 2, 'failure', 503), 'reused'],
];
