import { readSafely } from '../../kernel/index.ts';
import { asErrorRecord, wholeStack } from './described-error.ts';
import { isoTime, type Preset, type Rename, renameFields } from './preset.ts';

const MAX_SEVERITY = 24;

/**
 * Four steps per level of pino, so that a custom level stands between its neighbours.
 *
 * @see https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
 */
const severityOf = (number: number): number =>
  Math.min(MAX_SEVERITY, Math.max(1, 1 + Math.floor((number - 10) * 0.4)));

/** @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/ */
const describeException: Rename = (value) => {
  const error = asErrorRecord(value);
  if (error === undefined) return undefined;
  const { type, message, code, status, dependency, reason } = error;
  return {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': wholeStack(error),
    'error.type': code ?? type,
    'error.status': status,
    'error.dependency': dependency,
    'error.reason': reason,
  };
};

/** @see https://opentelemetry.io/docs/specs/semconv/resource/service/ and deployment-environment/ beside it */
const ALWAYS: ReadonlyMap<string, Rename> = new Map<string, Rename>([
  ['traceId', 'trace_id'],
  ['spanId', 'span_id'],
  ['linkTraceId', 'link.trace_id'],
  ['linkSpanId', 'link.span_id'],
  ['service', 'service.name'],
  ['version', 'service.version'],
  ['environment', 'deployment.environment.name'],
  ['instance', 'service.instance.id'],
  ['logger', 'otel.scope.name'],
  ['event', 'event_name'],
  ['err', describeException],
]);

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/ and url/, client/, user-agent/ beside it */
const OURS: ReadonlyMap<string, Rename> = new Map<string, Rename>([
  ['method', 'http.request.method'],
  ['route', 'http.route'],
  ['path', 'url.path'],
  ['status', 'http.response.status_code'],
  ['bytes', 'http.response.body.size'],
  ['requestBytes', 'http.request.body.size'],
  ['ip', 'client.address'],
  ['address', 'server.address'],
  ['headers', (value) => ({ headers: value, 'user_agent.original': readSafely(value, 'user-agent') })],
  // An error beside it says more.
  ['code', (value) => ({ code: value, 'error.type': value })],
]);

/** @see https://opentelemetry.io/docs/specs/semconv/http/http-exceptions/ */
const CLIENT_EXCEPTION = 'http.client.request.exception';

/** An attempt over HTTP: that of a protected function has no method. */
const isFailedRequest = ({ event, method }: Record<string, unknown>): boolean =>
  event === 'attempt.failed' && typeof method === 'string';

/**
 * Names of OpenTelemetry's log data model and semantic conventions. The trace stands in the top-level fields that collectors
 * look for.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/#json-formats
 */
export const otelPreset: Preset = Object.freeze<Preset>({
  messageKey: 'body',
  timestamp: isoTime('timestamp'),
  level: (label, number) => ({ severity_text: label.toUpperCase(), severity_number: severityOf(number) }),
  format: (fields, trace) => {
    const line = renameFields(fields, ALWAYS, OURS);
    if (isFailedRequest(fields)) line.event_name = CLIENT_EXCEPTION;
    if (trace !== undefined) line.trace_flags = trace.traceFlags.toString(16).padStart(2, '0');
    return line;
  },
});
