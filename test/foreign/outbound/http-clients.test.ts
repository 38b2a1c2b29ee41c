import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readScript } from '../../support/child.ts';
import type { Seen } from './support.ts';

/** Most of these libraries are ES modules alone, which Jest does not load: they run in a process of their own. */
const runChild = (): Promise<Readonly<Record<string, readonly Seen[]>>> =>
  readScript(join(__dirname, '..', 'fixtures', 'http-clients.ts'));

const CASES: readonly (readonly [string, number, string])[] = [
  ['axios 401', 502, 'dependency-failed'],
  ['axios 404', 502, 'dependency-failed'],
  ['axios 429', 503, 'dependency-unavailable'],
  ['axios 503', 503, 'dependency-unavailable'],
  ['axios refused', 502, 'dependency-failed'],
  ['axios reset', 502, 'dependency-failed'],
  ['axios timeout', 504, 'dependency-timeout'],
  ['axios clarified timeout', 504, 'dependency-timeout'],
  ['axios signal timeout', 504, 'dependency-timeout'],
  ['axios abort', 500, 'internal-server-error'],
  ['fetch refused', 502, 'dependency-failed'],
  ['fetch reset', 502, 'dependency-failed'],
  ['fetch timeout', 504, 'dependency-timeout'],
  ['fetch abort', 500, 'internal-server-error'],
  ['fetch abort with a text', 500, 'internal-server-error'],
  ['got 403', 502, 'dependency-failed'],
  ['got 503', 503, 'dependency-unavailable'],
  ['got refused', 502, 'dependency-failed'],
  ['got timeout', 504, 'dependency-timeout'],
  ['got signal timeout', 504, 'dependency-timeout'],
  ['got no JSON', 502, 'dependency-failed'],
  ['ky 401', 502, 'dependency-failed'],
  ['ky 429', 503, 'dependency-unavailable'],
  ['ky refused', 502, 'dependency-failed'],
  ['ky timeout', 504, 'dependency-timeout'],
  ['superagent 404', 502, 'dependency-failed'],
  ['superagent 503', 503, 'dependency-unavailable'],
  ['superagent refused', 502, 'dependency-failed'],
  ['superagent timeout', 504, 'dependency-timeout'],
  ['superagent no JSON', 502, 'dependency-failed'],
  ['node-fetch refused', 502, 'dependency-failed'],
  ['node-fetch reset', 502, 'dependency-failed'],
  ['node-fetch too large', 502, 'dependency-failed'],
  ['octokit 404', 502, 'dependency-failed'],
  ['octokit 429', 503, 'dependency-unavailable'],
  ['octokit refused', 502, 'dependency-failed'],
  ['octokit timeout', 504, 'dependency-timeout'],
  ['openai 401', 502, 'dependency-failed'],
  ['openai 429', 503, 'dependency-unavailable'],
  ['openai refused', 502, 'dependency-failed'],
  ['openai timeout', 504, 'dependency-timeout'],
  ['gaxios 401', 502, 'dependency-failed'],
  ['gaxios 503', 503, 'dependency-unavailable'],
  ['gaxios refused', 502, 'dependency-failed'],
  ['gaxios timeout', 504, 'dependency-timeout'],
];

describe('errors of HTTP clients, thrown by the libraries, on Express 4 and 5', () => {
  let answers: Readonly<Record<string, readonly Seen[]>> = {};

  beforeAll(async () => {
    answers = await runChild();
  }, 60_000);

  it.each(CASES)('%s is answered %d %s', (name, status, code) => {
    const seen = answers[name] ?? [];

    expect(seen.map(({ major }) => major)).toEqual(['Express 4', 'Express 5']);
    for (const answer of seen) {
      expect(answer).toMatchObject({ status, body: { type: `/problems/${code}`, status, code }, leaks: [] });
      expect(answer.retryAfter).toBe(code === 'dependency-unavailable' ? '7' : undefined);
      if (status !== 500) expect(answer.body).not.toHaveProperty('detail');
    }
  });
});
