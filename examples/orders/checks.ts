import type { Evidence } from './evidence.ts';
import { expectedStatuses, type PhaseResult } from './phases.ts';
import { KINDS, type Kind } from './traffic.ts';

/** A number that had to hold, and what it was. */
export interface Check {
  readonly phase: string;
  readonly expectation: string;
  readonly actual: string;
  readonly passed: boolean;
}

const isKind = (name: string): name is Kind => Object.hasOwn(KINDS, name);

const statusChecks = ({ phase, answers }: PhaseResult): readonly Check[] =>
  Object.keys(KINDS)
    .filter(isKind)
    .map((kind) => {
      const expected = expectedStatuses(phase, kind);
      const got = answers.filter((answer) => answer.kind === kind);
      const right = got.filter(({ status }) => expected.includes(status)).length;
      const seen = [...new Set(got.map(({ status }) => status))].sort().join(', ');
      return {
        phase: phase.name,
        expectation: `every ${kind} is answered ${expected.join(' or ')}`,
        actual: `${right} of ${got.length} (${seen})`,
        passed: got.length > 0 && right === got.length,
      };
    });

const staleCheck = ({ phase, answers }: PhaseResult, { stale }: Evidence): readonly Check[] => {
  const profiles = answers.filter(({ kind, status }) => kind === 'profile' && status === 200).length;
  const expected = phase.staleShare === undefined ? 0 : phase.staleShare * profiles;
  const all =
    phase.staleShare === undefined
      ? 'no profile is served any longer'
      : `${phase.staleShare * 100} % of the profiles are stale`;
  return [
    {
      phase: phase.name,
      expectation: all,
      actual: `${stale} of ${profiles}`,
      passed: stale === expected && (phase.staleShare === undefined) === (profiles === 0),
    },
  ];
};

/** A phase that ends with the circuit open may end in the middle of a trial, which is no other state for its callers. */
const circuitCheck = ({ phase }: PhaseResult, { circuit }: Evidence): Check => {
  const states = circuit.map((step) => step.split(' ').at(-1) ?? '');
  const actual = states.slice(-phase.circuit.split(' → ').length).join(' → ');
  return {
    phase: phase.name,
    expectation: `the circuit of the users service ends up ${phase.circuit}`,
    actual,
    passed: actual === phase.circuit || (phase.circuit === 'open' && actual === 'half-open'),
  };
};

/** Everything that has to hold in one phase. */
export const checksOf = (result: PhaseResult, evidence: Evidence): readonly Check[] => {
  const phase = result.phase.name;
  const circuitMatters = result.phase.users !== 'healthy';
  return [
    ...statusChecks(result),
    ...staleCheck(result, evidence),
    circuitCheck(result, evidence),
    {
      phase,
      expectation: circuitMatters
        ? 'some calls come while the circuit is open, none of them reaches the users service'
        : 'no call comes while the circuit is open, none is refused',
      actual: `${evidence.whileOpen} came, ${evidence.reachedWhileOpen} reached it, ${evidence.refused} refused`,
      passed:
        evidence.reachedWhileOpen === 0 &&
        evidence.whileOpen > 0 === circuitMatters &&
        evidence.refused > 0 === circuitMatters,
    },
    {
      phase,
      expectation:
        'request, correlation and trace id are the same in the log of every service that was called',
      actual: `${evidence.sameIds} of ${evidence.followed} requests that called one`,
      passed: evidence.followed > 0 && evidence.sameIds === evidence.followed,
    },
  ];
};
