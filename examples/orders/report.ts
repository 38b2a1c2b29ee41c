import type { Check } from './checks.ts';
import type { Evidence } from './evidence.ts';
import type { PhaseResult } from './phases.ts';
import type { LogLine } from './processes.ts';
import type { Answer } from './traffic.ts';

const LINE_WIDTH = 100;

/** A heading with a rule that fills the line. */
export const heading = (title: string): string =>
  `\n── ${title} ${'─'.repeat(Math.max(0, LINE_WIDTH - title.length - 4))}`;

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

const byStatus = (answers: readonly Answer[]): string => {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status}×${count}`)
    .join('  ');
};

const MAX_STEPS = 8;

/** The last steps of a circuit; a phase that had to wait has more of them than a line holds. */
const circuitReport = (steps: readonly string[]): string =>
  [...(steps.length > MAX_STEPS ? ['…'] : []), ...steps.slice(-MAX_STEPS)].join(' → ');

/** What happened in one phase, in four lines. */
export const phaseReport = ({ phase, answers }: PhaseResult, evidence: Evidence): string => {
  const latencies = answers.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const ms = (share: number): string => `${percentile(latencies, share).toFixed(0)} ms`;
  return [
    heading(`${phase.name}: ${phase.says}`),
    `answers   ${byStatus(answers)}`,
    `latency   p50 ${ms(0.5)}, p95 ${ms(0.95)}`,
    `policies  ${evidence.retries} retries, ${evidence.refused} fast refusals, ${evidence.stale} stale answers`,
    `circuit   ${circuitReport(evidence.circuit)}`,
  ].join('\n');
};

/** One answer as it came over the wire. */
export const answerReport = ({ status, headers, body }: Answer): string => {
  const shown = [
    ...['content-type', 'cache-control', 'age', 'cache-status', 'warning', 'retry-after'],
    ...['x-request-id', 'x-correlation-id'],
  ];
  const lines = shown.flatMap((name) => (headers.has(name) ? [`${name}: ${headers.get(name)}`] : []));
  return [`HTTP/1.1 ${status}`, ...lines, '', JSON.stringify(body, null, 2)].join('\n');
};

const IDS: readonly string[] = ['requestId', 'traceId', 'spanId'];
const DETAILS: readonly string[] = 'method path status dependency source code attempts reason to'.split(' ');

const pairs = (line: LogLine, keys: readonly string[]): string =>
  keys.flatMap((key) => (line[key] === undefined ? [] : [`${key}=${String(line[key])}`])).join(' ');

/** What an error in a line says; the client never sees it. */
const messageOf = (err: unknown): string =>
  typeof err === 'object' && err !== null && 'message' in err ? `err: ${String(err.message)}` : '';

/** A log line, cut to what tells the story. */
export const lineReport = (line: LogLine): string =>
  [
    `${String(line.service).padEnd(8)} ${String(line.event ?? line.msg)}`,
    pairs(line, IDS),
    pairs(line, DETAILS),
  ]
    .concat(messageOf(line.err))
    .filter((part) => part !== '')
    .join('\n         ');

/** A check with its expectation and what was found. */
export const checkReport = ({ phase, expectation, actual, passed }: Check): string =>
  `${passed ? '✔' : '✖'} ${phase.padEnd(9)} ${expectation}: ${actual}`;
