import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Cut, contextOf, cutOf, type RequestContext } from '../context/index.ts';
import { type Clock, readSafely } from '../kernel/index.ts';
import { describeError, type ErrorRecord, pathOf } from '../redaction/index.ts';
import { type BytesCount, bytesOf, requestBytesOf } from './bytes.ts';
import { onBehalfOf } from './context-fields.ts';
import type { ReadInput } from './input.ts';
import { methodOf } from './method.ts';
import type { Deps, Notes } from './notes.ts';
import type { PartsReader } from './privacy/index.ts';
import { round } from './round.ts';
import { routeOf } from './route.ts';
import type { Sampler } from './sample.ts';

/** How a request ended, in one word. */
export type AccessOutcome = 'success' | 'business-error' | 'technical-error' | 'client-left' | 'cut-short';

/** What is known of a request from its beginning on. A class: every request has one, and all are of one shape. */
export class Visit {
  /** On the monotonic clock: the wall clock may be set back. */
  readonly startedAt: number;
  readonly record: RequestContext | undefined;
  /** Counts the bytes of the answer's body. */
  count: BytesCount | undefined = undefined;
  /** Of the client. */
  address: unknown = undefined;
  /** Whether its line was made, or left out. */
  isTold = false;
  line: AccessLine | undefined = undefined;

  constructor(startedAt: number, record: RequestContext | undefined) {
    this.startedAt = startedAt;
    this.record = record;
  }
}

/** A line, ready to be written. */
export interface AccessLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  /** Whether we failed, and no record of a failure tells of it. */
  readonly isUntold: boolean;
  readonly fields: object;
}

/** What lines are made of. */
export interface AccessLineSetup {
  readonly clock: Clock;
  readonly notes: Notes;
  readonly sampler: Sampler;
  readonly slowRequestMs: number | false;
  readonly readInput: ReadInput;
  /** What else is listed of request and answer. */
  readonly parts: PartsReader;
}

/** A request whose line is to be written. */
export interface Ended {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly visit: Visit;
  /** What the response itself failed with. */
  readonly error?: unknown;
  /** Whether its connection is known to be closed. */
  readonly closed?: boolean | undefined;
}

/** How a request came to its end. */
interface Ending {
  readonly outcome: AccessOutcome;
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  /** What nothing else tells of. */
  readonly err?: ErrorRecord | undefined;
}

/** Code, else class, of an error of the response itself. */
const codeOf = (error: unknown): string | undefined => {
  const code = readSafely(error, 'code') ?? readSafely(error, 'name');
  return typeof code === 'string' ? code : undefined;
};

const outcomeOf = (status: number, kind: 'business' | 'technical' | undefined, failed: boolean) => {
  if (kind === 'technical' || status >= 500 || failed) return 'technical-error';
  return kind === 'business' || status >= 400 ? 'business-error' : 'success';
};

/** We closed the connection, as a client does that leaves. Where nothing had been sent, the status is what it would have been. */
const cutShort = ({ request, response }: Ended, { error }: Cut, notes: Notes): Ending => {
  const failure = notes.failureOf(request);
  const isSent = readSafely(response, 'headersSent') === true;
  return {
    outcome: 'cut-short',
    status: isSent ? Number(readSafely(response, 'statusCode')) : (failure?.status ?? 500),
    code: 'answer-cut-short',
    message: 'answer cut short',
    err: failure === undefined && error !== undefined ? describeError(error, { stack: true }) : undefined,
  };
};

const endingOf = (ended: Ended, notes: Notes): Ending => {
  const { request, response, error, closed } = ended;
  const cut = cutOf(request);
  if (cut !== undefined) return cutShort(ended, cut, notes);
  const failure = notes.failureOf(request);
  const status = Number(readSafely(response, 'statusCode'));
  const isClosed = closed ?? readSafely(response, 'closed') === true;
  if (isClosed && readSafely(response, 'writableFinished') !== true) {
    const message = 'client left before the answer';
    return { outcome: 'client-left', status: 499, code: failure?.code, message };
  }
  const outcome = outcomeOf(status, failure?.kind, error !== undefined);
  return { outcome, status, code: failure?.code ?? codeOf(error), message: 'request completed' };
};

const levelOf = ({ outcome, err }: Ending, isSlow: boolean): AccessLine['level'] => {
  if (err !== undefined) return 'error';
  return (outcome === 'success' || outcome === 'business-error') && !isSlow ? 'info' : 'warn';
};

const depsField = ({ count, ms }: Deps): Deps => ({ count, ms: round(ms) });

/** Why the request id that came in was not taken; its value stays out of the log. */
const rejectedIdOf = ({ record }: Visit): object | undefined => {
  const rejected = record?.rejectedId;
  return rejected && { reason: rejected.reason, length: rejected.length };
};

/** What an access line says of how long a request took, and of how many it tells. */
interface Weight {
  readonly record: RequestContext | undefined;
  readonly durationMs: number;
  readonly isSlow: boolean;
  /** What one kept line stands for is 1 / sampleRate. */
  readonly sampleRate: number | undefined;
}

/** One literal, whatever became of the request: each copy of an object of this size costs a microsecond. */
const fieldsOf = (ended: Ended, ending: Ending, weight: Weight, setup: AccessLineSetup): object => {
  const { request, response, visit } = ended;
  const deps = setup.notes.depsOf(weight.record);
  const { ip, headers, query, responseHeaders } = setup.parts.read(request, response, visit.address);
  return {
    event: 'http.server.request',
    method: methodOf(request),
    path: pathOf(request),
    route: routeOf(request),
    bytes: visit.count && bytesOf(request, response, visit.count),
    requestBytes: requestBytesOf(request),
    deps: deps && depsField(deps),
    rejectedRequestId: rejectedIdOf(visit),
    input: setup.readInput(request),
    ip,
    headers,
    query,
    responseHeaders,
    status: ending.status,
    outcome: ending.outcome,
    code: ending.code,
    durationMs: weight.durationMs,
    slow: weight.isSlow || undefined,
    sampleRate: weight.sampleRate,
    err: ending.err,
  };
};

/** Makes the line of a request that has ended; `undefined` where sampling leaves it out. */
export const createAccessLine =
  (setup: AccessLineSetup) =>
  (ended: Ended): AccessLine | undefined => {
    const { clock, notes, sampler, slowRequestMs } = setup;
    const ending = endingOf(ended, notes);
    const { outcome, message } = ending;
    const durationMs = round(clock.now() - ended.visit.startedAt);
    const isSlow = slowRequestMs !== false && durationMs >= slowRequestMs;
    const isOrdinary = outcome === 'success' && !isSlow;
    const record = contextOf(ended.request);
    if (isOrdinary && !sampler.keeps(record?.traceId)) return undefined;
    const sampleRate = sampler.rate === 1 ? undefined : isOrdinary ? sampler.rate : 1;
    const fields = fieldsOf(ended, ending, { record, durationMs, isSlow, sampleRate }, setup);
    const isOurs = outcome === 'technical-error' || outcome === 'cut-short';
    const isUntold = isOurs && notes.failureOf(ended.request) === undefined;
    return { level: levelOf(ending, isSlow), message, fields: onBehalfOf(record, fields), isUntold };
  };

/** The line of a request that cannot be read: its getters throw. */
export const createBareLine =
  (clock: Clock) =>
  ({ visit }: Ended): AccessLine => {
    const fields = { event: 'http.server.request', durationMs: round(clock.now() - visit.startedAt) };
    return {
      level: 'warn',
      message: 'request completed',
      fields: onBehalfOf(visit.record, fields),
      isUntold: false,
    };
  };
