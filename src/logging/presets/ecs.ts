import { readSafely } from '../../kernel/index.ts';
import { asErrorRecord, wholeStack } from './described-error.ts';
import { isoTime, type Preset, type Rename, renameFields } from './preset.ts';

/** The version of the schema whose names these are. */
const ECS_VERSION = '8.11.0';

const NANOSECONDS_PER_MS = 1_000_000;

/** @see https://www.elastic.co/guide/en/ecs/current/ecs-error.html */
const describeError: Rename = (value) => {
  const error = asErrorRecord(value);
  if (error === undefined) return undefined;
  const { type, message, code, dependency, reason } = error;
  return {
    'error.type': type,
    'error.message': message,
    'error.stack_trace': wholeStack(error),
    // A keyword of the schema.
    'error.code': code === undefined ? undefined : String(code),
    'labels.dependency': dependency,
    'labels.reason': reason,
  };
};

/** A 4xx that was meant is a success of the service; of a client that left nobody knows. */
const OUTCOMES: ReadonlyMap<unknown, string> = new Map([
  ['success', 'success'],
  ['failure', 'failure'],
  ['business-error', 'success'],
  ['technical-error', 'failure'],
  ['cut-short', 'failure'],
]);

/** @see https://www.elastic.co/guide/en/ecs/current/ecs-tracing.html, ecs-service.html, ecs-log.html, ecs-http.html */
const ALWAYS: ReadonlyMap<string, Rename> = new Map<string, Rename>([
  ['requestId', 'http.request.id'],
  ['correlationId', 'labels.correlation_id'],
  ['clientRequestId', 'labels.client_request_id'],
  ['traceId', 'trace.id'],
  ['spanId', 'span.id'],
  ['linkTraceId', 'labels.link_trace_id'],
  ['linkSpanId', 'labels.link_span_id'],
  ['service', 'service.name'],
  ['version', 'service.version'],
  ['environment', 'service.environment'],
  ['instance', 'service.node.name'],
  ['logger', 'log.logger'],
  ['event', 'event.action'],
  ['err', describeError],
]);

/** @see https://www.elastic.co/guide/en/ecs/current/ecs-http.html, ecs-event.html, ecs-url.html */
const OURS: ReadonlyMap<string, Rename> = new Map<string, Rename>([
  ['method', 'http.request.method'],
  ['route', 'labels.route'],
  ['path', 'url.path'],
  ['status', 'http.response.status_code'],
  ['bytes', 'http.response.body.bytes'],
  ['requestBytes', 'http.request.body.bytes'],
  ['ip', 'client.ip'],
  ['address', 'server.address'],
  ['headers', (value) => ({ headers: value, 'user_agent.original': readSafely(value, 'user-agent') })],
  // That of the error itself, beside it, says more.
  ['code', (value) => ({ code: value, 'error.code': value })],
  ['durationMs', (value) => ({ 'event.duration': Math.round(Number(value) * NANOSECONDS_PER_MS) })],
  ['outcome', (value) => ({ 'event.outcome': OUTCOMES.get(value) ?? 'unknown', 'labels.outcome': value })],
]);

/**
 * Names of the Elastic Common Schema, dotted, as its logging libraries write them.
 *
 * @see https://www.elastic.co/guide/en/ecs-logging/overview/current/intro.html
 */
export const ecsPreset: Preset = Object.freeze<Preset>({
  messageKey: 'message',
  timestamp: isoTime('@timestamp'),
  level: (label) => ({ 'log.level': label }),
  format: (fields) => Object.assign(renameFields(fields, ALWAYS, OURS), { 'ecs.version': ECS_VERSION }),
});
