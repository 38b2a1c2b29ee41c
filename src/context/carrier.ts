import { arrayOf, readOptions, text } from '../kernel/index.ts';
import { createRecord } from './create-record.ts';
import { outgoingTrace } from './outgoing-trace.ts';
import type { ContextValue, RequestContext } from './record.ts';
import { recordLike, saysRecord } from './speaker.ts';
import { tryGetContext } from './store.ts';
import { formatTraceparent } from './traceparent.ts';

/** What a job needs to know of the request that sent it: small, plain and good for JSON and structured clones. Frozen. */
export interface Carrier {
  /** Version of this form. */
  readonly v: 1;
  readonly requestId: string;
  readonly correlationId: string;
  /** W3C `traceparent`; its span id is a new one, the job's parent. */
  readonly traceparent: string;
  /** W3C `tracestate`, where there is one. */
  readonly tracestate?: string;
  /** W3C `baggage`, where some may go out. */
  readonly baggage?: string;
  /** Fields of the request that the option `fields` names. */
  readonly fields?: Readonly<Record<string, ContextValue>>;
}

/** Options of `toCarrier()`. */
export interface ToCarrierOptions {
  /**
   * The request that sends the job; a fresh one where it says `undefined`, so that it is never another one.
   *
   * @default the one being served; outside a request a fresh one
   */
  readonly record?: RequestContext | undefined;
  /** Names of the fields, bound with `addContext`, that go along. They stand in the log lines of the job. @default [] */
  readonly fields?: readonly string[] | undefined;
}

/** Defaults of `toCarrier()`. */
export const CARRIER_DEFAULTS: ToCarrierOptions = Object.freeze({ fields: Object.freeze([]) });

/** The most bytes that a carrier takes as JSON. */
const MAX_BYTES = 2_048;

const checks = { record: recordLike, fields: arrayOf(text) };

const fits = (carrier: Carrier): boolean => Buffer.byteLength(JSON.stringify(carrier)) <= MAX_BYTES;

/** The parts that a carrier can do without, those first that it would miss most. */
const extrasOf = (
  { baggage, fields }: RequestContext,
  tracestate: string | undefined,
  names: readonly string[],
): readonly Partial<Carrier>[] => {
  return [
    ...(tracestate === undefined ? [] : [{ tracestate }]),
    ...(baggage === undefined ? [] : [{ baggage }]),
    ...names.flatMap((name) => {
      const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return value === undefined ? [] : [{ fields: { [name]: value } }];
    }),
  ];
};

const add = (carrier: Carrier, extra: Partial<Carrier>): Carrier => {
  const fields = extra.fields && Object.freeze({ ...carrier.fields, ...extra.fields });
  const added = { ...carrier, ...extra, ...(fields && { fields }) };
  return fits(added) ? added : carrier;
};

/**
 * A carrier for the message of a queue, a worker thread or a child process, to be run there with `runWithCarrier`. It has
 * at most 2048 bytes as JSON: a part that would exceed them is left out, first fields, then baggage, then the trace state.
 *
 * @throws TypeError for an option that is unknown or wrong
 * @example
 * await queue.add('invoice', { orderId, context: toCarrier() });
 */
export const toCarrier = (options?: ToCarrierOptions): Carrier => {
  const given = readOptions({ where: 'toCarrier' }, options, CARRIER_DEFAULTS, checks);
  const record = (saysRecord(options) ? given.record : tryGetContext()) ?? createRecord();
  const { requestId, correlationId } = record;
  const trace = outgoingTrace(record);
  const carrier: Carrier = {
    v: 1,
    requestId,
    correlationId,
    traceparent: formatTraceparent(trace),
  };
  return Object.freeze(extrasOf(record, trace.traceState, given.fields ?? []).reduce(add, carrier));
};
