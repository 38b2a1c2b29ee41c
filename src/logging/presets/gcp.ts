import { readSafely } from '../../kernel/index.ts';
import { asErrorRecord, wholeStack } from './described-error.ts';
import { isoTime, isServerLine, type Preset, type Rename, renameFields, type TraceFacts } from './preset.ts';

/** @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#logseverity */
const SEVERITIES: readonly (readonly [number, string])[] = [
  [60, 'CRITICAL'],
  [50, 'ERROR'],
  [40, 'WARNING'],
  [30, 'INFO'],
];

const severityOf = (number: number): string => SEVERITIES.find(([from]) => number >= from)?.[1] ?? 'DEBUG';

/** Error Reporting reads the stack under this name. @see https://cloud.google.com/error-reporting/docs/formatting-error-messages */
const describeError: Rename = (value) => {
  const error = asErrorRecord(value);
  if (error === undefined) return undefined;
  const { type, message, code, status, dependency, reason } = error;
  return { err: { type, message, code, status, dependency, reason }, stack_trace: wholeStack(error) };
};

const ALWAYS: ReadonlyMap<string, Rename> = new Map<string, Rename>([['err', describeError]]);
const NOTHING: ReadonlyMap<string, Rename> = new Map();

/** Fields of ours by which lines are found: labels, whose values are texts. */
const LABELS = [
  'requestId',
  'correlationId',
  'clientRequestId',
  'linkTraceId',
  'linkSpanId',
  'environment',
  'instance',
  'logger',
] as const;

const LABELS_KEY = 'logging.googleapis.com/labels';

/** Members of `httpRequest` by our names. @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#HttpRequest */
const HTTP_REQUEST = {
  method: 'requestMethod',
  path: 'requestUrl',
  status: 'status',
  durationMs: 'latency',
  bytes: 'responseSize',
  requestBytes: 'requestSize',
  ip: 'remoteIp',
} as const;

const SIZES: ReadonlySet<string> = new Set(['bytes', 'requestBytes']);

const httpValue = (name: string, value: unknown): unknown => {
  if (name === 'durationMs') return `${Number((Number(value) / 1_000).toFixed(6))}s`;
  // 64 bits, which JSON of Google's has as text.
  return SIZES.has(name) ? String(value) : value;
};

/** Takes fields out of a line, under other names. */
const take = (
  line: Record<string, unknown>,
  names: Readonly<Record<string, string>>,
  change: (name: string, value: unknown) => unknown,
): Record<string, unknown> | undefined => {
  const taken: Record<string, unknown> = {};
  for (const [name, to] of Object.entries(names)) {
    const value = line[name];
    if (value === undefined) continue;
    taken[to] = change(name, value);
    delete line[name];
  }
  return Object.keys(taken).length > 0 ? taken : undefined;
};

const labelNames = Object.freeze(Object.fromEntries(LABELS.map((name) => [name, name])));
const asText = (_name: string, value: unknown): unknown =>
  typeof value === 'object' ? value : String(value);
const asItIs = (_name: string, value: unknown): unknown => value;

const writeTrace = (line: Record<string, unknown>, project: string | undefined, trace: TraceFacts): void => {
  const { traceId, spanId } = line;
  line['logging.googleapis.com/trace'] =
    project === undefined ? traceId : `projects/${project}/traces/${traceId}`;
  line['logging.googleapis.com/spanId'] = spanId;
  line['logging.googleapis.com/trace_sampled'] = (trace.traceFlags & 1) === 1;
  delete line.traceId;
  delete line.spanId;
};

/**
 * The special fields of Google Cloud's structured logs.
 *
 * @param project id of the project that has the traces; without it a trace is its bare id, which links to nothing
 * @see https://cloud.google.com/logging/docs/structured-logging#special-payload-fields
 */
export const gcpPreset = (project: string | undefined): Preset =>
  Object.freeze<Preset>({
    messageKey: 'message',
    timestamp: isoTime('time'),
    level: (_label, number) => ({ severity: severityOf(number) }),
    format: (fields, trace) => {
      const line = renameFields(fields, ALWAYS, NOTHING);
      const httpRequest = isServerLine(line) ? take(line, HTTP_REQUEST, httpValue) : undefined;
      const labels = take(line, labelNames, asText);
      const serviceContext = take(line, { service: 'service', version: 'version' }, asItIs);
      if (httpRequest !== undefined)
        line.httpRequest = { ...httpRequest, userAgent: readSafely(line.headers, 'user-agent') };
      if (labels !== undefined) line[LABELS_KEY] = { ...Object(line[LABELS_KEY]), ...labels };
      if (serviceContext !== undefined) line.serviceContext = serviceContext;
      if (trace !== undefined) writeTrace(line, project, trace);
      return line;
    },
  });
