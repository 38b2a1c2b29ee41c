import type { Evidence } from './evidence.ts';
import { expectedStatuses, type PhaseResult } from './phases.ts';
import { type Answer, KINDS, type Kind, READERS } from './traffic.ts';

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

/** Whether an answer that is made of something stale hides nothing of it. */
const isHonest = ({ body, headers }: Answer): boolean =>
  body.dataFreshness === 'stale' &&
  Number(headers.get('age')) > 0 &&
  /^users; hit; ttl=-\d+; detail=[a-z0-9-]+$/.test(headers.get('cache-status') ?? '') &&
  headers.get('warning') === '110 - "Response is Stale"' &&
  headers.get('cache-control') === 'private, no-cache';

const isFresh = ({ body, headers }: Answer): boolean =>
  body.dataFreshness === 'fresh' &&
  !headers.has('cache-status') &&
  !headers.has('warning') &&
  headers.get('cache-control') === 'private, max-age=1';

const isOwn = ({ user, body }: Answer): boolean =>
  typeof body.profile === 'object' &&
  body.profile !== null &&
  'id' in body.profile &&
  body.profile.id === user;

const share = (
  phase: string,
  expectation: string,
  answers: readonly Answer[],
  holds: (answer: Answer) => boolean,
): Check => {
  const right = answers.filter(holds).length;
  return {
    phase,
    expectation,
    actual: `${right} of ${answers.length}`,
    passed: answers.length > 0 && right === answers.length,
  };
};

/** What holds of each profile: whose it is, and what it says of its age. */
const profileChecks = ({ phase, answers }: PhaseResult): readonly Check[] => {
  const served = answers.filter(({ body }) => body.profile !== undefined);
  const forged = answers.filter(({ kind }) => kind === 'wrong token');
  const honesty = phase.staleShare === 1 ? isHonest : isFresh;
  const says =
    phase.staleShare === 1
      ? 'says so: Age, Cache-Status, Warning, private, no-cache, dataFreshness'
      : 'is told as fresh, for a second';
  const refused = share(
    phase.name,
    'a wrong token is given no profile, old or new',
    forged,
    ({ body }) => !('profile' in body),
  );
  if (phase.staleShare === undefined) return [refused];
  return [
    refused,
    share(phase.name, 'every profile is its reader’s own', served, isOwn),
    share(phase.name, `every profile that is served ${says}`, served, honesty),
  ];
};

/** Many who ask at once for what nobody has read yet cost one call. */
const burstCheck = ({ phase, burst }: PhaseResult, { burstCalls }: Evidence): readonly Check[] => {
  if (!phase.hasBurst) return [];
  const answered = burst.filter((answer) => answer.status === 200 && isOwn(answer)).length;
  return [
    {
      phase: phase.name,
      expectation: `${burst.length} parallel reads of a profile that is new make one call`,
      actual: `${answered} answered, ${burstCalls} made`,
      passed: answered === burst.length && burstCalls === 1,
    },
  ];
};

/** What the cache said of the first answer to each reader but the one that was watched. */
const recoveryCheck = ({ phase, answers }: PhaseResult): readonly Check[] => {
  if (phase.name !== 'recovered') return [];
  const first = READERS.slice(1).flatMap(
    (reader) => answers.find(({ kind, user }) => kind === 'profile' && user === reader) ?? [],
  );
  const wasAsked = ({ body }: Answer): boolean => /^users; fwd=/.test(String(body.cacheStatus));
  return [share(phase.name, 'the first read of each profile asks users again', first, wasAsked)];
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
    ...profileChecks(result),
    ...burstCheck(result, evidence),
    ...recoveryCheck(result),
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
