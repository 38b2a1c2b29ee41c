import { describe, expect, it } from '@jest/globals';
import { gatherEvidence } from '../../examples/orders/evidence.ts';
import { PHASES, type PhaseResult } from '../../examples/orders/phases.ts';
import type { LogLine } from '../../examples/orders/processes.ts';
import type { Answer } from '../../examples/orders/traffic.ts';

const at = (ms: number): string => new Date(ms).toISOString();

const IDS = { requestId: 'r-1', correlationId: 'r-1', traceId: 't-1' };
const OPENED: LogLine = { event: 'circuit.opened', dependency: 'users', time: at(1_000), openMs: 1_000 };
const ACCESS: LogLine = { ...IDS, event: 'http.server.request', time: at(1_510) };
const CALL: LogLine = {
  ...IDS,
  event: 'call.completed',
  dependency: 'users',
  time: at(1_505),
  durationMs: 5,
  attempts: 1,
};
const REFUSED: LogLine = { ...CALL, attempts: 0, stopped: 'circuit-open' };

/** What the logs say of one request in the phase "failing". */
const evidenceOf = (orders: readonly LogLine[], users: readonly LogLine[], body: Answer['body'] = {}) => {
  const phase = PHASES.find(({ name }) => name === 'failing');
  if (phase === undefined) throw new Error('There is no phase "failing"');
  const answer = {
    kind: 'user info',
    user: 'ada',
    requestId: 'r-1',
    status: 503,
    latencyMs: 1,
    body,
    headers: new Headers(),
  } as const;
  const result: PhaseResult = { phase, startedAt: 0, endedAt: 5_000, answers: [answer], burst: [] };
  return gatherEvidence(
    { orders: { lines: orders }, catalog: { lines: [] }, users: { lines: users } },
    result,
  );
};

describe('the evidence of the demo', () => {
  it('counts a call that was refused while the circuit was open as one that did not reach it', () => {
    const evidence = evidenceOf([OPENED, REFUSED, ACCESS], []);

    expect(evidence).toMatchObject({ refused: 1, whileOpen: 1, reachedWhileOpen: 0, followed: 0 });
  });

  it('counts a call that the open circuit let pass', () => {
    const evidence = evidenceOf([OPENED, CALL, ACCESS], [ACCESS]);

    expect(evidence).toMatchObject({ refused: 0, whileOpen: 1, reachedWhileOpen: 1 });
  });

  it('counts a call that orders took for refused and users saw', () => {
    const evidence = evidenceOf([OPENED, REFUSED, ACCESS], [ACCESS]);

    expect(evidence).toMatchObject({ whileOpen: 1, reachedWhileOpen: 1 });
  });

  it('does not count a call after the open time', () => {
    const evidence = evidenceOf([{ ...OPENED, time: at(400) }, CALL, ACCESS], [ACCESS]);

    expect(evidence).toMatchObject({ whileOpen: 0, reachedWhileOpen: 0, followed: 1, sameIds: 1 });
  });

  it.each([
    ['did not log under the id of the request', []],
    ['logged with another trace', [{ ...ACCESS, traceId: 't-2' }]],
    ['logged with another correlation id', [{ ...ACCESS, correlationId: 'c-2' }]],
  ])('finds a request that the called service %s', (_what, users) => {
    const evidence = evidenceOf([CALL, ACCESS], users);

    expect(evidence).toMatchObject({ followed: 1, sameIds: 0 });
  });

  it('looks for no ids of a call that somebody else made', () => {
    const body = { cacheStatus: 'users; fwd=uri-miss; stored; collapsed' };

    const evidence = evidenceOf([CALL, ACCESS], [], body);

    expect(evidence).toMatchObject({ followed: 0, sameIds: 0 });
  });

  it.each([
    ['was answered stale', { source: 'stale', level: 'debug' }],
    ['failed', { code: 'dependency-timeout', level: 'warn' }],
  ])('takes a call that %s for its own where it has a failed attempt of its own', (_what, told) => {
    const call = { ...CALL, ...told };
    const attempt = { ...IDS, event: 'attempt.failed', dependency: 'users', time: at(1_504) };

    const [own, shared] = [
      evidenceOf([OPENED, attempt, call, ACCESS], []),
      evidenceOf([OPENED, call, ACCESS], []),
    ];

    expect(own).toMatchObject({ reachedWhileOpen: 1, followed: 1, sameIds: 0 });
    expect(shared).toMatchObject({ whileOpen: 1, reachedWhileOpen: 0, followed: 0 });
  });

  it('counts the calls that a burst made', () => {
    const asked = { ...ACCESS, path: '/users/guest-burst' };

    const evidence = evidenceOf([], [asked, ACCESS, asked]);

    expect(evidence.burstCalls).toBe(2);
  });
});
