import { BURST_PATH, type PhaseResult } from './phases.ts';
import type { LogLine, Service, Services } from './processes.ts';

/** What the logs of all three services say about one phase. */
export interface Evidence {
  readonly retries: number;
  /** Calls that orders refused without asking the users service, because its circuit was open. */
  readonly refused: number;
  /** Calls of the users service that orders began while the circuit had to be open. */
  readonly whileOpen: number;
  /** How many of those tried to reach it, by the log of either side. */
  readonly reachedWhileOpen: number;
  readonly stale: number;
  /** How often the users service was asked for what many wanted at once. */
  readonly burstCalls: number;
  /** Requests for which orders called a service that was up. */
  readonly followed: number;
  /** How many of those every called service logged, all with the same request, correlation and trace id. */
  readonly sameIds: number;
  /** State of the users circuit over the phase, `0.4 s open`. */
  readonly circuit: readonly string[];
}

const text = (line: LogLine, key: string): string => String(line[key] ?? '');

const groupBy = (lines: readonly LogLine[]): ReadonlyMap<string, readonly LogLine[]> => {
  const groups = new Map<string, LogLine[]>();
  for (const line of lines) {
    const id = text(line, 'requestId');
    if (id !== '') groups.set(id, [...(groups.get(id) ?? []), line]);
  }
  return groups;
};

const accessLines = (lines: readonly LogLine[]): ReadonlyMap<string, readonly LogLine[]> =>
  groupBy(lines.filter((line) => line.event === 'http.server.request'));

/** When a line was written, in milliseconds since the epoch. */
const timeOf = ({ time }: LogLine): number => Date.parse(String(time));

const attemptsOf = (call: LogLine): number => Number(call.attempts ?? 0);

const sameIds = (lines: readonly LogLine[]): boolean => {
  const ids = (key: string) => new Set(lines.map((line) => text(line, key)));
  return ids('traceId').size === 1 && ids('correlationId').size === 1;
};

/**
 * Whether a call made the attempts that stand in its journal. Who shares the call of somebody else has that one's there, under
 * the ids of that one: where it is answered, its cache says so; where it failed, no failed attempt is its own.
 */
const madeAttempts = (lines: readonly LogLine[], answers: PhaseResult['answers']) => {
  const collapsed = new Set(
    answers
      .filter(({ body }) => /\bcollapsed\b/.test(String(body.cacheStatus)))
      .map(({ requestId }) => requestId),
  );
  const failed = new Set(
    lines
      .filter(({ event }) => event === 'attempt.failed')
      .map((line) => `${text(line, 'requestId')} ${text(line, 'dependency')}`),
  );
  return (call: LogLine): boolean => {
    const id = text(call, 'requestId');
    if (attemptsOf(call) === 0 || collapsed.has(id)) return false;
    const hasFailed = call.source === 'stale' || call.level === 'warn';
    return !hasFailed || failed.has(`${id} ${text(call, 'dependency')}`);
  };
};

/** Left out at both ends of an open time: log lines tell whole milliseconds, a busy machine writes them late. */
const EDGE_MS = 50;

/** Whether a call began while the circuit had to be open, by the times that the circuit itself announced. */
const beganWhileOpen = (lines: readonly LogLine[]) => {
  const openings = lines.filter((line) => line.event === 'circuit.opened' && line.dependency === 'users');
  return (call: LogLine): boolean => {
    const began = timeOf(call) - Number(call.durationMs);
    return openings.some((opening) => {
      const sinceMs = began - timeOf(opening);
      return sinceMs > EDGE_MS && sinceMs < Number(opening.openMs) - EDGE_MS;
    });
  };
};

const timeline = (lines: readonly LogLine[], { startedAt, endedAt }: PhaseResult): readonly string[] => {
  const changes = lines.filter(
    (line) => text(line, 'event').startsWith('circuit.') && line.dependency === 'users',
  );
  const before = changes.filter((line) => timeOf(line) < startedAt).at(-1);
  const within = changes.filter((line) => timeOf(line) >= startedAt && timeOf(line) <= endedAt);
  const steps = within.map(
    (line) => `${((timeOf(line) - startedAt) / 1_000).toFixed(1)} s ${text(line, 'to')}`,
  );
  return [before === undefined ? 'closed' : text(before, 'to'), ...steps];
};

/** The log lines of each service. */
export type Logs = Readonly<Record<'orders' | 'catalog' | 'users', Pick<Service, 'lines'>>>;

/** Reads the logs; call it when the services have ended, so that every line is there. */
export const gatherEvidence = (services: Logs, result: PhaseResult): Evidence => {
  const inPhase = new Set(result.answers.map(({ requestId }) => requestId));
  const mine = (lines: readonly LogLine[]) => lines.filter((line) => inPhase.has(text(line, 'requestId')));
  const orders = mine(services.orders.lines);
  const calls = orders.filter((line) => line.event === 'call.completed');
  const usersCalls = calls.filter(({ dependency }) => dependency === 'users');
  const seenByOrders = accessLines(orders);
  const seenBy: Readonly<Record<string, ReadonlyMap<string, readonly LogLine[]>>> = {
    catalog: accessLines(mine(services.catalog.lines)),
    users: accessLines(mine(services.users.lines)),
  };
  const linesIn = (service: string, id: string): readonly LogLine[] => seenBy[service]?.get(id) ?? [];

  const isMade = madeAttempts(orders, result.answers);
  const whileOpen = usersCalls.filter(beganWhileOpen(services.orders.lines));
  const reached = whileOpen.filter(
    (call) => isMade(call) || linesIn('users', text(call, 'requestId')).length > 0,
  );
  // Of a service that is down there is no log to compare.
  const made = calls.filter(
    (call) => isMade(call) && !(call.dependency === 'users' && result.phase.users === 'down'),
  );
  const followed = [...groupBy(made)].map(([id, callsOfRequest]) => [
    seenByOrders.get(id) ?? [],
    ...callsOfRequest.map((call) => linesIn(text(call, 'dependency'), id)),
  ]);
  return {
    retries: calls.reduce((sum, line) => sum + Math.max(0, attemptsOf(line) - 1), 0),
    refused: usersCalls.filter((line) => line.stopped === 'circuit-open' && attemptsOf(line) === 0).length,
    whileOpen: whileOpen.length,
    reachedWhileOpen: reached.length,
    stale: result.answers.filter(({ body }) => body.dataFreshness === 'stale').length,
    burstCalls: services.users.lines.filter(
      (line) => line.event === 'http.server.request' && line.path === BURST_PATH,
    ).length,
    followed: followed.length,
    sameIds: followed.filter((logs) => logs.every((lines) => lines.length > 0) && sameIds(logs.flat()))
      .length,
    circuit: timeline(services.orders.lines, result),
  };
};

/** Every log line of one request, in order of time, with the service that wrote it. */
export const followRequest = (services: Services, requestId: string): readonly LogLine[] =>
  [services.orders, services.catalog, services.users]
    .flatMap(({ lines }) => lines.filter((line) => line.requestId === requestId))
    .sort((a, b) => timeOf(a) - timeOf(b));
