import { arrayOf, func, object, oneOf, orFalse, readOptions } from '../kernel/index.ts';
import { type BaggageOptions, type BaggageSettings, readBaggage } from './baggage.ts';
import { createRecord } from './create-record.ts';
import { addContext } from './fields.ts';
import { hostLike, readHosts } from './hosts.ts';
import { readBaggageOptions } from './options.ts';
import { ownSpanOf, spanOfJob } from './otel.ts';
import { type Carried, readCarrier } from './read-carrier.ts';
import type { CarrierRejection, RequestContext } from './record.ts';
import { signalLike } from './signal-like.ts';
import { runWithContext } from './store.ts';

/** Options of `runWithCarrier()`. */
export interface RunWithCarrierOptions {
  /**
   * `continue`: the job is a part of the trace that sent it. `link`: it begins a trace of its own and notes the other one
   * in `linkTraceId` and `linkSpanId`, for jobs that run much later, again and again, or for many senders at once. Where an
   * OpenTelemetry span is active the job is in its trace, with either: the sender's is a link if it is another one.
   *
   * @default 'continue'
   */
  readonly mode?: 'continue' | 'link' | undefined;
  /** Aborts what the job calls: `AbortSignal.timeout(ms)` for one. @default never */
  readonly signal?: AbortSignal | undefined;
  /** Hosts to which ids and trace of the job go along, as the option of `requestContext()`. @default [] */
  readonly propagateTo?: readonly string[] | undefined;
  /** Which members of the carrier's `baggage` are logged and passed on, as the option of `requestContext()`. @default false none */
  readonly baggage?: BaggageOptions | false | undefined;
  /** Told of a carrier that was refused, before the job runs; what it throws keeps the job from running. @default nobody */
  readonly onRejected?: ((reason: CarrierRejection) => void) | undefined;
}

const DEFAULTS: RunWithCarrierOptions = Object.freeze({
  mode: 'continue',
  propagateTo: Object.freeze([]),
  baggage: false,
});

const checks = {
  mode: oneOf('continue', 'link'),
  signal: signalLike,
  propagateTo: arrayOf(hostLike),
  baggage: orFalse(object),
  onRejected: func,
};

const traceOf = (
  { parent, traceState }: Carried,
  mode: RunWithCarrierOptions['mode'],
  fresh: RequestContext,
): Partial<RequestContext> => {
  if (parent === undefined) return {};
  const { traceId, spanId, traceFlags } = parent;
  // Under a span of an SDK it is the SDK that decided what to continue.
  const isTraced = ownSpanOf(fresh) !== undefined;
  if (isTraced && traceId === fresh.traceId) return {};
  if (isTraced || mode === 'link') return { linkTraceId: traceId, linkSpanId: spanId };
  return { traceId, parentSpanId: spanId, traceFlags, traceState };
};

/** What the record of the job takes from a carrier that was read. */
const partsOf = (carried: Carried, keys: BaggageSettings | false): Partial<RequestContext> => {
  const { requestId, correlationId = requestId, baggage } = carried;
  return {
    ...(baggage !== undefined && keys !== false && readBaggage([baggage], keys)),
    ...(correlationId === undefined ? {} : { correlationId }),
    clientRequestId: requestId,
  };
};

/** A record of the job's own; of a refused carrier it holds nothing but that it was refused. */
const recordOf = (
  carried: Carried | CarrierRejection,
  { mode, signal, propagateTo = [], baggage = false }: RunWithCarrierOptions,
): RequestContext => {
  const keys = readBaggageOptions('runWithCarrier', baggage);
  const fresh = createRecord({}, { readSpan: spanOfJob });
  const isRefused = typeof carried === 'string';
  return Object.freeze({
    ...fresh,
    ...(isRefused ? {} : { ...traceOf(carried, mode, fresh), ...partsOf(carried, keys) }),
    signal: signal ?? fresh.signal,
    propagateTo: readHosts(propagateTo),
    rejectedCarrier: isRefused ? carried : undefined,
  });
};

/**
 * Runs `fn` in a record of its own, made from what `toCarrier()` gave: the job has a request id of its own and keeps the
 * correlation id; `clientRequestId` is the id of the request that sent it. Takes the carrier as an object or as JSON, and
 * W3C header fields (`{ traceparent, … }`, names in lower case) as other senders write them.
 *
 * A carrier that is not well-formed is refused: `fn` runs in a fresh record whose `rejectedCarrier` says why. No carrier,
 * however hostile, makes this function throw.
 *
 * @returns what `fn` returns
 * @throws TypeError or RangeError for an option that is unknown or wrong
 * @example
 * worker.on('message', (job) => runWithCarrier(job.context, () => sendInvoice(job.orderId)));
 */
export const runWithCarrier = <T>(
  carrier: unknown,
  fn: (record: RequestContext) => T,
  options?: RunWithCarrierOptions,
): T => {
  const settings = readOptions({ where: 'runWithCarrier' }, options, DEFAULTS, checks);
  const carried = readCarrier(carrier);
  const record = recordOf(carried, settings);
  return runWithContext(record, () => {
    if (typeof carried === 'string') settings.onRejected?.(carried);
    else addContext(carried.fields);
    return fn(record);
  });
};
