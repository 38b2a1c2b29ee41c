import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { HostRule } from './hosts.ts';
import { readId } from './ids.ts';
import { createLife, type Life, withLife } from './life.ts';
import { keepSpan, readOwnSpan } from './otel.ts';
import type { Propagation, RequestContext } from './record.ts';
import { NEW_TRACE_FLAGS, newSpanId, newTraceId, parseTraceparent } from './traceparent.ts';
import { parseTracestate } from './tracestate.ts';

type Ids = Pick<RequestContext, 'requestId' | 'correlationId' | 'clientRequestId'>;
type Trace = Pick<
  RequestContext,
  'traceId' | 'spanId' | 'parentSpanId' | 'traceFlags' | 'traceState' | 'linkTraceId'
>;

const readIds = (headers: IncomingHttpHeaders, trusted: boolean): Ids => {
  const given = readId(headers, 'x-request-id', 'request-id');
  const requestId = (trusted ? given : undefined) ?? randomUUID();
  const correlationId = (trusted ? readId(headers, 'x-correlation-id') : undefined) ?? requestId;
  return { requestId, correlationId, clientRequestId: trusted ? undefined : given };
};

const readTrace = (headers: IncomingHttpHeaders, trusted: boolean): Trace => {
  // A type for headers that Node itself never makes a list of says otherwise.
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const parent = parseTraceparent(header('traceparent'));
  const spanId = newSpanId();
  if (parent === undefined || !trusted) {
    return {
      traceId: newTraceId(),
      spanId,
      parentSpanId: undefined,
      traceFlags: NEW_TRACE_FLAGS,
      traceState: undefined,
      linkTraceId: parent?.traceId,
    };
  }
  return {
    traceId: parent.traceId,
    spanId,
    parentSpanId: parent.spanId,
    traceFlags: parent.traceFlags,
    traceState: parseTracestate(header('tracestate')),
    linkTraceId: undefined,
  };
};

/** What `createRecord` needs to know beside the headers. */
export interface RecordSetup {
  /** Whether the caller may choose our ids. @default false */
  readonly trusted?: boolean;
  /** How long somebody waits for the answer. @default without end */
  readonly life?: Life;
  /** Hosts to which ids and trace may go along. @default none */
  readonly propagateTo?: readonly HostRule[];
  /** When outgoing calls carry the W3C headers. @default 'auto' */
  readonly propagation?: Propagation;
}

const NO_HOSTS: readonly HostRule[] = Object.freeze([]);

/**
 * A fresh record, in the trace of the OpenTelemetry span that the request is served under, if there is one. Without
 * headers it is that of a request of which nothing is known.
 *
 * @param headers of the request: ids and trace are read from them
 */
export const createRecord = (
  headers: IncomingHttpHeaders = {},
  { trusted = false, life = createLife(), propagateTo = NO_HOSTS, propagation = 'auto' }: RecordSetup = {},
): RequestContext => {
  const own = readOwnSpan();
  const record: RequestContext = {
    ...readIds(headers, trusted),
    ...(own?.trace ?? readTrace(headers, trusted)),
    propagation,
    get signal() {
      return life.signal;
    },
    get deadline() {
      return life.deadline;
    },
    propagateTo,
    // No prototype: a bound field can never be mistaken for an inherited one.
    fields: Object.create(null),
  };
  if (own !== undefined) keepSpan(record, own.span);
  return Object.freeze(withLife(record, life));
};
