import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';

type Seen = Readonly<Record<string, number>>;

interface Verdict {
  readonly results: Readonly<Record<string, readonly Seen[]>>;
  readonly oneTrace: boolean;
}

/** Some of these libraries are ES modules alone, which Jest does not load: they run in a process of their own. */
const runChild = (): Promise<Verdict> =>
  readScript(join(__dirname, 'fixtures', 'foreign-clients.ts'), {
    timeoutMs: 25_000,
    // The SDK of AWS warns of the oldest Node that is supported here.
    env: { NODE_NO_WARNINGS: '1' },
  });

const ALL: Seen = { 'x-request-id': 1, 'x-correlation-id': 1, traceparent: 1, tracestate: 1, baggage: 1 };
const NONE: Seen = {};

describe('ids and trace in calls of other clients', () => {
  let verdict: Verdict;

  beforeAll(async () => {
    verdict = await runChild();
  });

  it.each([
    ['axios', [ALL]],
    ['axios to another host', [NONE]],
    ['axios over fetch', [ALL]],
    ['got', [ALL]],
    ['fetch', [ALL]],
    ['superagent', [ALL]],
    ['aws', [ALL]],
    ['grpc', [{ ...ALL, b3: 0 }]],
  ])('%s: go where they may, each once', (name, expected) => {
    expect(verdict.results[name]).toEqual(expected);
  });

  it('are those of the request', () => {
    expect(verdict.oneTrace).toBe(true);
  });

  it.each([
    ['axios sent away', [ALL, NONE]],
    ['axios over fetch that follows none', [ALL]],
    ['got sent away', [ALL, NONE]],
    ['fetch sent away', [ALL]],
    ['superagent that follows none', [ALL]],
  ])('%s: do not reach a host that they may not go to', (name, expected) => {
    expect(verdict.results[name]).toEqual(expected);
  });

  it.each([
    ['axios sent around', [ALL, ALL]],
    ['got sent around', [ALL, ALL]],
    ['axios injected, sent around', [ALL, ALL]],
  ])('%s: stay on a redirect to the same host', (name, expected) => {
    expect(verdict.results[name]).toEqual(expected);
  });

  it('are taken out in whatever casing they were written', () => {
    expect(verdict.results['axios with ids in other casing']).toEqual([
      { 'x-request-id': 1, traceparent: 1, b3: 1 },
      NONE,
    ]);
  });

  it.each(['axios sent away without the hook', 'axios over fetch that follows', 'fetch that follows'])(
    '%s: would go along',
    (name) => {
      expect(verdict.results[name]).toEqual([ALL, ALL]);
    },
  );
});
