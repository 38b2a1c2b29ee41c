import { describe, expect, it } from '@jest/globals';
import { CHILD_TEST_MS, runChild } from './run.ts';

/** What fixtures/lines.ts prints. */
interface Lines {
  readonly raw: readonly string[];
  /** Span ids by name, and the trace id of the request as `trace`. */
  readonly spans: Readonly<Record<string, string>>;
}

interface Line {
  readonly msg: string;
  readonly event?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly trace_flags?: string;
}

const KEYS = ['traceId', 'spanId', 'trace_id', 'span_id', 'trace_flags'];

const repeated = (raw: string): readonly string[] => KEYS.filter((key) => raw.split(`"${key}":`).length > 2);

describe.each([
  ['http', '5', 'ours'],
  ['http+pino', '5', 'ours'],
  ['http+pino', '5', 'theirs'],
  ['http+pino', '4', 'ours'],
])('log lines with %s instrumented on Express %s, the logger being %s', (instrumentations, major, whose) => {
  it(
    'have the ids of the span that they belong to, once',
    async () => {
      const { raw, spans } = await runChild<Lines>('lines.ts', instrumentations, major, whose);

      const lines = raw.map((line): Line => JSON.parse(line));
      const spanOf = (name: string): string | undefined =>
        lines.find(({ msg, event }) => msg === name || event === name)?.spanId;
      expect(raw.flatMap(repeated)).toEqual([]);
      expect(spanOf('outside')).toBeUndefined();
      expect(spanOf('in the job')).toBe(spans.job);
      expect(spanOf('in the handler')).toBe(spans.served);
      expect(spanOf('in the child')).toBe(spans.child);
      // W7: error middleware and listeners of the response run under whatever span happens to be active.
      expect(spanOf('http.server.request.exception')).toBe(spans.served);
      expect(spanOf('http.server.request')).toBe(spans.served);
      expect(spanOf('circuit.opened')).toBeUndefined();
      // P13: where the instrumentation adds its own fields, they say the same.
      for (const { traceId, spanId, trace_id, span_id, trace_flags } of lines) {
        const theirs = instrumentations.includes('pino') && traceId !== undefined;
        expect([trace_id, span_id, trace_flags]).toEqual(
          theirs ? [traceId, spanId, '01'] : [undefined, undefined, undefined],
        );
      }
    },
    CHILD_TEST_MS,
  );
});

describe('a process without an SDK', () => {
  it(
    'loads nothing of OpenTelemetry',
    async () => {
      const modules = await runChild('modules.ts', 'none', '5');

      expect(modules).toEqual({ status: 500, isListed: true, ofOpenTelemetry: [] });
    },
    CHILD_TEST_MS,
  );
});
