import type { PhaseResult } from './phases.ts';
import type { LogLine, Services } from './processes.ts';

/** What the logs of all three services say about one phase. */
export interface Evidence {
  readonly retries: number;
  /** Calls that orders refused without asking the users service, because its circuit was open. */
  readonly refused: number;
  /** How many of those the users service nevertheless saw. */
  readonly refusedButSeen: number;
  readonly stale: number;
  /** Requests that reached more than one service. */
  readonly followed: number;
  /** How many of those carry the same request, correlation and trace id wherever they were logged. */
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

const attemptsOf = (call: LogLine): number => Number(call.attempts ?? 0);

const sameIds = (lines: readonly LogLine[]): boolean => {
  const ids = (key: string) => new Set(lines.map((line) => text(line, key)));
  return ids('traceId').size === 1 && ids('correlationId').size === 1;
};

const timeline = (lines: readonly LogLine[], { startedAt, endedAt }: PhaseResult): readonly string[] => {
  const changes = lines.filter(
    (line) => text(line, 'event').startsWith('circuit.') && line.dependency === 'users',
  );
  const at = (line: LogLine): number => Number(line.time);
  const before = changes.filter((line) => at(line) < startedAt).at(-1);
  const within = changes.filter((line) => at(line) >= startedAt && at(line) <= endedAt);
  const steps = within.map((line) => `${((at(line) - startedAt) / 1_000).toFixed(1)} s ${text(line, 'to')}`);
  return [before === undefined ? 'closed' : text(before, 'to'), ...steps];
};

/** Reads the logs; call it when the services have ended, so that every line is there. */
export const gatherEvidence = (services: Services, result: PhaseResult): Evidence => {
  const inPhase = new Set(result.answers.map(({ requestId }) => requestId));
  const mine = (lines: readonly LogLine[]) => lines.filter((line) => inPhase.has(text(line, 'requestId')));
  const orders = mine(services.orders.lines);
  const seenBy = [services.orders, services.catalog, services.users].map(({ lines }) =>
    accessLines(mine(lines)),
  );
  const [, , seenByUsers] = seenBy;

  const calls = orders.filter((line) => line.event === 'call.completed');
  const refused = calls.filter(
    (line) => line.dependency === 'users' && line.stopped === 'circuit-open' && attemptsOf(line) === 0,
  );
  const together = [...inPhase]
    .map((id) => seenBy.map((seen) => seen.get(id) ?? []).filter((lines) => lines.length > 0))
    .filter((services) => services.length > 1);
  return {
    retries: calls.reduce((sum, line) => sum + Math.max(0, attemptsOf(line) - 1), 0),
    refused: refused.length,
    refusedButSeen: refused.filter((line) => seenByUsers?.has(text(line, 'requestId'))).length,
    stale: result.answers.filter(({ body }) => body.source === 'stale').length,
    followed: together.length,
    sameIds: together.filter((services) => sameIds(services.flat())).length,
    circuit: timeline(services.orders.lines, result),
  };
};

/** Every log line of one request, in order of time, with the service that wrote it. */
export const followRequest = (services: Services, requestId: string): readonly LogLine[] =>
  [services.orders, services.catalog, services.users]
    .flatMap(({ lines }) => lines.filter((line) => line.requestId === requestId))
    .sort((a, b) => Number(a.time) - Number(b.time));
