import { POPULAR_GUEST } from './domain.ts';
import type { Mode } from './faults.ts';
import type { Services } from './processes.ts';
import { type Answer, askProfile, type Kind, READERS, sendBurst, sendRounds } from './traffic.ts';

type Statuses = readonly number[];

/** One phase of the demo: how the dependencies behave, and which answers are right then. */
export interface Phase {
  readonly name: string;
  readonly says: string;
  readonly users: Mode;
  readonly catalog: Mode;
  /** Statuses that are right for requests that need the users service and no stale answer. */
  readonly needsUsers: Statuses;
  /** Statuses that are right for the profiles of those who read theirs all the time. */
  readonly profile: Statuses;
  /** Which share of the good profiles has to be stale. */
  readonly staleShare: 0 | 1 | undefined;
  /** How the state of the users circuit has to end up, `half-open → closed`. */
  readonly circuit: string;
  /** What has to happen before the traffic starts. */
  readonly before?: (services: Services) => Promise<void>;
  /** Whether many ask at once, after the traffic, for a profile that nobody has read yet. */
  readonly hasBurst?: boolean;
}

/** How long the last good profile may stand in, in milliseconds. */
export const STALE_IF_ERROR_MS = 16_000;

const WAIT_LIMIT_MS = 30_000;

/** How many ask at once for a profile that nobody has read yet, and whose it is. */
const BURST = { user: POPULAR_GUEST, count: 50 } as const;

/** The path at which the users service is asked for the profile of the burst. */
export const BURST_PATH = `/users/${BURST.user}`;

/** Asks for the profiles of `readers` until `done` says so of each; fails after a while. */
const watchProfiles = async (
  services: Services,
  phase: string,
  readers: readonly string[],
  done: (answer: Answer) => boolean,
): Promise<void> => {
  const limit = performance.now() + WAIT_LIMIT_MS;
  for (let count = 1; performance.now() < limit; count += 1) {
    const asked = readers.map((reader) =>
      askProfile(services.orders.url, reader, `demo-${phase}-wait-${reader}-${count}`),
    );
    if ((await Promise.all(asked)).every(done)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The phase "${phase}" did not begin within ${WAIT_LIMIT_MS} ms`);
};

const isWell = ({ body }: Answer): boolean => body.dataFreshness === 'fresh' && body.circuit === 'closed';

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
    hasBurst: true,
    // Processes that just began are slow, and whoever waits for 250 ms has no patience with that.
    before: (services) => watchProfiles(services, 'healthy', READERS, isWell),
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
    // What users said a moment ago is good for a second.
    before: (services) =>
      watchProfiles(services, 'slow', READERS, ({ body }) => body.dataFreshness === 'stale'),
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
    says: `still down, and the last good profiles are stale for more than ${STALE_IF_ERROR_MS / 1_000} s`,
    users: 'down',
    catalog: 'healthy',
    needsUsers: [503],
    profile: [503],
    staleShare: undefined,
    circuit: 'open',
    before: (services) => watchProfiles(services, 'expired', READERS, ({ status }) => status >= 500),
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
    // One reader alone: the others show that the first call after it is enough.
    before: (services) => watchProfiles(services, 'recovered', READERS.slice(0, 1), isWell),
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
    case 'first visit':
    case 'user info':
      return healthy ? [200] : phase.needsUsers;
    case 'wrong token':
      return healthy ? [401] : phase.needsUsers;
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
  /** What those got who asked at once. */
  readonly burst: readonly Answer[];
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
  const burst = phase.hasBurst ? await sendBurst(services.orders.url, BURST.user, BURST.count) : [];
  return { phase, startedAt, endedAt: Date.now(), answers, burst };
};
