import type { Mode } from './faults.ts';
import type { Services } from './processes.ts';
import { type Answer, type Kind, send, sendRounds } from './traffic.ts';

type Statuses = readonly number[];

/** One phase of the demo: how the dependencies behave, and which answers are right then. */
export interface Phase {
  readonly name: string;
  readonly says: string;
  readonly users: Mode;
  readonly catalog: Mode;
  /** Statuses that are right for requests that need the users service and no stale answer. */
  readonly needsUsers: Statuses;
  /** Statuses that are right for `GET /profiles/ada`. */
  readonly profile: Statuses;
  /** Which share of the good profiles has to be stale. */
  readonly staleShare: 0 | 1 | undefined;
  /** How the state of the users circuit has to end up, `half-open → closed`. */
  readonly circuit: string;
  /** What has to happen before the traffic starts. */
  readonly before?: (services: Services) => Promise<void>;
}

/** How long the last good profile may stand in, in milliseconds. */
export const STALE_IF_ERROR_MS = 20_000;

const WAIT_LIMIT_MS = 30_000;

/** Asks for the profile until `done` says so; fails after a while. */
const watchProfile = async (
  services: Services,
  phase: string,
  done: (answer: Answer) => boolean,
): Promise<void> => {
  const limit = performance.now() + WAIT_LIMIT_MS;
  for (let count = 1; performance.now() < limit; count += 1) {
    const answer = await send(services.orders.url, 'profile', `demo-${phase}-wait-${count}`);
    if (done(answer)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The phase "${phase}" did not begin within ${WAIT_LIMIT_MS} ms`);
};

export const PHASES: readonly Phase[] = [
  {
    name: 'healthy',
    says: 'everything works',
    users: 'healthy',
    catalog: 'healthy',
    needsUsers: [200, 201, 403],
    profile: [200],
    staleShare: 0,
    circuit: 'closed',
  },
  {
    name: 'slow',
    says: 'users takes 800 ms, its callers wait 250 ms',
    users: 'slow',
    catalog: 'healthy',
    needsUsers: [503, 504],
    profile: [200],
    staleShare: 1,
    circuit: 'open',
  },
  {
    name: 'failing',
    says: 'users answers 500; catalog fails every third call once',
    users: 'failing',
    catalog: 'flaky',
    needsUsers: [503],
    profile: [200],
    staleShare: 1,
    circuit: 'open',
  },
  {
    name: 'down',
    says: 'nobody listens where users was',
    users: 'down',
    catalog: 'healthy',
    needsUsers: [503],
    profile: [200],
    staleShare: 1,
    circuit: 'open',
  },
  {
    name: 'expired',
    says: `still down, and the last good profile is older than ${STALE_IF_ERROR_MS / 1_000} s`,
    users: 'down',
    catalog: 'healthy',
    needsUsers: [503],
    profile: [503],
    staleShare: undefined,
    circuit: 'open',
    before: (services) => watchProfile(services, 'expired', ({ status }) => status >= 500),
  },
  {
    name: 'recovered',
    says: 'users is back, the circuit has closed',
    users: 'healthy',
    catalog: 'healthy',
    needsUsers: [200, 201, 403],
    profile: [200],
    staleShare: 0,
    circuit: 'half-open → closed',
    before: (services) =>
      watchProfile(services, 'recovered', ({ body }) => body.source === 'live' && body.circuit === 'closed'),
  },
];

/** The statuses that are right for a kind of request in a phase. */
export const expectedStatuses = (phase: Phase, kind: Kind): Statuses => {
  const healthy = phase.users === 'healthy';
  switch (kind) {
    case 'product':
      return [200];
    case 'missing product':
      return [404];
    case 'broken product':
      return [500];
    case 'bad order':
      return [422];
    case 'profile':
      return phase.profile;
    case 'user info':
      return healthy ? [200] : phase.needsUsers;
    case 'order':
      return healthy ? [201] : phase.needsUsers;
    case 'poor order':
      return healthy ? [403] : phase.needsUsers;
  }
};

/** What a phase left behind. */
export interface PhaseResult {
  readonly phase: Phase;
  /** Epoch milliseconds at which the services entered its modes; its traffic may have had to wait. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly answers: readonly Answer[];
}

/** Puts the services in their modes, waits where the phase asks for it, and sends its traffic. */
export const runPhase = async (
  services: Services,
  phase: Phase,
  traffic: { rounds: number; perSecond: number; onSent: (sent: number, of: number) => void },
): Promise<PhaseResult> => {
  const startedAt = Date.now();
  await services.users.enter(phase.users);
  await services.catalog.enter(phase.catalog);
  await phase.before?.(services);
  const answers = await sendRounds(services.orders.url, phase.name, traffic);
  return { phase, startedAt, endedAt: Date.now(), answers };
};
