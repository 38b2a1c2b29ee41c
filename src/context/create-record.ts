import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { readBaggage } from './baggage.ts';
import { type HeaderSource, linesOf } from './header-lines.ts';
import type { HostRule } from './hosts.ts';
import { readId } from './ids.ts';
import { createLife, type Life } from './life.ts';
import { CONTEXT_DEFAULTS, type ContextSettings } from './options.ts';
import { keepSpan, type ReadOwnSpan, spanOfRequest } from './otel.ts';
import { type Ids, OwnRecord } from './own-record.ts';
import { readTrace } from './read-trace.ts';
import type { RequestContext } from './record.ts';
import { readRetryAttempt } from './retry-attempt.ts';

/** What of the options decides how a request is read. */
export type RecordSettings = Pick<
  ContextSettings,
  | 'requestIdHeaders'
  | 'correlationIdHeaders'
  | 'propagation'
  | 'extract'
  | 'inject'
  | 'sampledRatio'
  | 'baggage'
>;

/** Circumstances of a record. */
export interface RecordOptions {
  /** Whether the caller may choose our ids. @default false */
  readonly trusted?: boolean | undefined;
  /** How long somebody waits for the answer. @default without end */
  readonly life?: Life | undefined;
  /** Hosts to which ids and trace may go along. @default none */
  readonly propagateTo?: readonly HostRule[] | undefined;
  /** The headers as they came, which tell what was sent twice. @default every header was sent once */
  readonly rawHeaders?: readonly string[] | undefined;
  /** @default those of `requestContext()` */
  readonly settings?: RecordSettings | undefined;
  /** @default `spanOfRequest` */
  readonly readSpan?: ReadOwnSpan | undefined;
}

const NO_HOSTS: readonly HostRule[] = Object.freeze([]);

const readIds = (source: HeaderSource, trusted: boolean, settings: RecordSettings): Ids => {
  const given = readId(source, settings.requestIdHeaders);
  const requestId = (trusted ? given.id : undefined) ?? randomUUID();
  const correlationId = (trusted ? readId(source, settings.correlationIdHeaders).id : undefined) ?? requestId;
  return {
    requestId,
    correlationId,
    clientRequestId: trusted ? undefined : given.id,
    rejectedId: given.rejected,
  };
};

/**
 * A fresh record, in the trace of the OpenTelemetry span that the request is served under, if there is one. Without
 * headers it is that of a request of which nothing is known.
 *
 * @param headers of the request, names in lower case: ids and trace are read from them
 */
export const createRecord = (
  headers: IncomingHttpHeaders = {},
  {
    trusted = false,
    life = createLife(),
    propagateTo = NO_HOSTS,
    rawHeaders,
    settings = CONTEXT_DEFAULTS,
    readSpan = spanOfRequest,
  }: RecordOptions = {},
): RequestContext => {
  const source = { headers, rawHeaders };
  const { baggage: keys } = settings;
  const own = readSpan();
  const ids = readIds(source, trusted, settings);
  const trace = own?.trace ?? readTrace(source, trusted, settings);
  const carried = trusted && keys !== false ? readBaggage(linesOf(source, 'baggage'), keys) : undefined;
  const record = new OwnRecord({
    ids,
    trace,
    baggage: carried,
    formats: settings.inject,
    propagation: settings.propagation,
    retryAttempt: readRetryAttempt(headers),
    propagateTo,
    life,
  });
  if (own !== undefined) keepSpan(record, own);
  return record;
};
