import { describe, expect, it } from '@jest/globals';
import { CHILD_TEST_MS, runChild } from './run.ts';

/** What fixtures/outgoing.ts prints. */
interface Outgoing {
  /** The values of the `traceparent` header lines that arrived, by the way they were sent. */
  readonly wire: Readonly<Record<string, readonly string[]>>;
  /** The trace ids that arrived in B3, by the same. */
  readonly b3: Readonly<Record<string, string>>;
  readonly request: { readonly traceId: string; readonly spanId: string; readonly active: boolean };
  /** The trace ids of all spans. */
  readonly spans: readonly string[];
}

const WAYS = ['client', 'cached', 'fetch', 'fetch-injected', 'axios', 'axios-any-case', 'queue'];

const counts = ({ wire }: Outgoing): Record<string, number | undefined> =>
  Object.fromEntries(WAYS.map((way) => [way, wire[way]?.length]));

const all = (count: number): Record<string, number> => Object.fromEntries(WAYS.map((way) => [way, count]));

const traceIds = ({ wire }: Outgoing): readonly (string | undefined)[] => [
  ...new Set(WAYS.map((way) => wire[way]?.[0]?.split('-')[1])),
];

/** Of the ways that are handed all headers. */
const b3TraceIds = ({ b3 }: Outgoing): readonly (string | undefined)[] => [
  ...new Set(['client', 'cached', 'fetch', 'fetch-injected', 'axios'].map((way) => b3[way])),
];

describe('an outgoing call', () => {
  it.each([
    ['none', '5'],
    ['http', '5'],
    ['http+undici', '4'],
    ['http+undici', '5'],
    ['http+undici+express', '5'],
  ])(
    'carries one traceparent, and the formats of the app, of the trace of its request, with %s instrumented on Express %s',
    async (instrumentations, major) => {
      const outgoing = await runChild<Outgoing>('outgoing.ts', instrumentations, major);

      expect(counts(outgoing)).toEqual(all(1));
      expect(traceIds(outgoing)).toEqual([outgoing.request.traceId]);
      expect(b3TraceIds(outgoing)).toEqual([outgoing.request.traceId]);
      expect(outgoing.spans).toEqual(instrumentations === 'none' ? [] : [outgoing.request.traceId]);
    },
    CHILD_TEST_MS,
  );

  it(
    'carries one traceparent where the instrumentation of undici alone begins traces of its own',
    async () => {
      const outgoing = await runChild<Outgoing>('outgoing.ts', 'undici', '5');

      expect(counts(outgoing)).toEqual(all(1));
      expect(outgoing.request.active).toBe(false);
    },
    CHILD_TEST_MS,
  );

  // What each way would do if ours did not give way to the instrumentation.
  it(
    'carries two with propagation "always" next to the instrumentation of undici, which only adds',
    async () => {
      const outgoing = await runChild<Outgoing>('outgoing.ts', 'http+undici', '5', 'always');

      expect(counts(outgoing)).toEqual({ ...all(1), client: 2, cached: 2, fetch: 2, 'fetch-injected': 2 });
    },
    CHILD_TEST_MS,
  );

  it(
    'carries none with propagation "never" and without an instrumentation',
    async () => {
      const outgoing = await runChild<Outgoing>('outgoing.ts', 'none', '5', 'never');

      expect(counts(outgoing)).toEqual(all(0));
    },
    CHILD_TEST_MS,
  );
});
