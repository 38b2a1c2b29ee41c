import { describe, expect, it } from '@jest/globals';
import { checksOf } from '../../examples/orders/checks.ts';
import type { Evidence } from '../../examples/orders/evidence.ts';
import { PHASES, type PhaseResult } from '../../examples/orders/phases.ts';
import type { Answer } from '../../examples/orders/traffic.ts';

const EVIDENCE: Evidence = {
  retries: 0,
  refused: 0,
  whileOpen: 0,
  reachedWhileOpen: 0,
  stale: 0,
  burstCalls: 1,
  followed: 1,
  sameIds: 1,
  circuit: ['closed'],
};

const STALE = {
  'cache-control': 'private, no-cache',
  age: '9',
  'cache-status': 'users; hit; ttl=-8; detail=circuit-open',
  warning: '110 - "Response is Stale"',
};
const FRESH = { 'cache-control': 'private, max-age=1' };

const stale = { profile: { id: 'ada' }, dataFreshness: 'stale' };
const fresh = { profile: { id: 'ada' }, dataFreshness: 'fresh', cacheStatus: 'users; fwd=stale; stored' };

const answer = (change: Partial<Answer> = {}): Answer => ({
  kind: 'profile',
  user: 'ada',
  requestId: 'r-1',
  status: 200,
  latencyMs: 1,
  body: stale,
  headers: new Headers(STALE),
  ...change,
});

/** Whether the check holds whose expectation begins so, in a phase with these answers. */
const holds = (
  name: string,
  expectation: string,
  answers: readonly Answer[],
  { burst = [], burstCalls = 1 }: { burst?: readonly Answer[]; burstCalls?: number } = {},
): boolean | undefined => {
  const phase = PHASES.find((each) => each.name === name);
  if (phase === undefined) throw new Error(`There is no phase "${name}"`);
  const result: PhaseResult = { phase, startedAt: 0, endedAt: 1, answers, burst };
  const checks = checksOf(result, { ...EVIDENCE, burstCalls });
  return checks.find((check) => check.expectation.includes(expectation))?.passed;
};

describe('the checks of the demo', () => {
  it('pass a stale profile that says so', () => {
    expect(holds('down', 'every profile that is served says so', [answer()])).toBe(true);
  });

  it.each(Object.keys(STALE))('fail a stale profile without its %s', (name) => {
    const headers = new Headers(STALE);
    headers.delete(name);

    expect(holds('down', 'every profile that is served says so', [answer(), answer({ headers })])).toBe(
      false,
    );
  });

  it('fail a stale profile whose payload calls it fresh', () => {
    const body = { ...stale, dataFreshness: 'fresh' };

    expect(holds('down', 'every profile that is served says so', [answer({ body })])).toBe(false);
  });

  it('fail a profile that was not asked again after the recovery of its service', () => {
    const headers = new Headers(FRESH);
    const alan = answer({ user: 'alan', headers, body: { ...fresh, profile: { id: 'alan' } } });
    const kept = { ...alan, body: { ...alan.body, cacheStatus: 'users; hit; ttl=1' } };

    expect(holds('recovered', 'the first read of each profile', [alan])).toBe(true);
    expect(holds('recovered', 'the first read of each profile', [kept])).toBe(false);
  });

  it('fail a profile of somebody else', () => {
    expect(holds('down', 'its reader’s own', [answer()])).toBe(true);
    expect(holds('down', 'its reader’s own', [answer(), answer({ user: 'grace' })])).toBe(false);
  });

  it('fail a profile for a wrong token', () => {
    const refused = answer({ kind: 'wrong token', status: 503, body: {} });

    expect(holds('down', 'a wrong token', [refused])).toBe(true);
    expect(holds('down', 'a wrong token', [refused, answer({ kind: 'wrong token' })])).toBe(false);
  });

  it('fail a burst that made more than one call, or was not answered', () => {
    const burst = [answer(), answer()];
    const lost = [answer(), answer({ status: 503 })];

    expect(holds('healthy', 'parallel reads', [], { burst })).toBe(true);
    expect(holds('healthy', 'parallel reads', [], { burst, burstCalls: 2 })).toBe(false);
    expect(holds('healthy', 'parallel reads', [], { burst: lost })).toBe(false);
  });
});
